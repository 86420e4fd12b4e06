/* global Modal */

/** amoCRM's own modal window; `draw(element)` fills it, `onClose` is called once when it goes. */
export function openModal({ draw, onClose }) {
  const opener = document.activeElement;
  const modal = new Modal({
    class_name: 'stockgate stockgate-modal',
    init($body) {
      $body.trigger('modal:loaded').html('<div class="stockgate" data-stockgate="modal"></div>');
      draw($body.find('[data-stockgate="modal"]')[0], () => modal.destroy());
      $body.trigger('modal:centrify');
    },
    destroy() {
      onClose();
      if (opener && opener.isConnected) opener.focus();
      return true;
    },
  });
  return { close: () => modal.destroy() };
}
