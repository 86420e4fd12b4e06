/* Custom fields as inputs, and back to custom_fields_values. */
define(['underscore', 'moment', 'app/format', 'app/texts'], function (_, moment, format, t) {
  var DATES = ['date', 'birthday'];
  var LOCK = ' <svg class="linked-form__lock" viewBox="0 0 9 11" aria-hidden="true"><path d="M1.5 5V3.5a3 3 0 0 1 6 0V5H8.5v6h-8V5zm1.3 0h3.4V3.5a1.7 1.7 0 0 0-3.4 0z"/></svg>';

  /** A field only the API may change has a lock that never leaves its last word. */
  function label(field) {
    var name = format.esc(field.name);
    return field.is_api_only ? name.replace(/\S+$/, '<span class="linked-form__last">$&' + LOCK + '</span>') : name;
  }

  function rows(field, entity) {
    var found = _.findWhere(entity.custom_fields_values || [], { field_id: field.id });
    return found ? found.values : [];
  }

  function current(field, entity) {
    var first = rows(field, entity)[0];
    if (!first) { return field.type === 'checkbox' ? false : ''; }
    if (_.contains(DATES, field.type)) { return moment.unix(first.value).format('YYYY-MM-DD'); }
    if (field.type === 'date_time') { return moment.unix(first.value).format('YYYY-MM-DDTHH:mm'); }
    if (field.type === 'multiselect') { return rows(field, entity).map(function (row) { return row.value; }).join(', '); }
    if (field.type === 'checkbox') { return Boolean(first.value); }
    return typeof first.value === 'object' ? first.value.name || first.value.file_name || '' : String(first.value);
  }

  function control(field, entity, prefix) {
    var name = prefix + '[' + field.id + ']', value = current(field, entity);
    var locked = field.is_api_only ? ' disabled title="' + format.esc(value || t('api_only')) + '"' : '';
    var base = ' name="' + name + '" aria-label="' + format.esc(field.name) + '"' + locked;
    if (_.contains(['select', 'radiobutton'], field.type)) {
      return '<select' + base + '><option value=""></option>' + field.enums.map(function (e) {
        return '<option' + (e.value === value ? ' selected' : '') + '>' + format.esc(e.value) + '</option>';
      }).join('') + '</select>';
    }
    if (field.type === 'checkbox') { return '<input type="checkbox"' + base + (value ? ' checked' : '') + '>'; }
    if (field.type === 'textarea') { return '<textarea rows="2"' + base + '>' + format.esc(value) + '</textarea>'; }
    var type = _.contains(DATES, field.type) ? 'date' : field.type === 'date_time' ? 'datetime-local' : 'text';
    return '<input type="' + type + '"' + base + ' value="' + format.esc(value) + '" placeholder="…">';
  }

  function value(field, given) {
    if (given === '' || given === null) { return null; }
    if (_.contains(DATES, field.type) || field.type === 'date_time') { return [{ value: moment(given).unix() }]; }
    return [{ value: given }];
  }

  return {
    current: current,
    html: function (fields, entity, prefix) {
      return fields.filter(function (field) { return field.is_visible; }).map(function (field) {
        return '<div class="linked-form__field' + (field.is_api_only ? ' linked-form__field_locked' : '') + '" data-id="' + field.id + '"' +
          (field.code ? ' data-code="' + format.esc(field.code) + '"' : '') + '><label title="' + format.esc(field.name) + '">' + label(field) + '</label>' +
          control(field, entity, prefix) + '</div>';
      }).join('');
    },
    changes: function (fields, changed, model, prefix) {
      return fields.filter(function (field) { return _.contains(changed, prefix + '[' + field.id + ']'); }).map(function (field) {
        return { field_id: field.id, values: value(field, model.get(prefix + '[' + field.id + ']')) };
      });
    }
  };
});
