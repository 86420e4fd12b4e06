import { h, render } from 'preact';
import { formats } from '../../core/format.js';
import { words } from '../../core/words.js';
import { SettingsPage } from '../../ui/settings/SettingsPage.jsx';
import { backend } from '../backend.js';
import { openModal } from '../modal.js';

/** Draws the settings page into amoCRM's place for it; gives the function that takes it away, null where there is no place. */
export function openSettings(page) {
  const holder = page.settingsRoot();
  if (!holder) return null;
  holder.querySelectorAll('[data-stockgate="settings"]').forEach((root) => root.remove());
  const root = document.createElement('div');
  root.className = 'stockgate stockgate_page';
  root.setAttribute('data-stockgate', 'settings');
  holder.appendChild(root);
  const language = page.language();
  const context = {
    t: words(page.words(), language),
    f: formats({ language, timezone: page.timezone(), now: () => Date.now() }),
    backend: backend(page.widget),
    isAdmin: page.isAdmin(),
    openModal,
    later: (fn, ms) => window.setTimeout(fn, ms),
    cancel: (handle) => window.clearTimeout(handle),
  };
  render(h(SettingsPage, { context }), root);
  return () => render(null, root);
}
