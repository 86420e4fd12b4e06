/** The open amoCRM page, read only: which deal, who looks, in which language, where our blocks are. */

const DEAL_CARD_AREAS = ['lcard', 'leads_card'];

export class Page {
  constructor(widget) {
    this.widget = widget;
  }

  get app() {
    return window.APP;
  }

  code() {
    const { widget_code: code } = this.widget.params || {};
    return code || this.widget.get_settings().widget_code;
  }

  version() {
    return this.widget.get_version();
  }

  assets() {
    return this.widget.params.path;
  }

  words() {
    return this.widget.langs;
  }

  language() {
    return this.app.lang_id === 'ru' ? 'ru' : 'en';
  }

  timezone() {
    const account = this.app.constant('account');
    return (account && account.timezone) || 'Europe/Moscow';
  }

  isAdmin() {
    const rights = this.app.constant('user_rights');
    return Boolean(rights && rights.is_admin);
  }

  isDealCard() {
    return DEAL_CARD_AREAS.includes(this.widget.system().area) && this.app.getBaseEntity() === 'leads';
  }

  card() {
    return this.app.data.current_card || null;
  }

  /** 0 while the deal is new and not saved. */
  dealId() {
    const card = this.card();
    return card ? Number(card.id) || 0 : 0;
  }

  /** Calls back whenever the card's form changes; gives the function that stops it. */
  onCardChange(listener) {
    const card = this.card();
    if (!card || !card.model) return () => {};
    card.model.on('change', listener);
    return () => card.model.off('change', listener);
  }

  onVisible(listener) {
    const changed = () => { if (this.isVisible()) listener(); };
    document.addEventListener('visibilitychange', changed);
    return () => document.removeEventListener('visibilitychange', changed);
  }

  isVisible() {
    return document.visibilityState !== 'hidden';
  }

  panelRoot() {
    const inside = document.querySelector(`.card-widgets__widget-${this.code()} [data-stockgate="panel"]`);
    return inside || document.querySelector('[data-stockgate="panel"]');
  }

  settingsRoot() {
    return document.getElementById(`work-area-${this.code()}`) || document.getElementById('list_page_holder');
  }

  removeRoots() {
    document.querySelectorAll('[data-stockgate]').forEach((root) => root.remove());
  }

  settingsUrl() {
    return `/settings/widgets/${this.code()}`;
  }

  /** amoCRM's own passing message. */
  toast(text) {
    this.app.notifications.show_message({ header: 'Stockgate', text });
  }

  sayLost() {
    this.app.notifications.show_message_error({ header: 'Stockgate', text: this.words().errors.network_lost });
  }

  reload() {
    window.location.reload();
  }

  /**
   * A tab opened while the click is still being handled, so that no blocker stops it; `show` sends it to its address,
   * or says false where the browser refused the tab.
   */
  openTab() {
    const tab = window.open('', '_blank');
    if (tab) tab.opener = null;
    return {
      show(url) {
        if (!tab || tab.closed) return false;
        tab.location.href = url;
        return true;
      },
      close() {
        if (tab && !tab.closed) tab.close();
      },
    };
  }
}
