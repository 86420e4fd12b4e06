/* The left column: name, stage, budget, fields, contact and company; unsaved changes live in a Backbone model. */
define(['jquery', 'underscore', 'backbone', 'app/boot', 'app/api', 'app/texts', 'app/format', 'app/notifications', 'card/fields', 'card/people', 'card/stage'],
  function ($, _, Backbone, boot, api, t, format, notifications, fields, people, stage) {
    var state = {};

    function head(card) {
      var tags = card.lead._embedded.tags.map(function (tag) { return '<span class="tag">' + format.esc(tag.name) + '</span>'; }).join('');
      return '<div class="card-fields__top"><a class="card-fields__back" href="/leads/" aria-label="' + t('leads') + '">‹</a>' +
        '<textarea class="card-fields__name" name="lead[NAME]" rows="1" aria-label="' + t('name') + '">' + format.esc(card.lead.name) + '</textarea>' +
        '<div class="card-fields__id">#' + card.lead.id + ' <span class="js-card-tags">' + tags + '</span></div>' +
        '<div class="js-stage">' + stage.html(card.lead) + '</div>' +
        '<div class="card-tabs" role="tablist"><button type="button" role="tab" class="card-tabs__item card-tabs__item_active" data-tab="main">' + t('main') + '</button>' +
        '<button type="button" role="tab" class="card-tabs__item" data-tab="products">' + t('products') + '</button></div></div>';
    }

    function main(card) {
      var lead = card.lead, users = boot.users.filter(function (u) { return !u.is_free; });
      var options = users.map(function (u) {
        return '<option value="' + u.id + '"' + (u.id === lead.responsible_user_id ? ' selected' : '') + '>' + format.esc(u.name) + '</option>';
      }).join('');
      return '<div class="card-entity-form__fields js-tab" data-tab="main"><div class="linked-form__field" data-id="main_user"><label>' + t('responsible') + '</label>' +
        '<select name="lead[MAIN_USER]">' + options + '</select></div>' +
        '<div class="linked-form__field" data-id="price"><label>' + t('budget') + '</label><input name="lead[PRICE]" inputmode="decimal" value="' + lead.price + '">' +
        '<span class="linked-form__unit">' + boot.account.currency_symbol + '</span></div>' +
        '<div class="js-custom-fields">' + fields.html(card.fields, lead, 'CFV') + '</div><div class="js-people">' + people.html(card) + '</div></div>' +
        '<div class="js-tab" data-tab="products" hidden><div id="card_products"></div></div>' +
        '<div class="card-fields__save js-save-bar" hidden><button type="button" class="button-input button-input_blue" id="save_and_close_contacts_link">' + t('save') + '</button>' +
        '<button type="button" class="button-cancel js-card-cancel">' + t('cancel') + '</button></div>';
    }

    function attributes(card) {
      var lead = card.lead;
      var found = {
        'lead[NAME]': lead.name, 'lead[PRICE]': String(lead.price), 'lead[STATUS]': String(lead.status_id),
        'lead[PIPELINE_ID]': String(lead.pipeline_id), 'lead[MAIN_USER]': String(lead.responsible_user_id)
      };
      card.fields.forEach(function (field) { found['CFV[' + field.id + ']'] = fields.current(field, lead); });
      return _.extend(found, people.attributes(card));
    }

    function dirty() {
      var saved = state.saved;
      return _.filter(_.keys(state.model.attributes), function (key) { return state.model.get(key) !== saved[key]; });
    }

    function bar() { state.$holder.find('.js-save-bar').prop('hidden', dirty().length === 0); }

    function save() {
      var changed = dirty(), model = state.model, body = {}, lead = state.card.lead;
      if (_.contains(changed, 'lead[NAME]')) { body.name = model.get('lead[NAME]'); }
      if (_.contains(changed, 'lead[PRICE]')) { body.price = Number(String(model.get('lead[PRICE]')).replace(/\s/g, '').replace(',', '.')) || 0; }
      if (_.contains(changed, 'lead[MAIN_USER]')) { body.responsible_user_id = Number(model.get('lead[MAIN_USER]')); }
      var own = fields.changes(state.card.fields, changed, model, 'CFV');
      if (own.length) { body.custom_fields_values = own; }
      var first = _.isEmpty(body) ? $.Deferred().resolve().promise() : api.patch('leads/' + lead.id, body);
      $.when(first, people.save(state.card, changed, model)).then(function () {
        notifications.show_message({ header: t('lead'), text: t('saved') });
        state.saved = _.clone(model.attributes);
        bar();
        state.refresh();
      }, function (xhr) { notifications.show_message_error({ header: t('not_saved'), text: api.reason(xhr) }); });
    }

    function bind($holder) {
      $holder.on('input change', ':input[name]', function () {
        state.model.set(this.name, this.type === 'checkbox' ? this.checked : $(this).val());
        bar();
      });
      $holder.on('click', '#save_and_close_contacts_link', save);
      $holder.on('click', '.js-card-cancel', function () { redraw(state.card); });
      $holder.on('click', '.card-tabs__item', function () {
        var tab = this.getAttribute('data-tab');
        $holder.find('.card-tabs__item').removeClass('card-tabs__item_active').filter('[data-tab="' + tab + '"]').addClass('card-tabs__item_active');
        $holder.find('.js-tab').each(function () { this.hidden = this.getAttribute('data-tab') !== tab; });
        $('#card_holder').toggleClass('card-holder_wide-fields', tab === 'products');
      });
      $holder.on('focusout', '.card-entity-form__fields', function () {
        setTimeout(function () { if (state.stale && !dirty().length) { state.stale = false; redraw(state.card); } }, 0);
      });
      stage.bind($holder, function () { return state.card; }, function () { state.refresh(); });
    }

    function redraw(card) {
      var products = state.$holder.find('#card_products').children().detach();
      var tab = state.$holder.find('.card-tabs__item_active').data('tab') || 'main';
      state.saved = attributes(card);
      state.model.set(state.saved);
      state.$holder.html(head(card) + main(card));
      state.$holder.find('#card_products').append(products);
      if (tab !== 'main') { state.$holder.find('.card-tabs__item[data-tab="' + tab + '"]').trigger('click'); }
      bar();
    }

    return {
      draw: function ($holder, card, refresh) {
        state = { $holder: $holder, card: card, refresh: refresh, model: new Backbone.Model(), saved: {} };
        redraw(card);
        bind($holder);
        return state.model;
      },
      update: function (card) {
        var focused = $(document.activeElement).closest('.card-entity-form__fields', state.$holder[0]).length > 0;
        state.card = card;
        state.stale = focused && !dirty().length;
        if (!focused && !dirty().length) { redraw(card); } else { state.$holder.find('.js-stage').html(stage.html(card.lead)); }
      }
    };
  });
