/* What a widget may ask over the network: its own backend with a one-time token, or through the CRM's proxy. */
define(['jquery'], function ($) {
  var queue = [], running = false;

  function token(info) {
    return $.ajax({
      url: '/ajax/v2/integrations/' + info.client_uuid + '/disposable_token',
      type: 'GET', dataType: 'json', headers: { 'X-Requested-With': 'XMLHttpRequest' }
    });
  }

  function authorizedAjax(info, options) {
    var given = $.extend({}, options), answer = $.Deferred(), aborted = false, running = null;
    token(info).then(function (got) {
      if (aborted) { return; }
      given.headers = $.extend({}, options.headers, { 'X-Auth-Token': got.token });
      running = $.ajax(given);
      running.then(function () { answer.resolveWith(this, arguments); }, function () { answer.rejectWith(this, arguments); });
    }, function (xhr, status, error) {
      if (options.error) { options.error(xhr, status, error); }
      answer.reject(xhr, status, error);
    });
    return answer.promise({
      abort: function () { aborted = true; if (running) { running.abort(); } },
      success: function (callback) { answer.done(callback); return this; },
      error: function (callback) { answer.fail(callback); return this; },
      complete: function (callback) { answer.always(callback); return this; }
    });
  }

  function pump() {
    if (running || !queue.length) { return; }
    running = true;
    var job = queue.shift();
    $.ajax({
      url: '/ajax/crm_post', type: 'POST', contentType: 'application/json', dataType: job.type || 'json',
      data: JSON.stringify({ url: job.url, data: job.data })
    }).done(job.callback || $.noop).fail(job.failed || $.noop);
    setTimeout(function () { running = false; pump(); }, 1000);
  }

  return {
    authorizedAjax: authorizedAjax,
    crmPost: function (url, data, callback, type, failed) {
      queue.push({ url: url, data: data, callback: callback, type: type, failed: failed });
      pump();
    }
  };
});
