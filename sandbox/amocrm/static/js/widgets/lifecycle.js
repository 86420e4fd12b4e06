/* Entering an area: render, bind_actions, init, each only after a truthy answer; leaving: destroy. */
define(['jquery', 'widgets/registry', 'widgets/panel', 'app/notifications'], function ($, registry, panel, notifications) {
  var STEPS = ['render', 'bind_actions', 'init'];
  var running = [];

  function call(widget, name, args) {
    var callback = widget.callbacks && widget.callbacks[name];
    if (typeof callback !== 'function') { return $.Deferred().resolve(undefined).promise(); }
    var answer = $.Deferred(), result;
    try {
      result = callback.apply(widget.callbacks, args || []);
    } catch (error) {
      window.console.error(error);
      return answer.reject(error).promise();
    }
    if (result && typeof result.then === 'function') { result.then(answer.resolve, answer.reject); } else { answer.resolve(result); }
    return answer.promise();
  }

  function steps(entry) {
    var complete = STEPS.every(function (name) { return typeof entry.widget.callbacks[name] === 'function'; });
    if (!complete) { return $.Deferred().resolve(false).promise(); }
    return STEPS.reduce(function (before, name) {
      return before.then(function (answer) {
        if (!answer || entry.left) { return false; }
        return call(entry.widget, name);
      });
    }, $.Deferred().resolve(true).promise());
  }

  function enter(location) {
    return registry.at(location).map(function (info) {
      var entry = { info: info, widget: null, left: false };
      running.push(entry);
      return registry.object(info, true).then(function (widget) {
        entry.widget = widget;
        return entry.left ? false : steps(entry);
      }).fail(function (error) {
        window.console.error('widget ' + info.code + ' failed', error);
        notifications.show_message_error({ header: info.name, text: String(error && error.message || error) });
      });
    });
  }

  function leave() {
    var entries = running;
    running = [];
    var calls = entries.map(function (entry) {
      entry.left = true;
      if (!entry.widget) { return undefined; }
      return call(entry.widget, 'destroy').always(function () { panel.remove(entry.info); });
    });
    return $.when.apply($, calls);
  }

  function forget(code) {
    running = running.filter(function (entry) {
      if (entry.info.code !== code) { return true; }
      entry.left = true;
      panel.remove(entry.info);
      return false;
    });
  }

  return { enter: enter, leave: leave, call: call, forget: forget };
});
