import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { formats } from '../src/core/format.js';
import { readable, words } from '../src/core/words.js';

const ROOT = join(import.meta.dirname, '..', '..');
const tree = (language) => JSON.parse(readFileSync(join(ROOT, 'i18n', `${language}.json`), 'utf8'));
const ru = words(tree('ru'), 'ru');
const en = words(tree('en'), 'en');

test('placeholders and plural forms', () => {
  assert.equal(ru('age.seconds', { count: 2 }), '2 с назад');
  assert.equal(ru('search.found', { n: 1 }), 'Найден 1 товар');
  assert.equal(ru('search.found', { n: 3 }), 'Найдено 3 товара');
  assert.equal(ru('search.found', { n: 11 }), 'Найдено 11 товаров');
  assert.equal(en('search.found', { n: 1 }), '1 product found');
});

test('a hole in the words is seen', () => assert.equal(ru('no.such.words'), 'no.such.words'));

test('every code has a sentence; an unknown one names itself', () => {
  assert.match(ru.code('errors', 'erp_unavailable', {}), /ERP не отвечает/);
  assert.match(ru.code('errors', 'brand_new', {}), /brand_new/);
  assert.match(ru.code('reasons', 'erp_busy', {}), /ERP занята/);
});

test('a sentence whose figures did not come is not shown half', () => {
  assert.match(ru.code('errors', 'erp_refused', {}), /erp_refused/);
  assert.equal(ru.code('errors', 'erp_refused', { message: 'адрес закрыт' }), 'ERP отказала: адрес закрыт. Исправьте причину и повторите.');
});

test('figures inside sentences read as people write them', () => {
  const f = formats({ language: 'ru', timezone: 'Europe/Moscow', now: () => Date.parse('2026-11-21T11:20:07Z') });
  const told = readable({ missing: '129.5', free: '18770.00', date: '2026-12-12', name: 'Щит 2.5', unit: 'шт', empty: null }, f, 'RUB');
  assert.deepEqual(told, { missing: '129,5', free: '18\u00a0770\u00a0₽', date: '12.12', name: 'Щит 2.5', unit: 'шт' });
});

function sources(folder) {
  return readdirSync(folder, { recursive: true }).filter((name) => /\.jsx?$/.test(name)).map((name) => readFileSync(join(folder, name), 'utf8'));
}

test('every path named in the sources exists in both languages', () => {
  const named = new Set();
  sources(join(ROOT, 'widget', 'src')).forEach((code) => {
    Array.from(code.matchAll(/\bt\('([\w.]+)'/g)).forEach((found) => named.add(found[1]));
    Array.from(code.matchAll(/'((?:act|state|line|cfg|head|order|approval|errors)\.[\w.]+)'/g)).forEach((found) => named.add(found[1]));
  });
  assert.ok(named.size > 100);
  named.forEach((path) => [ru, en].forEach((t) => assert.notEqual(t(path, { n: 1, count: 1 }), path, path)));
});
