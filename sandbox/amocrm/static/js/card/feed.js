/* The feed: what happened, notes, files, tasks with their button, and where to write. */
define(['jquery', 'underscore', 'app/boot', 'app/api', 'app/texts', 'app/format', 'app/notifications', 'card/feed_rows'],
  function ($, _, boot, api, t, format, notifications, rows) {
    var state = {};

    function draw() {
      var $list = state.$holder.find('.feed__list'), atEnd = $list[0].scrollHeight - $list.scrollTop() - $list.height() < 80;
      var draft = $(document.activeElement).is('.feed-task__result');
      if (draft) { return; }
      $list.html(rows.html(state.card));
      if (atEnd || !state.shown) { $list.scrollTop($list[0].scrollHeight); }
      state.shown = true;
    }

    function compose() {
      return '<form class="feed-compose" id="feed_compose"><div class="feed-compose__kinds"><select name="kind" aria-label="' + t('note') + '"><option value="note">' + t('note') +
        '</option><option value="task">' + t('task') + '</option></select></div><textarea name="text" rows="1" placeholder="' + t('note_hint') + '" aria-label="' + t('note_hint') + '"></textarea>' +
        '<button class="button-input button-input_blue">' + t('add') + '</button></form>';
    }

    function send(event) {
      event.preventDefault();
      var $text = state.$holder.find('[name=text]'), text = $text.val().trim(), lead = state.card.lead;
      if (!text) { return; }
      var task = state.$holder.find('[name=kind]').val() === 'task';
      var call = task ? api.post('tasks', [{ text: text, complete_till: boot.now + 86400, entity_id: lead.id, entity_type: 'leads' }])
        : api.post('leads/' + lead.id + '/notes', [{ note_type: 'common', params: { text: text } }]);
      call.then(function () { $text.val(''); state.refresh(); }, function (xhr) {
        notifications.show_message_error({ header: t('not_saved'), text: api.reason(xhr) });
      });
    }

    function complete() {
      var $task = $(this).closest('.feed-task'), text = $task.find('.feed-task__result').val();
      $task.find('.feed-task__result').trigger('blur');
      api.patch('tasks/' + $task.data('id'), { is_completed: true, result: { text: text || t('done') } }).always(state.refresh);
    }

    return {
      draw: function ($holder, card, refresh) {
        state = { $holder: $holder, card: card, refresh: refresh, shown: false };
        $holder.html('<div class="feed__list custom-scroll" tabindex="0" aria-label="' + t('note') + '"></div>' + compose());
        $holder.on('submit', '#feed_compose', send);
        $holder.on('change', '[name=kind]', function () {
          $holder.find('[name=text]').attr('placeholder', t(this.value === 'task' ? 'task_hint' : 'note_hint'));
        });
        $holder.on('click', '.feed-task__complete', complete);
        draw();
      },
      update: function (card) { state.card = card; draw(); }
    };
  });
