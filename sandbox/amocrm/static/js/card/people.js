/* Contact and company in the left column; the company's legal entity can be mended here. */
define(['jquery', 'underscore', 'app/api', 'app/texts', 'app/format'], function ($, _, api, t, format) {
  var LEGAL = [['name', 'legal_name'], ['vat_id', 'vat_id'], ['kpp', 'kpp'], ['tax_registration_reason_code', 'ogrn'], ['address', 'address']];
  var PLAIN = [['PHONE', 'phone'], ['EMAIL', 'email'], ['POSITION', 'position']];

  function row(name, label, value) {
    return '<div class="linked-form__field" data-id="' + format.esc(name) + '"><label>' + t(label) + '</label>' +
      '<input type="text" name="' + format.esc(name) + '" value="' + format.esc(value) + '" placeholder="…" aria-label="' + t(label) + '"></div>';
  }

  function plain(entity, code) { return _.findWhere(entity.custom_fields_values || [], { field_code: code }); }

  function legal(entity) { return _.findWhere(entity.custom_fields_values || [], { field_type: 'legal_entity' }); }

  function pairs(kind, entity) {
    var base = kind + '[' + entity.id + ']', found = [];
    PLAIN.forEach(function (pair) {
      var field = plain(entity, pair[0]);
      if (field) { found.push([base + '[' + pair[0] + ']', pair[1], field.values[0].value]); }
    });
    var own = legal(entity);
    if (own) {
      LEGAL.forEach(function (pair) { found.push([base + '[LEGAL][' + pair[0] + ']', pair[1], own.values[0].value[pair[0]] || '']); });
    }
    return found;
  }

  function block(kind, entity) {
    return '<div class="linked-card linked-card_' + kind + '" data-id="' + entity.id + '"><div class="linked-card__name"><span class="linked-card__icon">' +
      (kind === 'companies' ? '⌂' : '☺') + '</span>' + format.esc(entity.name) + '</div>' +
      pairs(kind, entity).map(function (pair) { return row(pair[0], pair[1], pair[2]); }).join('') + '</div>';
  }

  function all(card) {
    return card.people.map(function (p) { return ['contacts', p]; }).concat(card.companies.map(function (c) { return ['companies', c]; }));
  }

  function body(kind, entity, changed, model) {
    var base = kind + '[' + entity.id + ']', values = [];
    PLAIN.forEach(function (pair) {
      var name = base + '[' + pair[0] + ']';
      if (_.contains(changed, name)) {
        values.push({ field_code: pair[0], values: model.get(name) ? [{ value: model.get(name) }] : null });
      }
    });
    var touched = _.some(changed, function (name) { return name.indexOf(base + '[LEGAL]') === 0; });
    if (touched) {
      var own = legal(entity), fresh = _.clone(own.values[0].value);
      LEGAL.forEach(function (pair) { fresh[pair[0]] = model.get(base + '[LEGAL][' + pair[0] + ']'); });
      values.push({ field_id: own.field_id, values: [{ value: fresh }] });
    }
    return values;
  }

  return {
    html: function (card) { return all(card).map(function (one) { return block(one[0], one[1]); }).join(''); },
    attributes: function (card) {
      var found = {};
      all(card).forEach(function (one) { pairs(one[0], one[1]).forEach(function (pair) { found[pair[0]] = String(pair[2]); }); });
      return found;
    },
    save: function (card, changed, model) {
      var calls = [];
      all(card).forEach(function (one) {
        var values = body(one[0], one[1], changed, model);
        if (values.length) { calls.push(api.patch(one[0] + '/' + one[1].id, { custom_fields_values: values })); }
      });
      return $.when.apply($, calls);
    }
  };
});
