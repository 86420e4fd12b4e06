/* /amo-market: integrations of the account, Install, and the dialog for a private integration. */
define(['jquery', 'app/boot', 'app/api', 'app/app_object', 'app/chrome', 'app/texts', 'app/format', 'widgets/registry', 'widgets/settings_modal', 'market/integration', 'widgets/lifecycle'],
  function ($, boot, api, APP, chrome, t, format, registry, settingsModal, integration, lifecycle) {
    function tile(row) {
      var info = registry.info(row.widget_code), logo = info ? info.path + '/images/logo_main.png?v=' + encodeURIComponent(info.version) : '';
      return '<article class="market-tile" data-client-id="' + row.id + '" data-code="' + format.esc(row.widget_code || '') + '">' +
        '<div class="market-tile__logo">' + (logo ? '<img src="' + logo + '" alt="">' : format.esc(format.initials(row.name))) + '</div>' +
        '<h3>' + format.esc(row.name) + '</h3><p>' + format.esc(info ? info.short_description : row.description) + '</p>' +
        '<span class="widget-state widget-state_status_' + (row.installed ? 'installed' : 'install') + '">' + t(row.installed ? 'installed' : 'not_installed') + '</span>' +
        '<div class="market-tile__buttons"><button type="button" class="button-input ' + (row.installed ? '' : 'button-input_blue ') + 'js-market-open">' +
        t(row.installed ? 'open_settings' : 'install') + '</button><button type="button" class="link-button js-market-keys">' + t('keys') + '</button></div></article>';
    }

    function draw() {
      return $.getJSON('/ajax/integrations').then(function (answer) {
        $('.market-grid').html(answer.integrations.map(tile).join(''));
        $('.market-grid').data('rows', answer.integrations);
      });
    }

    function rowOf(element) {
      var id = $(element).closest('.market-tile').data('client-id');
      return $('.market-grid').data('rows').filter(function (row) { return row.id === id; })[0];
    }

    return {
      enter: function () {
        APP.enter('widgetsSettings', 'settings', 'settings', false);
        chrome.mark('market');
        $('#page').attr('class', 'page page_market').html('<div class="list-head"><h1>' + t('market') + '</h1><span class="list-head__count">' + t('market_intro') + '</span>' +
          '<button type="button" class="button-input js-create-integration"' + (boot.user_rights.is_admin ? '' : ' disabled title="' + t('only_admin') + '"') + '>' + t('create_integration') + '</button></div><div class="market-grid"></div>');
        $('#page').off('.market').on('click.market', '.js-market-open', function () {
          var row = rowOf(this), info = registry.info(row.widget_code);
          if (info) { settingsModal.open(info, draw); } else { window.location = '/oauth?client_id=' + row.id; }
        }).on('click.market', '.js-market-keys', function () { integration.keys(rowOf(this), draw); })
          .on('click.market', '.js-create-integration', function () { integration.create(draw); });
        draw();
        lifecycle.enter('settings');
      },
      leave: function () { $('#page').off('.market'); return lifecycle.leave(); }
    };
  });
