/* /todo/: open tasks of the signed-in user. */
define(['jquery', 'app/boot', 'app/api', 'app/app_object', 'app/chrome', 'app/socket', 'app/texts', 'app/format', 'widgets/lifecycle'],
  function ($, boot, api, APP, chrome, socket, t, format, lifecycle) {
    var stop = $.noop;

    function row(task, names) {
      var link = task.entity_type === 'leads' ? '<a href="/leads/detail/' + task.entity_id + '">' + format.esc(names[task.entity_id] || '#' + task.entity_id) + '</a>' : '';
      var late = task.complete_till < boot.now ? ' todo-row_late' : '';
      return '<tr class="list-row todo-row' + late + '" data-id="' + task.id + '"><td>' + format.day(task.complete_till) + ' ' + format.time(task.complete_till) + '</td><td>' + link +
        '</td><td>' + format.esc(task.text).replace(/\n/g, '<br>') + '</td><td class="number"><button type="button" class="button-input js-todo-complete">' + t('complete') + '</button></td></tr>';
    }

    function draw() {
      return $.when(
        api.list('tasks?filter[responsible_user_id][]=' + boot.user.id + '&filter[is_completed]=0&order[complete_till]=asc&limit=250', 'tasks'),
        api.list('leads?limit=250', 'leads')
      ).then(function (tasks, leads) {
        var names = {};
        leads.forEach(function (lead) { names[lead.id] = lead.name; });
        $('.list-head__count').text(tasks.length);
        $('.list-holder').html(tasks.length ? '<table class="list-table"><tbody>' + tasks.map(function (task) { return row(task, names); }).join('') + '</tbody></table>'
          : '<p class="page-note">' + t('no_tasks') + '</p>');
      }, function () { $('.list-holder').html('<p class="page-note">' + t('free_user') + '</p>'); });
    }

    return {
      enter: function () {
        APP.enter('todo', 'tlist', 'todo', false);
        chrome.mark('tasks');
        $('#page').attr('class', 'page page_todo').html('<div class="list-head"><h1>' + t('tasks') + '</h1><span class="list-head__count"></span></div><div class="list-holder"></div>');
        $('#page').off('.todo').on('click.todo', '.js-todo-complete', function () {
          api.patch('tasks/' + $(this).closest('tr').data('id'), { is_completed: true, result: { text: t('done') } }).always(draw);
        });
        draw();
        stop = socket.listen('notifications:' + boot.account.id + ':' + boot.user.id, [], draw);
        lifecycle.enter('tlist');
      },
      leave: function () {
        stop();
        $('#page').off('.todo');
        return lifecycle.leave();
      }
    };
  });
