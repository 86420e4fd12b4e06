/* Everything a card shows, read through the API with the user's session. */
define(['jquery', 'app/api', 'app/boot'], function ($, api, boot) {
  function filter(ids) { return ids.map(function (id) { return 'filter[id][]=' + id; }).join('&'); }

  function by(kind, ids) {
    return ids.length ? api.list(kind + '?' + filter(ids) + '&limit=250', kind.replace(/^.*\//, '')) : $.Deferred().resolve([]).promise();
  }

  function load(id) {
    return api.get('leads/' + id + '?with=contacts,loss_reason').then(function (lead) {
      if (!lead || lead.is_deleted) { return null; }
      return $.when(
        api.get('leads/' + id + '/links'),
        api.list('leads/' + id + '/notes?limit=250', 'notes'),
        api.list('tasks?filter[entity_type]=leads&filter[entity_id][]=' + id + '&limit=250', 'tasks'),
        api.list('events?filter[entity]=lead&filter[entity_id][]=' + id + '&limit=100', 'events'),
        $.getJSON('/ajax/leads/' + id + '/files'),
        api.list('leads/custom_fields?limit=50', 'custom_fields')
      ).then(function (links, notes, tasks, events, files, fields) {
        var rows = links[0] ? links[0]._embedded.links : [];
        return people(lead, rows).then(function (found) {
          return $.extend(found, { lead: lead, links: rows, notes: notes, tasks: tasks, events: events, files: files[0].files, fields: fields });
        });
      });
    });
  }

  function of(rows, kind) {
    return rows.filter(function (row) { return row.to_entity_type === kind; });
  }

  function ids(rows) { return rows.map(function (row) { return row.to_entity_id; }); }

  function people(lead, rows) {
    var products = of(rows, 'catalog_elements');
    var catalog = boot.account.products.catalog_id;
    var own = products.filter(function (row) { return row.metadata.catalog_id === catalog; });
    return $.when(
      by('contacts', ids(of(rows, 'contacts'))),
      by('companies', ids(of(rows, 'companies'))),
      by('catalogs/' + catalog + '/elements', ids(own))
    ).then(function (contacts, companies, elements) {
      return { people: contacts, companies: companies, elements: elements, productLinks: own };
    });
  }

  function values(entity, code) {
    var found = (entity.custom_fields_values || []).filter(function (field) { return field.field_code === code; })[0];
    return found ? found.values.map(function (row) { return row.value; }) : [];
  }

  return {
    load: load,
    values: values,
    contacts: function (card) {
      return card.people.map(function (person) {
        return { id: person.id, name: person.name, first_name: person.first_name, last_name: person.last_name, phones: values(person, 'PHONE'), emails: values(person, 'EMAIL') };
      });
    }
  };
});
