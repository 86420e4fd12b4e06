/* The right column of a card: its DOM, opening and closing, width. */
define(['jquery', 'app/texts', 'app/format'], function ($, t, format) {
  var WIDTH = { least: 220, most: 320, usual: 300 };

  function frame() {
    return '<div class="card-widgets custom-scroll js-widgets-active" id="widgets_block">' +
      '<div class="card-widgets__handle" title=""></div>' +
      '<div class="card-widgets__top"><div class="js-card-widgets-on-off card-widgets-on-off-top" role="button" tabindex="0">' +
      '<span class="card-widgets__top__icon icon-widgets-toggle-state"></span><span class="card-widgets__top__caption">' + t('widgets') + '</span></div></div>' +
      '<div class="js-card-widgets-on" id="nano-card-widgets"><div class="card-widgets__elements"></div></div></div>';
  }

  function caption(info, template) {
    var version = '?v=' + encodeURIComponent(info.version);
    var given = template.caption || {};
    return '<div class="js-widget-caption-block card-widgets__widget__caption ' + format.esc(given.class_name || '') + '" role="button" tabindex="0">' +
      '<img class="card-widgets__widget__caption__logo" src="' + info.path + '/images/logo.png' + version + '" alt="' + format.esc(info.name) + '">' +
      '<img class="card-widgets__widget__caption__logo_min" src="' + info.path + '/images/logo_min.png' + version + '" alt="">' +
      (given.html || '') + '<div class="card-widgets__widget__caption__arrow widgets__widget__caption__arrow_bottom"></div></div>';
  }

  function wanted(code) {
    var asked = /[?&]widgets=(open|closed)/.exec(window.location.search);
    if (asked) { return asked[1] === 'open'; }
    return window.localStorage.getItem('widget_open_' + code) !== 'N';
  }

  function turn($widget, open) {
    $widget.toggleClass('js-body-hide', open).find('.card-widgets__widget__body').toggle(open);
    window.localStorage.setItem('widget_open_' + $widget.data('code'), open ? 'Y' : 'N');
    $(document).trigger('widgets_body:change_state', { $el: $widget, state: open });
    if (open) { $(document).trigger('openWidgetPanel', { $el: $widget }); }
  }

  function place(info, template, data, twigRender) {
    var rendered = template.render ? twigRender.inline(template.render, data || {}) : '';
    var $widget = $('<div class="card-widgets__widget card-widgets__widget-' + info.code + '" data-code="' + info.code + '">' + caption(info, template) +
      '<div class="card-widgets__widget__body"></div></div>');
    $widget.find('.card-widgets__widget__body').html((template.body || '') + rendered);
    var $old = $('.card-widgets__widget-' + info.code);
    if ($old.length) { $old.replaceWith($widget); } else { $('.card-widgets__elements').append($widget); }
    var open = wanted(info.code);
    $widget.toggleClass('js-body-hide', open).find('.card-widgets__widget__body').toggle(open);
    $('#card_holder').removeClass('js-widgets-hidden').addClass('js-widgets-active');
    return $widget;
  }

  function width(pixels) {
    var fit = Math.min(WIDTH.most, Math.max(WIDTH.least, Math.round(pixels)));
    $('#widgets_block').css('width', fit + 'px');
  }

  function drag(down) {
    var start = down.clientX, from = $('#widgets_block').outerWidth();
    $(document).on('mousemove.panel', function (move) { width(from + start - move.clientX); });
    $(document).one('mouseup', function () { $(document).off('mousemove.panel'); });
    down.preventDefault();
  }

  function bind($holder) {
    var asked = /[?&]panel=(\d+)/.exec(window.location.search);
    width(asked ? Number(asked[1]) : WIDTH.usual);
    $holder.on('mousedown', '.card-widgets__handle', drag);
    $holder.on('click', '.js-card-widgets-on-off', function () {
      $holder.toggleClass('js-widgets-collapsed');
      $(document).trigger('toggleWidgetPanel', { state: !$holder.hasClass('js-widgets-collapsed') });
    });
    $holder.on('click', '.js-widget-caption-block', function () {
      var $widget = $(this).closest('.card-widgets__widget');
      $holder.removeClass('js-widgets-collapsed');
      turn($widget, !$widget.hasClass('js-body-hide'));
    });
    $holder.on('keydown', '.js-widget-caption-block, .js-card-widgets-on-off', function (event) {
      if (event.which === 13 || event.which === 32) { event.preventDefault(); $(this).trigger('click'); }
    });
  }

  return {
    frame: frame,
    bind: bind,
    place: place,
    remove: function (info) { $('.card-widgets__widget-' + info.code).remove(); }
  };
});
