import assert from 'node:assert/strict';
import test from 'node:test';
import { add, compare, isPositive, share, subtract, typed } from '../src/core/decimal.js';

test('sums and differences are exact', () => {
  assert.equal(add('0.1', '0.2'), '0.3');
  assert.equal(add('9007199254740993', '0.000001'), '9007199254740993.000001');
  assert.equal(subtract('10', '6'), '4');
  assert.equal(subtract('6', '10.50'), '-4.5');
  assert.equal(subtract('1', '1'), '0');
});

test('order', () => {
  assert.ok(compare('10', '9') > 0);
  assert.equal(compare('2.50', '2.5'), 0);
  assert.ok(compare('-1', '0') < 0);
  assert.equal(isPositive(null), false);
  assert.equal(isPositive(undefined), false);
  assert.equal(isPositive('0.00'), false);
  assert.equal(isPositive('0.01'), true);
});

test('what is no decimal is refused', () => {
  ['', '1e3', 'NaN', '1,5', '.5', ' 1'].forEach((bad) => assert.throws(() => compare(bad, '0'), RangeError));
});

const TYPED = [
  ['2,5', '2.5'], ['2.50', '2.5'], [' 1 000 ', '1000'], ['1\u00a0234,5', '1234.5'], ['007', '7'],
  ['0', null], ['0,0', null], ['-1', null], ['', null], ['abc', null], ['1e3', null], ['1,2,3', null], ['1.1234567', null], ['9999999999999', null],
];
TYPED.forEach(([text, value]) => test(`typed «${text}»`, () => assert.equal(typed(text), value)));

test('shares stay between nothing and all', () => {
  assert.equal(share('6', '10'), 0.6);
  assert.equal(share('45', '10'), 1);
  assert.equal(share('-3', '10'), 0);
  assert.equal(share('3', '0'), 0);
  assert.equal(share(null, '10'), 0);
});
