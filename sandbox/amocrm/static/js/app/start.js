/* Everything begins here. */
define(['jquery', 'underscore', 'backbone', 'moment', 'twigjs', 'app/boot', 'app/app_object', 'app/chrome', 'app/socket', 'app/router', 'app/notifications', 'app/texts', 'moment-timezone', 'moment-locale/locale/ru'],
  function ($, _, Backbone, moment, Twig, boot, APP, chrome, socket, router, notifications, t) {
    function announce(message) {
      var params = message.data.params;
      if (params.type !== 'task_added' || params.by === boot.user.id) { return; }
      var link = params.entity_id ? '/leads/detail/' + params.entity_id : undefined;
      notifications.show_message({ header: t('new_task'), text: params.text, link: link });
    }

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
      socket.listen('notifications:' + boot.account.id + ':' + boot.user.id, [], announce);
      socket.start();
      router.start();
    };
  });
