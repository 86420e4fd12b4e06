/* /api/v4 with the session of the user; a list is followed to its last page. */
define(['jquery'], function ($) {
  function call(method, path, body) {
    return $.ajax({
      url: path.charAt(0) === '/' ? path : '/api/v4/' + path,
      type: method,
      contentType: 'application/json',
      dataType: 'json',
      dataFilter: function (data) { return data === '' ? 'null' : data; },
      data: body === undefined ? undefined : JSON.stringify(body)
    });
  }

  function list(path, key) {
    var rows = [];
    function next(address) {
      return call('GET', address).then(function (page) {
        if (!page) { return rows; }
        rows = rows.concat(page._embedded[key]);
        var link = page._links && page._links.next;
        return link ? next(link.href.replace(/^https?:\/\/[^/]+/, '')) : rows;
      });
    }
    return next('/api/v4/' + path);
  }

  function reason(xhr) {
    var body = xhr.responseJSON || {};
    var errors = (body['validation-errors'] || []).map(function (item) {
      return item.errors.map(function (e) { return e.detail; }).join(' ');
    });
    return errors.join(' ') || body.detail || body.title || ('HTTP ' + xhr.status);
  }

  return {
    get: function (path) { return call('GET', path); },
    post: function (path, body) { return call('POST', path, body); },
    patch: function (path, body) { return call('PATCH', path, body); },
    del: function (path, body) { return call('DELETE', path, body); },
    list: list,
    reason: reason
  };
});
