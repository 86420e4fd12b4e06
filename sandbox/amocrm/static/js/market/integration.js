/* The private integration: its form, widget upload, keys and tokens. */
define(['jquery', 'app/boot', 'app/api', 'app/texts', 'app/format', 'app/notifications', 'lib/components/base/modal'], function ($, boot, api, t, format, notifications, Modal) {
  var SCOPES = ['crm', 'files', 'files_delete', 'notifications'];

  function field(name, label, value, readonly) {
    return '<label class="form-row"><span>' + t(label) + '</span><input class="text-input" name="' + name + '" value="' + format.esc(value || '') + '"' + (readonly ? ' readonly' : '') + '></label>';
  }

  function window_(html, bind) {
    return new Modal({
      class_name: 'modal-list integration-modal',
      init: function ($body) {
        $body.trigger('modal:loaded').html('<div class="modal-body__inner">' + html + '</div>').trigger('modal:centrify')
          .append('<span class="modal-body__close" role="button" tabindex="0" aria-label="' + t('close') + '"><span class="icon icon-modal-close">×</span></span>');
        bind.call(this, $body);
      }
    });
  }

  function failed($body) {
    return function (xhr) { $body.find('.form-error').text(api.reason(xhr)); };
  }

  function upload(id, $body) {
    var file = $body.find('[name=widget]')[0].files[0];
    if (!file) { return $.Deferred().resolve().promise(); }
    var data = new FormData();
    data.append('widget', file);
    return $.ajax({ url: '/ajax/integrations/' + id + '/widget', type: 'POST', data: data, processData: false, contentType: false, dataType: 'json' });
  }

  function create(changed) {
    var scopes = SCOPES.map(function (scope) {
      return '<label class="form-check"><input type="checkbox" name="scope" value="' + scope + '"' + (scope === 'crm' ? ' checked' : '') + '> ' + scope + '</label>';
    }).join('');
    window_('<h2>' + t('create_integration') + '</h2>' + field('name', 'name') + field('redirect_uri', 'redirect_uri') + field('uninstall_hook_url', 'uninstall_hook') + field('description', 'description') +
      '<div class="form-row"><span>' + t('scopes') + '</span><div>' + scopes + '</div></div>' +
      '<label class="form-row"><span>' + t('upload_widget') + '</span><input type="file" name="widget" accept=".zip"></label>' +
      '<p class="form-error" role="alert"></p><button type="button" class="button-input button-input_blue js-integration-save">' + t('save') + '</button>', function ($body) {
      var modal = this;
      $body.on('click', '.js-integration-save', function () {
        var body = { scopes: $body.find('[name=scope]:checked').map(function () { return this.value; }).get() };
        ['name', 'redirect_uri', 'uninstall_hook_url', 'description'].forEach(function (name) { body[name] = $body.find('[name=' + name + ']').val(); });
        api.post('/ajax/integrations', body).then(function (row) { return upload(row.id, $body); }).then(function () {
          modal.destroy();
          window.location.reload();
        }, failed($body));
      });
    });
  }

  function keys(row, changed) {
    window_('<h2>' + format.esc(row.name) + ' — ' + t('keys') + '</h2>' + field('client_id', 'client_id', row.id, true) + field('client_secret', 'client_secret', row.client_secret || '••••', true) +
      field('redirect', 'redirect_uri', row.redirect_uri, true) +
      '<div class="form-row"><span>' + t('code20') + '</span><div><button type="button" class="button-input js-code">' + t('get') + '</button><textarea class="text-input js-code-value" readonly rows="2"></textarea></div></div>' +
      '<div class="form-row"><span>' + t('long_lived') + '</span><div><button type="button" class="button-input js-long">' + t('get') + '</button><textarea class="text-input js-long-value" readonly rows="2"></textarea></div></div>' +
      '<div class="form-row"><span>' + t('granted') + '</span><div><button type="button" class="button-input js-revoke">' + t('revoke') + '</button></div></div>' +
      '<label class="form-row"><span>' + t('upload_widget') + '</span><input type="file" name="widget" accept=".zip"></label><p class="form-error" role="alert"></p>', function ($body) {
      var base = '/ajax/integrations/' + row.id + '/';
      $body.on('click', '.js-code', function () { api.post(base + 'code', {}).then(function (a) { $body.find('.js-code-value').val(a.code); changed(); }, failed($body)); });
      $body.on('click', '.js-long', function () { api.post(base + 'long_lived', { days: 365 }).then(function (a) { $body.find('.js-long-value').val(a.access_token); changed(); }, failed($body)); });
      $body.on('click', '.js-revoke', function () { api.post(base + 'revoke', {}).then(changed, failed($body)); });
      $body.on('change', '[name=widget]', function () {
        upload(row.id, $body).then(function () { notifications.show_message({ header: row.name, text: t('upload_ok') }); window.location.reload(); }, failed($body));
      });
    });
  }

  return { create: create, keys: keys };
});
