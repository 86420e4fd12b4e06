/* Everything begins here. */
define(['jquery', 'underscore', 'backbone', 'moment', 'twigjs', 'app/boot', 'app/app_object', 'app/chrome', 'app/socket', 'app/router', 'moment-timezone', 'moment-locale/locale/ru'],
  function ($, _, Backbone, moment, Twig, boot, APP, chrome, socket, router) {
    return function () {
      window.$ = window.jQuery = $;
      window._ = _;
      window.Backbone = Backbone;
      window.moment = moment;
      window.Twig = Twig;
      window.twig = Twig.twig;
      window.APP = window.AMOCRM = APP;
      moment.locale(boot.lang);
      moment.tz.setDefault(boot.account.timezone);
      chrome.draw();
      socket.start();
      router.start();
    };
  });
