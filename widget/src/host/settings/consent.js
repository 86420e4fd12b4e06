/* global PRIVACY_URL */

/** The installation window: what data goes where, the person's consent, and where to go next. */

import { h, render } from 'preact';
import { words } from '../../core/words.js';
import { Consent } from '../../ui/settings/Consent.jsx';

export function drawConsent(page) {
  const code = page.code();
  const field = document.getElementById(`${code}_custom`);
  const content = document.getElementById(`${code}_custom_content`);
  if (!field || !content) return;
  let root = content.querySelector('[data-stockgate="consent"]');
  if (!root) {
    root = document.createElement('div');
    root.className = 'stockgate';
    root.setAttribute('data-stockgate', 'consent');
    content.appendChild(root);
  }
  function agree(agreed) {
    field.value = agreed ? '1' : '';
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }
  const installed = page.widget.get_install_status() === 'installed';
  const about = {
    t: words(page.words(), page.language()),
    agreed: field.value === '1',
    installed,
    settingsUrl: page.settingsUrl(),
    privacyUrl: PRIVACY_URL,
    onChange: agree,
  };
  render(h(Consent, about), root);
}
