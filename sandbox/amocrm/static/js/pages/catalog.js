/* /catalogs/ID: elements of a list, with the fields they have. */
define(['jquery', 'app/boot', 'app/api', 'app/app_object', 'app/chrome', 'app/texts', 'app/format', 'widgets/lifecycle'], function ($, boot, api, APP, chrome, t, format, lifecycle) {
  function cell(field, element) {
    var found = (element.custom_fields_values || []).filter(function (row) { return row.field_id === field.id; })[0];
    var value = found ? found.values.map(function (row) { return row.value; }).join(', ') : '';
    if (field.type !== 'price') { return '<td>' + format.esc(value) + '</td>'; }
    return '<td class="number">' + (value === '' ? '' : format.money(value)) + '</td>';
  }

  function table(fields, elements) {
    var head = fields.map(function (field) { return '<th' + (field.type === 'price' ? ' class="number"' : '') + '>' + format.esc(field.name) + '</th>'; }).join('');
    return '<table class="list-table"><thead><tr><th>' + t('name') + '</th>' + head + '</tr></thead><tbody>' + elements.map(function (element) {
      return '<tr class="list-row" data-id="' + element.id + '"><td>' + format.esc(element.name) + '</td>' + fields.map(function (field) { return cell(field, element); }).join('') + '</tr>';
    }).join('') + '</tbody></table>';
  }

  return {
    enter: function (wanted) {
      var id = Number(wanted) || boot.account.products.catalog_id;
      APP.enter('catalogs', 'catalogs', 'catalogs', false);
      chrome.mark('lists');
      $('#page').attr('class', 'page page_catalog').html('<div class="list-head"><h1>' + t('lists') + '</h1><span class="list-head__count"></span></div><div class="list-holder"></div>');
      if (!id) { $('.list-holder').html('<p class="page-note">' + t('no_lists') + '</p>'); return; }
      $.when(api.get('catalogs/' + id), api.list('catalogs/' + id + '/custom_fields?limit=50', 'custom_fields'), api.list('catalogs/' + id + '/elements?limit=250', 'elements'))
        .then(function (catalog, fields, elements) {
          $('.list-head h1').text(catalog[0].name);
          $('.list-head__count').text(elements.length);
          var shown = fields.filter(function (field) { return field.type !== 'textarea' && field.is_visible; });
          $('.list-holder').html(table(shown, elements));
        });
    },
    leave: function () { return lifecycle.leave(); }
  };
});
