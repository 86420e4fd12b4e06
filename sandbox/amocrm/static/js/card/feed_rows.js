/* Lines of the feed as HTML, in the order of time, open tasks last. */
define(['underscore', 'app/boot', 'app/texts', 'app/format'], function (_, boot, t, format) {
  var esc = format.esc;

  function line(seconds, who, text, kind) {
    return '<div class="feed-note feed-note_' + kind + '"><span class="feed-note__time">' + format.time(seconds) + '</span><span class="feed-note__who">' +
      esc(who) + '</span><span class="feed-note__text">' + text + '</span></div>';
  }

  function fileOf(card, uuid) { return _.findWhere(card.files, { uuid: uuid }); }

  function note(card, row) {
    var who = row.created_by ? format.userName(row.created_by) : t('robot'), params = row.params;
    if (/service_message|_paid$/.test(row.note_type)) {
      return line(row.created_at, params.service, esc(params.text).replace(/\n/g, '<br>'), 'service');
    }
    if (row.note_type === 'attachment') {
      var file = fileOf(card, params.file_uuid), name = esc(params.file_name);
      var link = file ? '<a href="' + esc(file.href) + '" target="_blank" rel="noopener">' + name + '</a>' : name;
      return line(row.created_at, who, '<span class="feed-note__clip">' + esc(String(params.file_name).split('.').pop().slice(0, 4)) + '</span> ' + link, 'attachment');
    }
    return line(row.created_at, who, esc(params.text).replace(/\n/g, '<br>'), 'common');
  }

  function stageName(value) {
    var found = value && value[0] && value[0].lead_status;
    if (!found) { return ''; }
    var pipeline = _.findWhere(boot.pipelines, { id: found.pipeline_id });
    var status = pipeline && _.findWhere(pipeline._embedded.statuses, { id: found.id });
    return status ? '<span class="stage-pill" style="background:' + status.color + '">' + esc(status.name) + '</span>' : '';
  }

  function sale(value) { return value && value[0] ? format.money(value[0].sale_field_value.sale) : ''; }

  function linked(card, row) {
    var entity = row.value_after[0] && row.value_after[0].link.entity;
    if (!entity) { return ''; }
    var pools = { catalog_element: card.elements, contact: card.people, companie: card.companies };
    var found = _.findWhere(pools[entity.type] || [], { id: entity.id });
    return esc(found ? found.name : '#' + entity.id) + (entity.quantity ? ' × ' + entity.quantity : '');
  }

  function event(card, row) {
    var who = row.created_by ? format.userName(row.created_by) : t('robot'), text = null;
    var field = /^custom_field_(\d+)_value_changed$/.exec(row.type);
    if (row.type === 'lead_status_changed') { text = t('ev_lead_status_changed') + ': ' + stageName(row.value_before) + ' → ' + stageName(row.value_after); }
    else if (row.type === 'sale_field_changed') { text = t('ev_sale_field_changed') + ': ' + sale(row.value_before) + ' → ' + sale(row.value_after); }
    else if (/^entity_(linked|unlinked)$/.test(row.type)) { text = t('ev_' + row.type) + ': ' + linked(card, row); }
    else if (/^(lead_added|name_field_changed|entity_responsible_changed)$/.test(row.type)) { text = t('ev_' + row.type); }
    else if (field) {
      var known = _.findWhere(card.fields, { id: Number(field[1]) });
      text = t('ev_field') + ' «' + esc(known ? known.name : field[1]) + '»';
    }
    return text ? line(row.created_at, who, text, 'event') : '';
  }

  function task(row) {
    var head = '<div class="feed-task__head"><b>' + esc(boot.task_types[row.task_type_id] ? boot.task_types[row.task_type_id].option : t('task')) + '</b> ' + t('until') + ' ' +
      format.day(row.complete_till) + ' ' + format.time(row.complete_till) + ' · ' + t('to') + ' ' + esc(format.userName(row.responsible_user_id)) + '</div>';
    var text = '<div class="feed-task__text">' + esc(row.text).replace(/\n/g, '<br>') + '</div>';
    if (row.is_completed) {
      var result = row.result && row.result.text ? ' — ' + esc(row.result.text) : '';
      return '<div class="feed-task feed-task_done" data-id="' + row.id + '">' + head + text + '<div class="feed-task__done">✓ ' + t('done') + result + '</div></div>';
    }
    var late = row.complete_till < boot.now ? ' feed-task_late' : '';
    return '<div class="feed-task' + late + '" data-id="' + row.id + '">' + head + text + '<div class="feed-task__row"><input class="feed-task__result text-input" placeholder="' + t('result_hint') +
      '" aria-label="' + t('result_hint') + '"><button type="button" class="button-input feed-task__complete">' + t('complete') + '</button></div></div>';
  }

  return {
    html: function (card) {
      var timed = card.notes.map(function (row) { return [row.created_at, row.id, note(card, row)]; })
        .concat(card.events.map(function (row, index) { return [row.created_at, -index, event(card, row)]; }))
        .concat(_.where(card.tasks, { is_completed: true }).map(function (row) { return [row.updated_at, row.id, task(row)]; }))
        .filter(function (item) { return item[2]; });
      timed.sort(function (a, b) { return a[0] - b[0] || a[1] - b[1]; });
      var days = _.groupBy(timed, function (item) { return format.day(item[0]); });
      var html = _.map(days, function (items, day) {
        return '<div class="feed__day"><span>' + esc(day) + '</span></div>' + items.map(function (item) { return item[2]; }).join('');
      }).join('');
      return html + _.where(card.tasks, { is_completed: false }).map(task).join('');
    }
  };
});
