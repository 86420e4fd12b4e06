/* The Widget class: methods every widget finds on itself, already inside its constructor. */
define(['jquery', 'app/boot', 'app/app_object', 'app/socket', 'widgets/twig_render', 'widgets/requests', 'widgets/panel'],
  function ($, boot, APP, socket, twigRender, requests, panel) {
    function settings(info) {
      return $.extend({}, info.settings, {
        active: info.installed ? 'Y' : 'N', widget_active: info.installed ? 'Y' : 'N', id: info.id, widget_code: info.code,
        path: info.path, images_path: info.path + '/images', version: info.version, status: info.installed ? 'installed' : 'install',
        support: info.support, oauth_client_uuid: info.client_uuid, category_code: null
      });
    }

    function lookup(tree, key) {
      var direct = tree[key];
      if (direct !== undefined) { return direct; }
      return String(key).split('.').reduce(function (node, part) {
        return node && typeof node === 'object' ? node[part] : undefined;
      }, tree);
    }

    function contacts() {
      var card = APP.data.current_card;
      return $.Deferred().resolve(card ? card.contacts || [] : []).promise();
    }

    var METHODS = {
      system: function () {
        return {
          area: APP.widgets.system.area, amouser_id: String(boot.user.id), amouser: boot.user.login, amohash: '',
          subdomain: boot.account.subdomain, domain: boot.account.domain, server: boot.account.domain
        };
      },
      get_settings: function () { return $.extend({}, this.params); },
      set_settings: function (values) { $.extend(this.params, values); return this; },
      set_lang: function (langs) { this.langs = langs; return this; },
      i18n: function (key) { return lookup(this.langs, key); },
      get_version: function () { return this.params.version; },
      get_install_status: function () { return this._info.installed ? 'installed' : 'install'; },
      set_status: function (status) {
        this.params.status = status;
        $('.widget-settings__modal.' + this._info.code + ' .widget-state').attr('class', 'widget-state widget-state_status_' + status);
      },
      get_accounts_current: function () { return boot.account; },
      get_current_card_contacts_data: contacts,
      list_selected: function () {
        var selected = APP.data.current_list.filter(function (row) { return row.get('checked'); }).map(function (row) {
          return { id: row.get('id'), type: 'lead', emails: [], phones: [] };
        });
        return { selected: selected, count_selected: selected.length, summary: { items: selected.length } };
      },
      crm_post: function (url, data, callback, type, failed) { return requests.crmPost(url, data, callback, type, failed); },
      $authorizedAjax: function (options) { return requests.authorizedAjax(this._info, options); },
      render: function (options, params) { return twigRender.render(this._info, options, params); },
      render_template: function (template, data) { return panel.place(this._info, template, data, twigRender); },
      listenSocketChannel: function (channel, keys, callback) { return socket.listen(channel, keys, callback); },
      add_action: function () { return this; },
      add_source: function () { return this; },
      widgetsOverlay: function (shown) { $('#card_widgets_overlay').toggleClass('card-widgets-overlay_shown', Boolean(shown)); },
      get_pipeline_id: function () {
        var card = APP.data.current_card;
        return card ? card.model.get('lead[PIPELINE_ID]') : null;
      },
      setSdkCatalogId: function (id) { this._sdkCatalog = id; }
    };

    return {
      create: function (prototype, info) {
        var widget = Object.create(prototype || Object.prototype);
        $.extend(widget, METHODS, { _info: info, params: settings(info), langs: info.langs });
        return widget;
      },
      settings: settings
    };
  });
