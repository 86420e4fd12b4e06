/* /leads/: the deals the user may see, by stage colour. */
define(['jquery', 'app/boot', 'app/api', 'app/app_object', 'app/chrome', 'app/texts', 'app/format', 'widgets/lifecycle'], function ($, boot, api, APP, chrome, t, format, lifecycle) {
  function stage(lead) {
    var found = { name: '', color: '#ccc' };
    boot.pipelines.forEach(function (pipeline) {
      if (pipeline.id !== lead.pipeline_id) { return; }
      pipeline._embedded.statuses.forEach(function (status) { if (status.id === lead.status_id) { found = status; } });
    });
    return found;
  }

  function row(lead) {
    var status = stage(lead);
    return '<tr class="list-row" data-id="' + lead.id + '"><td><a class="list-row__name js-navigate-link" href="/leads/detail/' + lead.id + '">' + format.esc(lead.name) + '</a></td>' +
      '<td><span class="stage-pill" style="background:' + status.color + '">' + format.esc(status.name) + '</span></td>' +
      '<td class="number">' + format.money(lead.price) + '</td><td>' + format.esc(format.userName(lead.responsible_user_id)) + '</td></tr>';
  }

  return {
    enter: function () {
      APP.enter('leads', 'llist', 'leads', false);
      chrome.mark('leads');
      $('#page').attr('class', 'page page_list').html('<div class="list-head"><h1>' + t('leads') + '</h1><span class="list-head__count"></span></div><div class="list-holder"></div>');
      api.list('leads?limit=250&order[id]=asc', 'leads').then(function (leads) {
        APP.data.current_list.reset(leads);
        $('.list-head__count').text(leads.length + ' ' + t('amount_of'));
        $('.list-holder').html('<table class="list-table"><thead><tr><th>' + t('name') + '</th><th>' + t('stage') + '</th><th class="number">' + t('budget') +
          '</th><th>' + t('responsible') + '</th></tr></thead><tbody>' + leads.map(row).join('') + '</tbody></table>');
        lifecycle.enter('llist');
      }, function () {
        $('.list-holder').html('<p class="page-note">' + t('free_user') + '</p>');
      });
    },
    leave: function () { return lifecycle.leave(); }
  };
});
