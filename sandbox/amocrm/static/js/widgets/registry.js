/* Loads the module of a widget and makes its object, with the base class mixed in before the constructor runs. */
define(['jquery', 'app/boot', 'app/app_object', 'widgets/base'], function ($, boot, APP, base) {
  var objects = {};

  function load(info) {
    var ready = $.Deferred();
    require([info.path + '/script.js?v=' + encodeURIComponent(info.version)], ready.resolve, function (error) {
      ready.reject(error);
    });
    return ready.promise();
  }

  function build(Constructor, info) {
    var widget = base.create(Constructor.prototype, info);
    var returned = Constructor.call(widget);
    return returned || widget;
  }

  // An area that is entered gets a new object, unless the account is told to reuse them; windows use the one there is.
  function object(info, entering) {
    return load(info).then(function (Constructor) {
      var reuse = !entering || boot.switches.reuse_widget_object || info.init_once;
      if (objects[info.code] && reuse) { return objects[info.code]; }
      objects[info.code] = build(Constructor, info);
      APP.widgets.list[info.code] = objects[info.code];
      return objects[info.code];
    });
  }

  function places(info, name) {
    return info.locations.filter(function (location) { return location.split('-')[0] === name; });
  }

  return {
    object: object,
    info: function (code) { return boot.widgets.filter(function (w) { return w.code === code; })[0]; },
    all: function () { return boot.widgets; },
    at: function (name) {
      return boot.widgets.filter(function (info) { return info.installed && (places(info, name).length || places(info, 'everywhere').length); });
    },
    hasColumn: function (info, name) {
      return places(info, name).some(function (location) { return !/-0$/.test(location); });
    }
  };
});
