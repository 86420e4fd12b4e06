/* The products tab: rows linked to the deal, found in the products list, with their quantities. */
define(['jquery', 'underscore', 'app/boot', 'app/api', 'app/texts', 'app/format', 'app/notifications', 'card/data'],
  function ($, _, boot, api, t, format, notifications, data) {
    var state = {};

    function price(element) { return Number(data.values(element, 'PRICE')[0]) || 0; }

    function link(id, quantity) {
      return { to_entity_id: id, to_entity_type: 'catalog_elements', metadata: { catalog_id: boot.account.products.catalog_id, quantity: quantity } };
    }

    function send(action, body) {
      return api.post('leads/' + state.card.lead.id + '/' + action, [body]).always(state.refresh).fail(function (xhr) {
        notifications.show_message_error({ header: t('not_saved'), text: api.reason(xhr) });
      });
    }

    function row(link_) {
      var element = _.findWhere(state.card.elements, { id: link_.to_entity_id });
      if (!element) { return ''; }
      var quantity = link_.metadata.quantity;
      return '<tr class="product-row" data-id="' + element.id + '"><td><div class="product-row__name">' + format.esc(element.name) + '</div>' +
        '<div class="product-row__sku">' + format.esc(data.values(element, 'SKU')[0] || '') + '</div></td>' +
        '<td class="number">' + format.money(price(element)) + '</td>' +
        '<td><input class="product-row__quantity" type="text" inputmode="decimal" value="' + quantity + '" aria-label="' + t('quantity') + '"></td>' +
        '<td class="number product-row__sum">' + format.money(price(element) * quantity) + '</td>' +
        '<td><button type="button" class="product-row__remove" aria-label="' + t('remove') + '" title="' + t('remove') + '">×</button></td></tr>';
    }

    function table() {
      var links = state.card.productLinks;
      if (!links.length) { return '<p class="products__empty">' + t('no_products') + '</p>'; }
      var total = links.reduce(function (sum, link_) {
        var element = _.findWhere(state.card.elements, { id: link_.to_entity_id });
        return sum + (element ? price(element) * link_.metadata.quantity : 0);
      }, 0);
      return '<table class="products__table"><thead><tr><th>' + t('product') + '</th><th class="number">' + t('price') + '</th><th>' + t('quantity') +
        '</th><th class="number">' + t('sum') + '</th><th></th></tr></thead><tbody>' + links.map(row).join('') + '</tbody>' +
        '<tfoot><tr><td colspan="3">' + t('total') + '</td><td class="number">' + format.money(total) + '</td><td></td></tr></tfoot></table>';
    }

    function draw() { state.$holder.find('.js-products-table').html(table()); }

    function suggest(query) {
      if (!query) { return state.$holder.find('.products__found').empty(); }
      var path = 'catalogs/' + boot.account.products.catalog_id + '/elements?limit=12&query=' + encodeURIComponent(query);
      return api.get(path).then(function (page) {
        var found = page ? page._embedded.elements : [];
        state.$holder.find('.products__found').html(found.map(function (element) {
          return '<li role="option" tabindex="0" class="products__option" data-id="' + element.id + '"><span>' + format.esc(element.name) + '</span><em>' +
            format.esc(data.values(element, 'SKU')[0] || '') + '</em><b>' + format.money(price(element)) + '</b></li>';
        }).join(''));
      });
    }

    function choose() {
      var id = $(this).data('id');
      var known = _.findWhere(state.card.productLinks, { to_entity_id: id });
      state.$holder.find('#product_search').val('').end().find('.products__found').empty();
      send('link', link(id, known ? known.metadata.quantity + 1 : 1));
    }

    function bind($holder) {
      $holder.on('input', '#product_search', _.debounce(function () { suggest(this.value.trim()); }, 200));
      $holder.on('click', '.products__option', choose);
      $holder.on('keydown', '.products__option', function (event) { if (event.which === 13) { choose.call(this); } });
      $holder.on('change', '.product-row__quantity', function () {
        var quantity = Number(this.value.replace(',', '.'));
        if (!(quantity > 0)) { return draw(); }
        return send('link', link($(this).closest('tr').data('id'), quantity));
      });
      $holder.on('keydown', '.product-row__quantity', function (event) { if (event.which === 13) { this.blur(); } });
      $holder.on('click', '.product-row__remove', function () { send('unlink', link($(this).closest('tr').data('id'), 1)); });
    }

    return {
      draw: function ($holder, card, refresh) {
        state = { $holder: $('<div class="products">').appendTo($holder), card: card, refresh: refresh };
        state.$holder.html('<div class="products__search"><input id="product_search" type="text" autocomplete="off" placeholder="' + t('find_product') +
          '" aria-label="' + t('find_product') + '"><ul class="products__found" role="listbox"></ul></div><div class="js-products-table"></div>');
        bind(state.$holder);
        draw();
      },
      update: function (card) {
        state.card = card;
        if (!$(document.activeElement).is('.product-row__quantity')) { draw(); }
      }
    };
  });
