/* The dark menu at the left and the bar at the top: who is signed in, theme, language. */
define(['jquery', 'app/boot', 'app/texts', 'app/format'], function ($, boot, t, format) {
  var ITEMS = [
    ['desktop', '', '▦'], ['leads', '/leads/', '₽'], ['tasks', '/todo/', '✓'], ['lists', '/catalogs/', '☰'],
    ['market', '/amo-market', '⊞'], ['settings', '/settings/widgets/', '⚙']
  ];

  function menu() {
    var html = '<a class="nav__logo" href="/leads/" title="amoCRM">amo<span>CRM</span></a>';
    ITEMS.forEach(function (item) {
      var attributes = item[1] ? ' href="' + item[1] + '"' : ' aria-disabled="true"';
      html += '<a class="nav__item" data-entity="' + item[0] + '"' + attributes + '><span class="nav__icon" aria-hidden="true">' +
        item[2] + '</span><span class="nav__text">' + t(item[0]) + '</span></a>';
    });
    $('#nav_menu').html(html);
  }

  function options() {
    return boot.users.map(function (user) {
      var chosen = user.id === boot.user.id ? ' selected' : '';
      return '<option value="' + user.id + '"' + chosen + '>' + format.esc(user.name + (user.title ? ' — ' + user.title : '')) + '</option>';
    }).join('');
  }

  function bar() {
    var dark = boot.theme === 'dark';
    $('#top_bar').html('<div class="top-bar__account">' + format.esc(boot.account.name) + '</div>' +
      '<input class="top-bar__search" type="search" disabled placeholder="' + t('search') + '" aria-label="' + t('search') + '">' +
      '<div class="top-bar__right">' +
      '<button type="button" id="theme_switch" data-theme="' + (dark ? 'light' : 'dark') + '">' + (dark ? '☀ ' + t('light') : '☾ ' + t('dark')) + '</button>' +
      '<button type="button" id="lang_switch" data-lang="' + (boot.lang === 'ru' ? 'en' : 'ru') + '">' + (boot.lang === 'ru' ? 'EN' : 'RU') + '</button>' +
      '<span class="avatar">' + format.esc(format.initials(boot.user.name)) + '</span>' +
      '<select id="user_switcher" aria-label="' + t('signed_in') + '">' + options() + '</select></div>');
  }

  function bind() {
    $('#user_switcher').on('change', function () {
      $.ajax({ url: '/_sandbox/session', type: 'POST', contentType: 'application/json', data: JSON.stringify({ user_id: Number(this.value) }) })
        .done(function () { window.location.reload(); });
    });
    $('#theme_switch').on('click', function () {
      var theme = this.getAttribute('data-theme');
      document.cookie = 'amo_theme=' + theme + ';path=/;max-age=31536000;samesite=lax';
      document.documentElement.setAttribute('data-color-scheme', theme);
      boot.theme = theme;
      bar();
      bind();
    });
    $('#lang_switch').on('click', function () {
      document.cookie = 'amo_lang=' + this.getAttribute('data-lang') + ';path=/;max-age=31536000;samesite=lax';
      window.location.reload();
    });
  }

  return {
    draw: function () { menu(); bar(); bind(); },
    mark: function (entity) {
      $('.nav__item').removeClass('nav__item_active').filter('[data-entity="' + entity + '"]').addClass('nav__item_active');
    }
  };
});
