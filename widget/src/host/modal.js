/* global Modal */

const FOCUSABLE = 'a[href], button:not([disabled]), input, select, textarea, [tabindex="0"]';

/** Tab goes round inside the window instead of leaving for the page behind it. */
function keepFocus(element) {
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Tab') return;
    const inside = Array.from(element.querySelectorAll(FOCUSABLE));
    const edge = inside[event.shiftKey ? 0 : inside.length - 1];
    if (document.activeElement !== edge) return;
    event.preventDefault();
    inside[event.shiftKey ? inside.length - 1 : 0].focus();
  });
}

/** amoCRM's own modal window; `draw(element)` fills it, `onClose` is called once when it goes. */
export function openModal({ draw, onClose }) {
  const opener = document.activeElement;
  const modal = new Modal({
    class_name: 'stockgate stockgate-modal',
    init($body) {
      $body.trigger('modal:loaded').html('<div class="stockgate" data-stockgate="modal"></div>');
      const element = $body.find('[data-stockgate="modal"]')[0];
      keepFocus(element);
      draw(element, () => modal.destroy());
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
