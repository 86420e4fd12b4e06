/* A very small amoCRM page: AMD loader, widget base object, modal, APP. Reads window.SETUP; calls go to /__backend. */
(function () {
  'use strict';
  const setup = window.SETUP;
  const modules = new Map();
  const base = `/upl/${setup.code}/widget/`;

  function element(nodes) {
    return {
      0: nodes[0],
      trigger() { return this; },
      html(markup) { nodes[0].innerHTML = markup; return this; },
      append(markup) { nodes[0].insertAdjacentHTML('beforeend', markup); return this; },
      find(selector) { return element(Array.from(nodes[0].querySelectorAll(selector))); },
    };
  }

  function Modal(options) {
    const outer = document.createElement('div');
    outer.className = `modal modal-list ${options.class_name}`;
    outer.innerHTML = '<div class="modal-scroller custom-scroll"><div class="modal-body modal-body-relative"></div></div>';
    document.body.appendChild(outer);
    this.destroy = () => {
      if (options.destroy && options.destroy() === false) return;
      outer.remove();
    };
    options.init(element([outer.querySelector('.modal-body')]));
  }

  function resolve(name, from) {
    if (name.startsWith('./')) return from.replace(/[^/]*$/, '') + name.slice(2);
    return name;
  }

  async function load(name) {
    if (name === 'lib/components/base/modal') return Modal;
    if (modules.has(name)) return modules.get(name);
    const loading = fetch(name).then((answer) => {
      if (!answer.ok) throw new Error(`cannot load ${name}`);
      return answer.text();
    }).then((code) => define(name, code));
    modules.set(name, loading);
    return loading;
  }

  async function define(name, code) {
    let found = null;
    new Function('define', code)((dependencies, factory) => { found = { dependencies, factory }; });
    const given = await Promise.all(found.dependencies.map((one) => (one === 'require' ? require : load(resolve(one, name)))));
    return found.factory.apply(null, given);
  }

  function require(names, done, failed) {
    Promise.all(names.map(load)).then((given) => done.apply(null, given), (error) => { if (failed) failed(error); });
  }
  require.undef = (name) => modules.delete(name);

  async function authorizedAjax(options) {
    const answer = await fetch('/__backend', {
      method: 'POST',
      body: JSON.stringify({ method: options.method, url: options.url, headers: options.headers || {}, body: options.data ? JSON.parse(options.data) : null }),
    });
    const { status, body } = await answer.json();
    if (options.url.includes('/panel?')) window.answeredAt.push(performance.now());
    const xhr = { status, responseText: body === null ? '' : JSON.stringify(body) };
    if (status >= 200 && status < 300) return { ok: true, body, xhr };
    return { ok: false, xhr };
  }

  window.answeredAt = [];
  window.toasts = [];
  const listeners = new Set();
  window.CARD = {
    id: setup.dealId,
    model: { on: (_event, fn) => listeners.add(fn), off: (_event, fn) => listeners.delete(fn) },
    element_type: 2,
  };
  window.changeCard = (id) => { window.CARD.id = id; Array.from(listeners).forEach((fn) => fn()); };
  window.cardListeners = () => listeners.size;
  window.APP = {
    lang_id: setup.language,
    data: { current_card: window.CARD },
    getBaseEntity: () => 'leads',
    notifications: { show_message: (told) => window.toasts.push(told), show_message_error: (told) => window.toasts.push(told) },
    constant: (key) => ({ account: { id: 1, timezone: 'Europe/Moscow' }, user_rights: { is_admin: setup.admin }, user: { id: 7 } })[key],
  };

  function mixin(widget) {
    const code = setup.code;
    widget.params = { path: base.slice(0, -1), widget_code: code, version: setup.version, status: 'installed' };
    widget.langs = setup.words;
    widget.get_settings = () => widget.params;
    widget.get_version = () => setup.version;
    widget.get_install_status = () => 'installed';
    widget.system = () => ({ area: setup.area });
    widget.$authorizedAjax = (options) => ({
      then(done, fail) {
        authorizedAjax(options).then(
          (result) => (result.ok ? done(result.body, 'success', result.xhr) : fail(result.xhr)),
          () => fail({ status: 0, responseText: '' }),
        );
      },
    });
    widget.render_template = ({ caption, body }) => {
      document.querySelector('.card-widgets__elements').innerHTML = `<div class="card-widgets__widget card-widgets__widget-${code}" data-code="${code}">`
        + `<div class="card-widgets__widget__caption ${caption.class_name}"></div><div class="card-widgets__widget__body">${body}</div></div>`;
    };
    return widget;
  }

  function make(Widget) {
    const widget = mixin(Object.create(Widget.prototype));
    Widget.call(widget);
    return widget;
  }

  window.start = async () => {
    window.Widget = await load(`${base}script.js?v=${setup.version}`);
    window.widget = make(window.Widget);
    window.makeWidget = () => make(window.Widget);
    window.enter = (widget) => ['render', 'bind_actions', 'init'].every((name) => widget.callbacks[name]() === true);
  };
}());
