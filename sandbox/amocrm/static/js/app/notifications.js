/* Toasts and APP.notifications. */
define(['jquery', 'app/format'], function ($, format) {
  function show(kind, header, text, link) {
    var $toast = $('<div class="notification notification_' + kind + '" role="status">' +
      '<div class="notification__header">' + format.esc(header) + '</div>' +
      '<div class="notification__text">' + format.esc(text) + '</div>' +
      '<span class="notification__close icon-modal-close" role="button" tabindex="0">×</span></div>');
    if (link) { $toast.find('.notification__text').wrap($('<a>').attr('href', link)); }
    $toast.on('click', '.notification__close', function () { $toast.remove(); });
    $('#notifications').append($toast);
    setTimeout(function () { $toast.remove(); }, 8000);
    return $toast;
  }

  function answer(callbacks, data) {
    var given = callbacks || {};
    if (given.done) { given.done(data); }
    if (given.always) { given.always(data); }
  }

  return {
    show_message: function (p) { show('message', p.header, p.text, p.link); },
    show_message_error: function (p) { show('error', p.header, p.text, p.link); },
    show_notification: function (p) { show(p.type === 'error' ? 'error' : 'message', p.text.header, p.text.text); },
    add_error: function (p, callbacks) { show('error', p.header || '', p.text, p.link); answer(callbacks, p); },
    add_call: function (p, callbacks) { show('message', p.from || '', p.text, p.link); answer(callbacks, p); }
  };
});
