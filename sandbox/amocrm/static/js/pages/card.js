/* /leads/detail/ID: form at the left, feed in the middle, widgets at the right. */
define(['jquery', 'app/boot', 'app/api', 'app/app_object', 'app/chrome', 'app/socket', 'app/texts', 'widgets/lifecycle', 'widgets/panel', 'card/data', 'card/form', 'card/feed', 'card/products'],
  function ($, boot, api, APP, chrome, socket, t, lifecycle, panel, data, form, feed, products) {
    var stop = $.noop, pending = null, current = null;

    function layout() {
      return '<div id="card_holder" class="card-holder card-fields-holder content__card-holder-widgets js-widgets-hidden">' +
        '<div id="card_widgets_overlay"></div><section id="card_fields" class="card-fields" aria-label="' + t('lead') + '"></section>' +
        '<section class="card-holder__feed" id="card_feed"></section>' + panel.frame() + '</div>';
    }

    function refuse(text) {
      $('#page').attr('class', 'page').html('<p class="page-note">' + text + '</p>');
    }

    function refresh() {
      clearTimeout(pending);
      pending = setTimeout(function () {
        var id = current;
        data.load(id).then(function (card) {
          if (current !== id || !card) { return; }
          form.update(card);
          products.update(card);
          feed.update(card);
        });
      }, 150);
    }

    function draw(card) {
      APP.enter('leads_card', 'lcard', 'leads', true);
      $('#page').attr('class', 'page page_card').html(layout());
      var model = form.draw($('#card_fields'), card, refresh);
      APP.data.current_card = { id: card.lead.id, model: model, element_type: 2, main_user: card.lead.responsible_user_id, contacts: data.contacts(card) };
      products.draw($('#card_products'), card, refresh);
      feed.draw($('#card_feed'), card, refresh);
      panel.bind($('#card_holder'));
      stop = socket.listen('leads:card:' + card.lead.id, [], refresh);
      lifecycle.enter('lcard');
    }

    return {
      enter: function (id) {
        var wanted = Number(id);
        current = wanted;
        chrome.mark('leads');
        data.load(wanted).then(function (card) {
          if (current !== wanted) { return; }
          if (card) { draw(card); } else { refuse(t('not_found')); }
        }, function () { refuse(boot.user_rights.is_free_user ? t('free_user') : t('no_rights')); });
      },
      leave: function () {
        stop();
        stop = $.noop;
        current = null;
        clearTimeout(pending);
        return lifecycle.leave();
      }
    };
  });
