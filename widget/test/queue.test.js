import assert from 'node:assert/strict';
import test from 'node:test';
import { erpSilent, queueSteps } from '../src/core/queue.js';

const steps = (waitsFor) => queueSteps({ waits_for: waitsFor }).map((one) => `${one.step}:${one.state}`);

['erp', 'crm', 'connect'].forEach((what) => test(`waiting for ${what} is the step under way`, () => {
  assert.deepEqual(steps(what), ['in:done', `${what}:current`, 'later:waiting']);
}));

test('once nothing is in its way it is being checked', () => {
  assert.deepEqual(steps('turn'), ['in:done', 'answered:done', 'check:current']);
});

test('only an ERP that does not answer is a silent one', () => {
  assert.equal(erpSilent({ problem: { code: 'erp_unavailable' } }), true);
  assert.equal(erpSilent({ problem: { code: 'erp_busy' } }), false);
  assert.equal(erpSilent({ problem: { code: 'crm_blocked' } }), false);
});
