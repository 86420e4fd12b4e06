/* /settings/widgets/CODE: the page a widget draws by itself (location advanced_settings). */
define(['jquery', 'app/boot', 'app/app_object', 'app/chrome', 'app/texts', 'app/format', 'widgets/registry', 'widgets/lifecycle'],
  function ($, boot, APP, chrome, t, format, registry, lifecycle) {
    var shown = null;

    function advanced(info) {
      return info.installed && info.locations.some(function (location) { return location.split('-')[0] === 'advanced_settings'; });
    }

    function menu(chosen) {
      return registry.all().filter(advanced).map(function (info) {
        return '<a class="settings-menu__item' + (info.code === chosen ? ' settings-menu__item_active' : '') + '" href="/settings/widgets/' + info.code + '">' +
          format.esc(info.advanced_title || info.name) + '</a>';
      }).join('');
    }

    return {
      enter: function (code) {
        var info = code && registry.info(code);
        shown = info && advanced(info) ? info : null;
        APP.enter(shown ? 'advanced-settings:' + code : 'settings', shown ? 'advanced_settings' : 'settings', 'settings', false);
        chrome.mark('settings');
        $('#page').attr('class', 'page page_settings').html('<div class="settings-layout"><nav class="settings-menu"><h2>' + t('settings') + '</h2>' + menu(code) + '</nav>' +
          '<section class="settings-body"><div class="list__top"><h1>' + format.esc(shown ? shown.advanced_title || shown.name : t('settings')) + '</h1></div>' +
          '<div id="list_page_holder">' + (shown ? '<div id="work-area-' + shown.code + '"></div>' : '<p class="page-note">' + t('market_intro') + '</p>') + '</div></section></div>');
        if (!shown) { return; }
        if (!boot.user_rights.is_admin) { $('#list_page_holder').html('<p class="page-note">' + t('only_admin') + '</p>'); return; }
        registry.object(shown).then(function (widget) { lifecycle.call(widget, 'advancedSettings'); });
      },
      leave: function () {
        var info = shown;
        shown = null;
        return info ? registry.object(info).then(function (widget) { return lifecycle.call(widget, 'destroy'); }) : undefined;
      }
    };
  });
