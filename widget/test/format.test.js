import assert from 'node:assert/strict';
import test from 'node:test';
import { formats } from '../src/core/format.js';

const NOW = Date.parse('2026-11-21T11:20:07Z');
const make = (language, timezone = 'Europe/Moscow') => formats({ language, timezone, now: () => NOW });
const plain = (text) => text.replace(/\u00a0/g, '_');

const MONEY = [
  ['31230.00', 'RUB', {}, '31_230,00_₽', '₽31,230.00'],
  ['0.00', 'RUB', {}, '0,00_₽', '₽0.00'],
  ['999', 'RUB', {}, '999,00_₽', '₽999.00'],
  ['118770.00', 'RUB', { short: true }, '118_770_₽', '₽118,770'],
  ['12400.50', 'RUB', { short: true }, '12_400,50_₽', '₽12,400.50'],
  ['-1234567.8', 'USD', {}, '−1_234_567,80_$', '−$1,234,567.80'],
  ['99999999999.99', 'EUR', {}, '99_999_999_999,99_€', '€99,999,999,999.99'],
  ['10.00', 'CHF', {}, '10,00_CHF', 'CHF_10.00'],
  ['12.345678', 'RUB', {}, '12,345678_₽', '₽12.345678'],
];
MONEY.forEach(([value, currency, options, ru, en]) => test(`money ${value} ${currency}`, () => {
  assert.equal(plain(make('ru').money(value, currency, options)), ru);
  assert.equal(plain(make('en').money(value, currency, options)), en);
}));

const QUANTITIES = [
  ['10', '10', '10'], ['2.5', '2,5', '2.5'], ['2.500', '2,5', '2.5'], ['100', '100', '100'], ['1234567.5', '1_234_567,5', '1,234,567.5'],
  ['10.00', '10', '10'], ['0', '0', '0'], ['-4', '−4', '−4'], ['9007199254740993.1', '9_007_199_254_740_993,1', '9,007,199,254,740,993.1'],
];
QUANTITIES.forEach(([value, ru, en]) => test(`quantity ${value}`, () => {
  assert.equal(plain(make('ru').quantity(value)), ru);
  assert.equal(plain(make('en').quantity(value)), en);
}));

test('percent', () => {
  assert.equal(plain(make('ru').percent('-10')), '−10_%');
  assert.equal(make('en').percent('18.4'), '18.4%');
});

test('a date of this year has no year', () => {
  assert.equal(make('ru').date('2026-11-28'), '28.11');
  assert.equal(make('ru').date('2027-02-03'), '03.02.2027');
  assert.equal(plain(make('en').date('2026-11-28')), '28_Nov');
  assert.equal(plain(make('en').date('2027-02-03')), '3_Feb 2027');
});

test('a moment is told in the account\'s time zone, with its day unless it is today', () => {
  assert.equal(make('ru').moment('2026-11-21T11:20:00Z'), '14:20');
  assert.equal(make('ru', 'Asia/Vladivostok').moment('2026-11-21T15:30:00Z'), '22.11, 01:30');
  assert.equal(make('ru').moment('2026-11-20T21:30:00Z'), '00:30');
  assert.equal(make('ru').moment('2026-11-20T20:30:00Z'), '20.11, 23:30');
});

const AGES = [
  ['2026-11-21T11:20:07Z', 'now', 0], ['2026-11-21T11:20:05Z', 'seconds', 2], ['2026-11-21T11:19:08Z', 'seconds', 59],
  ['2026-11-21T11:08:00Z', 'minutes', 12], ['2026-11-21T09:20:00Z', 'hours', 2], ['2026-11-18T09:20:00Z', 'days', 3],
  ['2026-11-21T11:25:00Z', 'now', 0],
];
AGES.forEach(([at, unit, count]) => test(`age ${unit} ${count}`, () => assert.deepEqual(make('ru').age(at), { unit, count })));
