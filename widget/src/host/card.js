/** The panel in an open deal card: wires the session to the page and draws it. */

import { h, render } from 'preact';
import { formats } from '../core/format.js';
import { newsOf } from '../core/news.js';
import { DealSession } from '../core/session.js';
import { words } from '../core/words.js';
import { Panel } from '../ui/Panel.jsx';
import { Later } from '../ui/Later.jsx';
import { backend } from './backend.js';
import { loadModule } from './modules.js';
import { openModal } from './modal.js';

const browserClock = {
  now: () => Date.now(),
  later: (fn, ms) => window.setTimeout(fn, ms),
  cancel: (handle) => window.clearTimeout(handle),
};

function hostFor(page, context) {
  let pieces = null;
  const host = {
    isAdmin: page.isAdmin(),
    settingsUrl: page.settingsUrl(),
    clock: browserClock,
    reload: () => page.reload(),
    openTab: () => page.openTab(),
    more() {
      if (!pieces) pieces = loadModule(page, 'more');
      pieces.catch(() => { pieces = null; });
      return pieces;
    },
    openWide() {
      let drawn = null;
      const modal = openModal({
        draw(element, close) {
          drawn = element;
          render(h(Later, { piece: 'WideView', host, t: context.t, context, close }), element);
        },
        onClose: () => { if (drawn) render(null, drawn); },
      });
      return modal.close;
    },
  };
  return host;
}

/** Tells in amoCRM's own way what happened meanwhile: the panel may be folded, or the person busy elsewhere in the card. */
function announcer(page, t) {
  let before = null;
  return ({ panel }) => {
    const news = panel ? newsOf(before, panel) : null;
    if (news) page.toast(t(`news.${news}`));
    before = panel ? panel.state : before;
  };
}

function mountDeal(root, page, dealId) {
  const language = page.language();
  const session = new DealSession({ deal: backend(page.widget).deal(dealId), clock: browserClock, visible: () => page.isVisible() });
  const makeFormats = (timezone) => formats({ language, timezone, now: browserClock.now });
  const context = { t: words(page.words(), language), makeFormats, timezone: page.timezone(), session };
  context.host = hostFor(page, context);
  const stopWatching = page.onVisible(() => session.woke());
  session.subscribe(announcer(page, context.t));
  render(h(Panel, { context }), root);
  session.start();
  context.host.more().catch(() => {});
  return () => {
    stopWatching();
    session.stop();
    render(null, root);
  };
}

function mountUnsaved(root, page) {
  const context = { t: words(page.words(), page.language()), session: null };
  render(h(Panel, { context }), root);
  return () => render(null, root);
}

/** A new deal gets its id when it is first saved: the panel then starts by itself. */
export function mountCard(root, page) {
  let dealId = page.dealId();
  const mount = () => (dealId ? mountDeal(root, page, dealId) : mountUnsaved(root, page));
  let unmountDeal = mount();
  const stopWatching = page.onCardChange(() => {
    if (page.dealId() === dealId) return;
    unmountDeal();
    dealId = page.dealId();
    unmountDeal = mount();
  });
  return {
    unmount() {
      stopWatching();
      unmountDeal();
    },
  };
}
