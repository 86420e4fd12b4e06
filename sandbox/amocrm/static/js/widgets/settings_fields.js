/* Fields of the settings window by their type. */
define(['jquery', 'app/boot', 'app/format'], function ($, boot, format) {
  function row(title, inner) {
    return '<div class="widget_settings_block__item_field"><div class="widget_settings_block__title_field" title="' + format.esc(title) + '">' +
      format.esc(title) + '</div><div class="widget_settings_block__input_field">' + inner + '</div></div>';
  }

  function input(name, value, type) {
    return '<input name="' + format.esc(name) + '" type="' + (type || 'text') + '" autocomplete="off" value="' + format.esc(value) +
      '" class="widget_settings_block__controls__ text-input">';
  }

  function perUser(name, saved, pair) {
    return boot.users.map(function (user) {
      var value = (saved || {})[user.id] || (pair ? {} : '');
      var inputs = pair ? input(name + '[' + user.id + '][login]', value.login || '') + input(name + '[' + user.id + '][password]', value.password || '', 'password')
        : input(name + '[' + user.id + ']', value);
      return '<div class="widget_settings_block__user"><span>' + format.esc(user.name) + '</span>' + inputs + '</div>';
    }).join('');
  }

  function html(info) {
    return $.map(info.manifest_settings, function (spec, name) {
      var value = info.settings[name];
      if (spec.type === 'custom') {
        return '<input type="hidden" name="' + format.esc(name) + '" id="' + info.code + '_custom" value="' + format.esc(value) + '">' +
          '<div id="' + info.code + '_custom_content"></div>';
      }
      if (spec.type === 'users' || spec.type === 'users_lp') { return row(spec.name, perUser(name, value, spec.type === 'users_lp')); }
      return row(spec.name, input(name, value === undefined ? '' : value, spec.type === 'pass' ? 'password' : 'text'));
    }).join('');
  }

  function read(info, $body) {
    var values = {};
    $.each(info.manifest_settings, function (name, spec) {
      if (spec.type === 'users' || spec.type === 'users_lp') {
        values[name] = {};
        boot.users.forEach(function (user) {
          var base = '[name="' + name + '[' + user.id + ']';
          values[name][user.id] = spec.type === 'users' ? $body.find(base + '"]').val()
            : { login: $body.find(base + '[login]"]').val(), password: $body.find(base + '[password]"]').val() };
        });
      } else {
        values[name] = $body.find('[name="' + name + '"]').val();
      }
    });
    return values;
  }

  function missing(info, $body) {
    var found = '';
    $.each(info.manifest_settings, function (name, spec) {
      if (spec.required && !$body.find('[name="' + name + '"]').val()) { found = found || spec.name; }
    });
    return found;
  }

  return { html: html, read: read, missing: missing };
});
