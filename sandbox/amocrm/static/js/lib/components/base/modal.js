/* The modal window of the platform. */
define(['jquery'], function ($) {
  var open = [];

  function Modal(options) {
    this.options = options || {};
    if (this.options.init) { this.show(); }
  }

  Modal.prototype.show = function () {
    var self = this, options = this.options;
    this._before = document.activeElement;
    this.$overlay = $('<div class="default-overlay modal-overlay' + (options.default_overlay ? ' default-overlay-visible' : ' modal-overlay_white') + '"></div>');
    this.$modal = $('<div class="modal ' + (/modal-list/.test(options.class_name || '') ? '' : 'modal-list ') + (options.class_name || '') + '" role="dialog" aria-modal="true">' +
      '<div class="modal-scroller custom-scroll"><div class="modal-body modal-body-relative"></div></div></div>');
    this.$modal_body = this.$modal.find('.modal-body');
    $(options.container || document.body).append(this.$overlay, this.$modal);
    open.push(this);
    this.$modal.on('click', '.modal-body__close, .js-modal-close', function () { if (!options.disable_cancel_click) { self.destroy(); } });
    this.$modal.on('click', '.button-cancel.js-modal-cancel', function () { self.destroy(); });
    this.$modal.on('mousedown', '.modal-scroller', function (event) {
      if (event.target === this && !options.disable_overlay_click) { self.destroy(); }
    });
    $(document).on('keydown.modal' + open.length, function (event) {
      if (event.which === 27 && open[open.length - 1] === self && !options.disable_escape_keydown) { self.destroy(); }
    });
    this._key = 'keydown.modal' + open.length;
    if (options.init) { options.init.call(this, this.$modal_body); }
    var $focus = options.focus_element ? this.$modal_body.find(options.focus_element) : this.$modal_body.find(':input:visible').first();
    $focus.first().trigger('focus');
    return this;
  };

  Modal.prototype.destroy = function () {
    if (!this.$modal) { return; }
    if (this.options.destroy && this.options.destroy.call(this) === false) { return; }
    $(document).off(this._key);
    open = open.filter(function (one) { return one !== this; }, this);
    this.$modal.remove();
    this.$overlay.remove();
    this.$modal = null;
    if (this._before && this._before.focus) { this._before.focus(); }
  };

  function message(kind) {
    return function (text, _unused, timeout) {
      var self = this;
      if (!this.$modal) { this.options.init = $.noop; this.show(); }
      this.$modal_body.empty().append($('<div class="modal-body__inner modal-body__inner_' + kind + '">').text(text))
        .append('<span class="modal-body__close" role="button" tabindex="0"><span class="icon icon-modal-close">×</span></span>');
      if (timeout) { setTimeout(function () { self.destroy(); }, timeout); }
      return this;
    };
  }

  Modal.prototype.showSuccess = message('success');
  Modal.prototype.showError = message('error');
  Modal.prototype._showError = message('error');
  return Modal;
});
