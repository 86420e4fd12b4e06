import assert from 'node:assert/strict';
import test from 'node:test';
import { ApiError, client } from '../src/core/api.js';

const ours = (status, code, more = {}) => ({ status, body: { code, params: {}, ...more } });
const ok = (body) => ({ status: 200, body });

function house(answers) {
  const sent = [];
  const waits = [];
  let keys = 0;
  const api = client({
    baseUrl: 'https://stock.test',
    send: async (request) => { sent.push(request); return answers.shift(); },
    newKey: () => { keys += 1; return `key-${keys}`; },
    wait: async (ms) => { waits.push(ms); },
  });
  return { deal: api.deal(501), sent, waits };
}

test('a read is repeated while the connection is lost, then given up', async () => {
  const { deal, sent, waits } = house([{ status: 0 }, { status: 502, body: null }, ok({ revision: '1' })]);
  assert.deepEqual(await deal.revision(), { revision: '1' });
  assert.equal(sent.length, 3);
  assert.deepEqual(waits, [400, 1200]);
  const lost = house([{ status: 0 }, { status: 0 }, { status: 0 }]);
  await assert.rejects(lost.deal.revision(), (error) => error instanceof ApiError && error.lost);
});

test('an answer of ours is never repeated, even a 503', async () => {
  const { deal, sent } = house([ours(503, 'erp_unavailable')]);
  await assert.rejects(deal.panel('live'), { code: 'erp_unavailable', status: 503 });
  assert.equal(sent.length, 1);
});

test('a write is sent once', async () => {
  const { deal, sent } = house([{ status: 0 }]);
  await assert.rejects(deal.order('f1'), (error) => error.lost);
  assert.equal(sent.length, 1);
});

test('pressing again after a lost connection keeps the key; after an answer it is a new action', async () => {
  const { deal, sent } = house([{ status: 0 }, { status: 504, body: null }, ok({}), ok({})]);
  await assert.rejects(deal.order('f1'));
  await assert.rejects(deal.order('f1'));
  await deal.order('f1');
  await deal.order('f1');
  assert.deepEqual(sent.map((one) => one.headers['Idempotency-Key']), ['key-1', 'key-1', 'key-1', 'key-2']);
});

test('another body is another action', async () => {
  const { deal, sent } = house([{ status: 0 }, ok({})]);
  await assert.rejects(deal.order('f1'));
  await deal.order('f2');
  assert.deepEqual(sent.map((one) => one.headers['Idempotency-Key']), ['key-1', 'key-2']);
});

test('a refusal of ours frees the key', async () => {
  const { deal, sent } = house([ours(409, 'picture_changed', { panel: { revision: '2' } }), ok({})]);
  await assert.rejects(deal.order('f1'), (error) => error.code === 'picture_changed' && error.panel.revision === '2');
  await deal.order('f1');
  assert.equal(sent[1].headers['Idempotency-Key'], 'key-2');
});

test('what comes from no one of ours gets words too', async () => {
  await assert.rejects(house([{ status: 401, body: null }]).deal.revision(), { code: 'signed_out' });
  await assert.rejects(house([{ status: 403, body: null }]).deal.revision(), { code: 'garbled_answer' });
  await assert.rejects(house([ours(401, 'token_expired')]).deal.revision(), { code: 'token_expired' });
});

test('ids and queries are encoded', async () => {
  const { deal, sent } = house([ok({}), ok({})]);
  await deal.products('щит 24/М&x=1');
  await deal.lineDetails('a/b');
  assert.equal(sent[0].url, `https://stock.test/api/v1/deals/501/products?query=${encodeURIComponent('щит 24/М&x=1')}`);
  assert.equal(sent[1].url, 'https://stock.test/api/v1/deals/501/lines/a%2Fb/details');
});
