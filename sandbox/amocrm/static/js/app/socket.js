/* The page's channels: asked once a second what is new. */
define(['jquery'], function ($) {
  var listeners = [], last = null, timer = null;

  function hear(message) {
    listeners.slice().forEach(function (listener) {
      if (listener.channel !== message.channel) { return; }
      if (listener.keys && listener.keys.length) {
        var known = listener.keys.some(function (key) { return key in message.data.params; });
        if (!known) { return; }
      }
      listener.callback(message);
    });
  }

  function ask() {
    $.ajax({ url: '/ajax/socket', data: last === null ? {} : { since: last }, dataType: 'json' })
      .done(function (answer) {
        last = answer.last;
        answer.messages.forEach(hear);
      })
      .always(function () { timer = setTimeout(ask, 1000); });
  }

  return {
    start: function () { if (!timer) { ask(); } },
    listen: function (channel, keys, callback) {
      var listener = { channel: channel, keys: keys, callback: callback };
      listeners.push(listener);
      return function () { listeners = listeners.filter(function (one) { return one !== listener; }); };
    }
  };
});
