/* The window of a widget: its fields, Install, Save, Disable. */
define(['jquery', 'app/boot', 'app/texts', 'app/format', 'app/notifications', 'app/api', 'widgets/registry', 'widgets/lifecycle', 'widgets/settings_fields', 'lib/components/base/modal'],
  function ($, boot, t, format, notifications, api, registry, lifecycle, fields, Modal) {
    function html(info) {
      var on = info.installed, esc = format.esc, version = '?v=' + encodeURIComponent(info.version);
      return '<div class="widget-settings"><div class="widget-settings__base-space">' +
        '<img class="widget-settings__logo" src="' + info.path + '/images/logo_main.png' + version + '" alt="">' +
        '<h2 class="widget-settings__name">' + esc(info.name) + '</h2><p class="widget-settings__short">' + esc(info.short_description) + '</p>' +
        '<div class="widget-settings__command-plate"><span class="widget-state widget-state_status_' + (on ? 'installed' : 'install') + '">' +
        t(on ? 'installed' : 'not_installed') + '</span>' +
        (on ? '' : '<button type="button" class="button-input button-input_blue js-widget-install install-widget__button" data-id="' + info.id + '" id="' + info.code + '">' + t('install') + '</button>') +
        (on ? '<button type="button" class="button-cancel js-widget-uninstall">' + t('uninstall') + '</button>' : '') + '</div></div>' +
        '<div class="widget-settings__desc-space"><div class="widget_settings_block"><div class="widget_settings_block__descr">' + info.description + '</div>' +
        '<form class="widget_settings_block__fields" id="widget_settings__fields_wrapper">' + fields.html(info) + '</form>' +
        '<div class="widget_settings_block__controls widget_settings_block__controls_top">' +
        '<button type="button" class="button-input js-widget-save button-input-disabled" data-onsave-destroy-modal="true" data-id="' + info.id + '">' + t('save') + '</button></div>' +
        '<input type="checkbox" class="hidden" name="widget_active" id="widget_active__sw"' + (on ? ' checked' : '') + '></div></div></div>';
    }

    function send(info, active, values, installing) {
      return registry.object(info).then(function (widget) {
        var event = { active: active, fields: values, widget_code: info.code, id: info.id, installing: installing };
        return lifecycle.call(widget, 'onSave', [event]).then(function (answer) {
          if (!answer) { return $.Deferred().reject({ message: 'onSave' }).promise(); }
          var path = '/ajax/widgets/' + info.code + '/save';
          return api.post(path, { active: active, fields: event.fields }).then(function (row) {
            info.installed = row.installed;
            info.settings = row.settings;
            $.extend(widget.params, row.settings, { active: active, widget_active: active, status: row.installed ? 'installed' : 'install' });
            if (installing) { lifecycle.call(widget, 'onInstall'); }
            return widget;
          });
        });
      });
    }

    function failed($body, error) {
      var text = error && error.status !== undefined ? api.reason(error) : String(error && error.message || '');
      $body.find('.js-widget-save').trigger('button:save:error');
      notifications.show_message_error({ header: t('not_saved'), text: text });
    }

    function bind(info, $body, modal, changed) {
      function done(keep) {
        changed();
        if (!keep) { modal.destroy(); }
      }
      $body.on('change input', '#widget_settings__fields_wrapper :input', function () {
        $body.find('.js-widget-save').removeClass('button-input-disabled button-input_error').addClass('button-input_blue');
      });
      $body.on('submit', 'form', function (event) { event.preventDefault(); });
      $body.on('button:save:error', '.js-widget-save', function () { $(this).addClass('button-input_error'); });
      $body.on('click', '.js-widget-save, .js-widget-install', function () {
        var $button = $(this);
        if ($button.hasClass('button-input-disabled') || $button.hasClass('button-input-loading')) { return; }
        var missing = fields.missing(info, $body);
        if (missing) { return failed($body, { message: missing }); }
        $button.addClass('button-input-loading');
        send(info, 'Y', fields.read(info, $body), !info.installed).always(function () { $button.removeClass('button-input-loading'); })
          .then(function () { done($button.is('.js-widget-save') && !$button.attr('data-onsave-destroy-modal')); }, function (e) { failed($body, e); });
      });
      $body.on('click', '.js-widget-uninstall', function () {
        send(info, 'N', fields.read(info, $body), false).then(function (widget) {
          return lifecycle.call(widget, 'destroy').always(function () { lifecycle.forget(info.code); done(false); });
        }).fail(function (e) { failed($body, e); });
      });
    }

    return {
      open: function (info, changed) {
        return new Modal({
          class_name: 'modal-list widget-settings__modal ' + info.code,
          init: function ($body) {
            var modal = this;
            $body.trigger('modal:loaded').html(html(info)).trigger('modal:centrify')
              .append('<span class="modal-body__close" role="button" tabindex="0" aria-label="' + t('close') + '"><span class="icon icon-modal-close">×</span></span>');
            bind(info, $body, modal, changed);
            if (!boot.user_rights.is_admin) { $body.find('button').prop('disabled', true).attr('title', t('only_admin')); }
            registry.object(info).then(function (widget) {
              lifecycle.call(widget, 'settings', [$body.find('.widget_settings_block'), {}]);
            });
          },
          destroy: function () { return true; }
        });
      }
    };
  });
