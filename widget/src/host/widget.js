/**
 * amoCRM's callbacks. The object may be made anew for every card or used again (the platform does not promise either), so
 * nothing outlives `destroy`, and `render` starts by ending whatever was there.
 */

import { mountCard } from './card.js';
import { Page } from './page.js';
import { loadModule } from './modules.js';
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

  /** The settings page is a module of its own: sellers never load it. */
  function openSettings() {
    let wanted = true;
    let close = null;
    loadModule(page, 'settings').then((module) => { if (wanted) close = module.openSettings(page); }, () => page.sayLost());
    return {
      unmount() {
        wanted = false;
        if (close) close();
      },
    };
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
      loadModule(page, 'settings').then(({ drawConsent }) => drawConsent(page), () => page.sayLost());
      return true;
    },
    advancedSettings() {
      end();
      addStyles(page);
      mounted = openSettings();
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
