import assert from 'node:assert/strict';
import test from 'node:test';
import { connectionValues, formOf, rulesOf, toggled, toggledStage, wholeNumber } from '../src/core/settings_form.js';

const RULES = {
  warehouse_ids: ['5'], default_warehouse_id: '5', price_type_id: null, supervisors: [{ user_id: 8, limit: '50000.00' }, { user_id: 9, limit: null }],
  shortage: 'ask', over_credit: 'block', horizon_days: 14, count_overdue: false, count_undated: false, approval_hours: 24, drift: '0',
  protected_stages: [{ pipeline_id: 1, stage_id: 2 }], margin_viewers: [8],
};

test('rules go through the form unchanged, whatever the form does not show', () => {
  const { rules, errors } = rulesOf(formOf(RULES));
  assert.deepEqual(errors, {});
  assert.deepEqual(rules, { ...RULES, supervisors: [{ user_id: 8, limit: '50000' }, { user_id: 9, limit: null }] });
});

test('what makes no sense is named, not sent', () => {
  const form = { ...formOf(RULES), horizon_days: '-1', approval_hours: 'день', limits: { 8: 'много', 9: '10,123' } };
  assert.deepEqual(Object.keys(rulesOf(form).errors).sort(), ['approval_hours', 'horizon_days', 'limit:8', 'limit:9']);
});

test('a limit of somebody who is no longer a supervisor is forgotten', () => {
  const { rules } = rulesOf({ ...formOf(RULES), supervisors: [9] });
  assert.deepEqual(rules.supervisors, [{ user_id: 9, limit: null }]);
});

test('the main warehouse is one of those sold from', () => {
  assert.equal(rulesOf({ ...formOf(RULES), warehouse_ids: ['9'] }).rules.default_warehouse_id, '9');
  assert.equal(rulesOf({ ...formOf(RULES), warehouse_ids: [] }).rules.default_warehouse_id, '5');
});

test('whole numbers', () => {
  assert.equal(wholeNumber(' 14 ', [0, 365]), 14);
  ['', '1.5', '1e2', '400', '-1', 'x'].forEach((bad) => assert.equal(wholeNumber(bad, [0, 365]), null));
});

test('lists and stages', () => {
  assert.deepEqual(toggled([1, 2], 2, true), [1, 2]);
  assert.deepEqual(toggled([1, 2], 2, false), [1]);
  assert.deepEqual(toggledStage([{ pipeline_id: 1, stage_id: 2 }], 1, 2, false), []);
  assert.deepEqual(toggledStage([], 1, 2, true), [{ pipeline_id: 1, stage_id: 2 }]);
});

test('an untouched secret is left out, a missing value is named', () => {
  const fields = [{ name: 'url', required: true, secret: false }, { name: 'password', required: true, secret: true }, { name: 'note', required: false, secret: false }];
  assert.deepEqual(connectionValues(fields, { url: ' https://erp ' }, ['password']), { body: { url: 'https://erp' }, missing: [] });
  assert.deepEqual(connectionValues(fields, {}, []), { body: {}, missing: ['url', 'password'] });
  assert.deepEqual(connectionValues(fields, { url: 'u', password: 'p' }, ['password']).body, { url: 'u', password: 'p' });
});
