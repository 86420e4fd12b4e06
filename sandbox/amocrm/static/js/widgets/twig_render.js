/* self.render: inline Twig, system controls, template files of the widget. */
define(['jquery', 'twigjs', 'widgets/controls'], function ($, Twig, controls) {
  function inline(source, params) { return Twig.twig({ data: source }).render(params || {}); }

  function control(ref, params) {
    var name = ref.replace(/^.*\/([^/]+)\.twig$/, '$1');
    if (!controls[name]) { throw new Error('Unknown control ' + ref); }
    return inline(controls[name], params);
  }

  Twig.extendFunction('include_control', function (name, params) { return control(name + '.twig', params || {}); });

  function file(info, options) {
    var base = (options.base_path || info.path).replace(/\/$/, '');
    var address = base + options.href + (options.href.indexOf('?') < 0 ? '?v=' + encodeURIComponent(options.v || info.version) : '');
    var loaded = $.get(address, undefined, undefined, 'text').then(function (source) { return Twig.twig({ data: source }); });
    if (options.load) { loaded.done(options.load); }
    return options.promised ? loaded : undefined;
  }

  return {
    inline: inline,
    render: function (info, options, params) {
      if (options.data !== undefined) { return inline(options.data, params); }
      if (options.ref) { return control(options.ref, params); }
      return file(info, options);
    }
  };
});
