/** What an order in the queue, and a silent ERP, mean on the screen. Pure. */

/** Offline because the ERP does not answer, and not for another reason. */
export function erpSilent(panel) {
  return !panel.problem || panel.problem.code === 'erp_unavailable';
}

/** What the order waits for (`erp`, `crm`, `connect`, `turn`), and what comes after it. */
export function queueSteps({ waits_for: waitsFor }) {
  const turn = waitsFor === 'turn';
  return [
    { step: 'in', state: 'done' },
    { step: turn ? 'answered' : waitsFor, state: turn ? 'done' : 'current' },
    { step: turn ? 'check' : 'later', state: turn ? 'current' : 'waiting' },
  ];
}
