import assert from 'node:assert/strict';
import test from 'node:test';
import { newsOf } from '../src/core/news.js';

const panel = (state, by = 7) => ({ state, viewer: { user_id: 7 }, approval: { requested_by: { id: by } } });

test('a placed or failed order is news', () => {
  assert.equal(newsOf('placing', panel('placed')), 'placed');
  assert.equal(newsOf('placing', panel('failed')), 'failed');
});

test('what became of an order from the queue is news', () => {
  assert.equal(newsOf('queued', panel('placed')), 'placed');
  assert.equal(newsOf('queued', panel('asked', 8)), 'queue_asked');
  assert.equal(newsOf('queued', panel('ready')), null);
});

test('a decision is news for the person who asked, not for the one who decided', () => {
  assert.equal(newsOf('asked', panel('approved')), 'approved');
  assert.equal(newsOf('asked', panel('rejected')), 'rejected');
  assert.equal(newsOf('asked', panel('approved', 8)), null);
  assert.equal(newsOf('asked', { ...panel('approved'), approval: null }), null);
});

test('what was so when the card was opened is no news', () => {
  assert.equal(newsOf(null, panel('placed')), null);
  assert.equal(newsOf('placed', panel('placed')), null);
});
