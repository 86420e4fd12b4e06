define(['jquery', 'underscore', 'backbone', 'moment', 'lib/components/base/modal', './lib/cloud.js'], function ($, _, Backbone, moment, Modal, cloud) {
  return function () {
    var self = this, log = window.weatherLog = window.weatherLog || [];
    log.push('made:' + self.get_version() + ':' + typeof self.i18n);
    this.callbacks = {
      render: function () {
        log.push('render');
        self.render_template({
          caption: { class_name: 'weather-caption' },
          body: '<p class="weather-static">' + cloud.name + '</p>',
          render: '<div class="weather"><b class="weather-hello">{{ hello }} {{ id }}</b> <span class="weather-city">{{ city }}</span>' +
            '<button type="button" class="weather-ask">?</button><i class="weather-answer"></i></div>'
        }, { hello: self.i18n('panel.hello'), id: APP.data.current_card.id, city: self.get_settings().city });
        return new Promise(function (resolve) { setTimeout(function () { resolve(window.weatherRender !== false); }, 20); });
      },
      bind_actions: function () {
        log.push('bind_actions');
        $(document).on('click.weather', '.weather-ask', function () {
          self.$authorizedAjax({ url: self.get_settings().city + '/forecast', type: 'POST', contentType: 'application/json', dataType: 'json',
            data: JSON.stringify({ lead: APP.data.current_card.id }) })
            .done(function (answer) { $('.weather-answer').text(answer.sky); })
            .fail(function (xhr) { $('.weather-answer').text('failed ' + xhr.status); });
        });
        return true;
      },
      init: function () {
        log.push('init');
        self.stop = self.listenSocketChannel('leads:card:' + APP.data.current_card.id, [], function (message) {
          log.push('heard:' + message.data.params.type);
        });
        return window.weatherInit === undefined ? true : window.weatherInit;
      },
      settings: function ($body) {
        log.push('settings:' + $body.find('#' + self.get_settings().widget_code + '_custom').length);
        return true;
      },
      onSave: function (event) {
        log.push('onSave:' + event.active);
        event.fields.extra = JSON.stringify({ saved: true });
        return true;
      },
      onInstall: function () { log.push('onInstall'); },
      advancedSettings: function () {
        $('#work-area-' + self.params.widget_code).html('<p class="weather-advanced">' + $('#list_page_holder').length + '</p>');
      },
      destroy: function () {
        log.push('destroy');
        if (self.stop) { self.stop(); }
        $(document).off('.weather');
        return true;
      }
    };
    return this;
  };
});
