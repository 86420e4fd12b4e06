/**
 * amoCRM's callbacks. The object may be made anew for every card or used again (the platform does not promise either), so
 * nothing outlives `destroy`, and `render` starts by ending whatever was there.
 */

import { mountCard } from './card.js';
import { drawConsent } from './consent.js';
import { Page } from './page.js';
import { loadSettingsPage } from './settings_page.js';
import { addStyles } from './styles.js';

const ROOT = '<div class="stockgate" data-stockgate="panel"></div>';

export function StockgateWidget() {
  const widget = this;
  const page = new Page(widget);
  let mounted = null;

  function end() {
    if (mounted) mounted.unmount();
    mounted = null;
  }

  function drawRoot() {
    if (page.panelRoot()) return;
    widget.render_template({ caption: { class_name: 'stockgate-caption' }, body: ROOT, render: '' });
  }

  this.callbacks = {
    render() {
      end();
      addStyles(page);
      if (page.isDealCard()) drawRoot();
      return true;
    },
    init() {
      const root = page.isDealCard() ? page.panelRoot() : null;
      end();
      if (root) mounted = mountCard(root, page);
      return true;
    },
    bind_actions() {
      return true;
    },
    settings() {
      addStyles(page);
      drawConsent(page);
      return true;
    },
    advancedSettings() {
      end();
      addStyles(page);
      mounted = loadSettingsPage(page);
      return true;
    },
    onSave() {
      return true;
    },
    destroy() {
      end();
      page.removeRoots();
      return true;
    },
  };
  return this;
}
