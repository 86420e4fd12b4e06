/* A question with two buttons. */
define(['jquery', 'lib/components/base/modal', 'app/texts', 'app/format'], function ($, Modal, t, format) {
  return function (options) {
    return new Modal({
      class_name: 'modal-list confirm ' + (options.class_name || ''),
      init: function ($body) {
        var modal = this;
        $body.trigger('modal:loaded').html('<div class="modal-body__inner"><h2>' + format.esc(options.header || '') + '</h2><p>' + format.esc(options.text || '') + '</p>' +
          '<button type="button" class="button-input button-input_blue js-modal-accept">' + format.esc(options.accept_text || t('save')) + '</button> ' +
          '<button type="button" class="button-cancel js-modal-cancel">' + format.esc(options.decline_text || t('cancel')) + '</button></div>').trigger('modal:centrify');
        $body.on('click', '.js-modal-accept', function () {
          modal.destroy();
          if (options.accept) { options.accept(); }
        });
      }
    });
  };
});
