import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { formats } from '../src/core/format.js';
import { grantable, placingSteps } from '../src/core/orders.js';
import * as view from '../src/core/view.js';
import { words } from '../src/core/words.js';

const PICTURES = join(import.meta.dirname, 'pictures');
const picture = (name) => JSON.parse(readFileSync(join(PICTURES, `${name}.json`), 'utf8'));
const t = words(JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'i18n', 'ru.json'), 'utf8')), 'ru');
const f = formats({ language: 'ru', timezone: 'Europe/Moscow', now: () => Date.parse('2026-11-21T11:20:07Z') });

const HEADS = [
  ['ready', 'ok', 'Можно оформлять'], ['short_ask', 'bad', 'Не хватает 4 шт'], ['short_many', 'bad', 'Не хватает: 2 позиции'],
  ['asked', 'warn', 'Ждёт руководителя'], ['asked_supervisor', 'warn', 'Ждёт вашего решения'], ['approved_part', 'ok', 'Разрешена часть'],
  ['placed', 'info', 'Заказ S00318'], ['offline', 'grey', 'Остатки не подтверждены'], ['queued', 'warn', 'Заказ в очереди'], ['problems', 'bad', 'Нужно исправить'],
];
HEADS.forEach(([name, tone, text]) => test(`head of ${name}`, () => assert.deepEqual(view.headPill(picture(name), t, f), { tone, text })));

test('every picture has a head in words', () => {
  readdirSync(PICTURES).forEach((file) => {
    const { text } = view.headPill(picture(file.replace('.json', '')), t, f);
    assert.doesNotMatch(text, /^head\./, file);
  });
});

const LINES = [[0, 'ok', 'хватает'], [1, 'warn', 'к 28.11']];
LINES.forEach(([index, tone, text]) => test(`line pill ${text}`, () => {
  assert.deepEqual(view.linePill(picture('ready').lines[index], t, f), { tone, text });
}));

test('a short line says how much is missing', () => {
  assert.deepEqual(view.linePill(picture('short_ask').lines[0], t, f), { tone: 'bad', text: '−4' });
});

test('bars: part of the shelf, now and later, there and missing', () => {
  const [socket, drill] = picture('ready').lines;
  assert.deepEqual(view.bar(socket), [{ tone: 'ok', share: 10 / 45 }]);
  assert.deepEqual(view.bar(drill), [{ tone: 'ok', share: 0.5 }, { tone: 'later', share: 0.5 }]);
  assert.deepEqual(view.bar(picture('short_ask').lines[0]), [{ tone: 'ok', share: 0.6 }, { tone: 'bad', share: 0.4 }]);
  assert.deepEqual(view.bar(picture('problems').lines[0]), []);
});

const BUTTONS = [
  ['ready', 'Оформить и зарезервировать', true], ['read_only', 'Оформить и зарезервировать', false],
  ['short_ask', 'Оформить нельзя: нет остатка', false], ['approved', 'Оформить разрешённое', true],
  ['problems', 'Сначала исправьте отмеченное', false], ['failed_retry', 'Оформить ещё раз', true],
];
BUTTONS.forEach(([name, label, enabled]) => test(`main button of ${name}`, () => {
  const button = view.mainButton(picture(name), t);
  assert.equal(button.label, label);
  assert.equal(button.enabled, enabled);
}));

['empty', 'no_connection', 'loading', 'asked', 'placing', 'placed', 'failed_shortage', 'offline', 'offline_crm', 'queued'].forEach((name) => {
  test(`${name} has no main button`, () => assert.equal(view.mainButton(picture(name), t), null));
});

test('no order without a picture the person saw', () => {
  const panel = picture('ready');
  panel.decision.fingerprint = '';
  assert.equal(view.mainButton(panel, t).enabled, false);
  panel.decision = null;
  assert.equal(view.mainButton(panel, t).enabled, false);
});

test('approval is asked only where the rules say so', () => {
  assert.equal(view.canAsk(picture('short_ask')), true);
  assert.equal(view.canAsk(picture('short_block')), false);
  assert.equal(view.canAsk(picture('ready')), false);
  assert.equal(view.canAsk(picture('rejected')), true);
  const looking = picture('short_ask');
  looking.viewer.can_order = false;
  assert.equal(view.canAsk(looking), false);
});

test('a reason is told once, beside its line or below', () => {
  const panel = picture('problems');
  assert.deepEqual(view.generalReasons(panel).map((one) => one.code), ['inn_invalid']);
  assert.deepEqual(view.lineReasons(panel, panel.lines[0]).map((one) => one.code), ['unknown_product']);
  const short = picture('short_ask');
  assert.deepEqual(view.lineReasons(short, short.lines[0]), []);
});

test('troubled lines come first, the rest as in the deal', () => {
  assert.deepEqual(view.ordered(picture('short_many').lines).map((one) => one.line_id), ['9003', '9004', '9001', '9002']);
});

test('placing steps follow what the order already has', () => {
  const { order } = picture('placing');
  const states = () => placingSteps(order).map((one) => one.state);
  assert.deepEqual(states(), ['done', 'current', 'waiting']);
  order.numbers = ['S1'];
  assert.deepEqual(states(), ['done', 'done', 'current']);
  order.progress = { reserved: '1', invoiced: '0', paid: '0', shipped: '0' };
  assert.deepEqual(states(), ['done', 'done', 'done']);
});

test('a supervisor is offered what is there, never more than was asked', () => {
  const { approval } = picture('asked_supervisor_many');
  assert.deepEqual(grantable(approval), { 9003: '6', 9004: '120.5' });
  approval.lines[0].available_now = '500';
  approval.lines[1].available_now = null;
  assert.deepEqual(grantable(approval), { 9003: '10', 9004: '0' });
});
