requirejs.config({
  baseUrl: '/static/js',
  waitSeconds: 30,
  paths: {
    jquery: '/vendor/jquery',
    underscore: '/vendor/underscore',
    backbone: '/vendor/backbone',
    moment: '/vendor/moment',
    'moment-locale/locale/ru': '/vendor/moment-ru',
    'moment-timezone': '/vendor/moment-timezone',
    twig: '/vendor/twig'
  },
  map: { '*': { 'moment-locale/moment': 'moment' } },
  // Files of a widget carry its version, whichever module asks for them.
  urlArgs: function (id, url) {
    var match = /^\/upl\/([^/]+)\/widget\//.exec(url);
    var version = match && window.APP && window.APP.widgets.versions[match[1]];
    return version && url.indexOf('?') < 0 ? '?v=' + encodeURIComponent(version) : '';
  }
});

define('twigjs', ['twig'], function (twig) { return twig; });

require(['app/start'], function (start) { start(); });
