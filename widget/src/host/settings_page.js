import { words } from '../core/words.js';
import { formats } from '../core/format.js';
import { backend } from './backend.js';
import { loadModule } from './modules.js';
import { openModal } from './modal.js';

/** The settings page is a module of its own: sellers never load it. */
export function loadSettingsPage(page) {
  const holder = page.settingsRoot();
  let unmount = null;
  let wanted = Boolean(holder);
  if (holder) {
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
    loadModule(page, 'settings').then(
      ({ drawSettings }) => { if (wanted) unmount = drawSettings(root, context); },
      () => { root.textContent = context.t('errors.network_lost'); },
    );
  }
  return {
    unmount() {
      wanted = false;
      if (unmount) unmount();
    },
  };
}
