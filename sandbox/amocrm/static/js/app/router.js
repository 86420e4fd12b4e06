/* Addresses to pages; links inside the account do not reload the page. */
define(['jquery', 'app/boot', 'pages/leads', 'pages/card', 'pages/market', 'pages/settings', 'pages/todo', 'pages/catalog'],
  function ($, boot, leads, card, market, settings, todo, catalog) {
  var ROUTES = [
    [/^\/leads\/detail\/(\d+)$/, card],
    [/^\/leads\/?$/, leads],
    [/^\/amo-market\/?$/, market],
    [/^\/todo\/?$/, todo],
    [/^\/catalogs\/?(\d*)\/?$/, catalog],
    [/^\/settings\/widgets\/?([^/]*)\/?$/, settings]
  ];
  var current = null;

  function show() {
    var path = window.location.pathname;
    ROUTES.some(function (route) {
      var match = route[0].exec(path);
      if (!match) { return false; }
      var leaving = current ? current.leave() : undefined;
      $.when(leaving).always(function () {
        current = route[1];
        $(document).trigger('page:changed');
        current.enter(match[1]);
      });
      return true;
    });
  }

  function go(path) {
    window.history.pushState({}, '', path);
    show();
  }

  return {
    go: go,
    start: function () {
      $(document).on('click', 'a[href^="/"]', function (event) {
        var href = this.getAttribute('href').split('?')[0];
        var known = ROUTES.some(function (route) { return route[0].test(href); });
        if (!known || event.ctrlKey || event.metaKey || this.target === '_blank') { return; }
        event.preventDefault();
        go(this.getAttribute('href'));
      });
      $(window).on('popstate', show);
      show();
    }
  };
});
