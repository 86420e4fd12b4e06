/** What an order under way and a request for approval mean on the screen. Pure. */

import { compare, isPositive } from './decimal.js';

/** Steps of placing, from what the order already shows. */
export function placingSteps(order) {
  const done = (value) => isPositive(value) && compare(value, '1') >= 0;
  const progress = order.progress || {};
  const flags = [true, order.numbers.length > 0, done(progress.reserved)];
  const current = flags.indexOf(false);
  return ['accepted', 'in_erp', 'reserved'].map((step, index) => ({
    step, state: flags[index] ? 'done' : index === current ? 'current' : 'waiting',
  }));
}

/** {line_id: base quantity} a supervisor can grant at most now: what is there. */
export function grantable(approval) {
  const quantities = {};
  approval.lines.forEach((line) => {
    const there = line.available_now === null ? '0' : line.available_now;
    quantities[line.line_id] = compare(there, line.requested) < 0 ? there : line.requested;
  });
  return quantities;
}
