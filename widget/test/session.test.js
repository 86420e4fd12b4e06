import assert from 'node:assert/strict';
import test from 'node:test';
import { ApiError } from '../src/core/api.js';
import { delayFor } from '../src/core/polling.js';
import { DealSession } from '../src/core/session.js';

const T0 = Date.parse('2026-11-21T11:20:00Z');
const panel = (revision, state = 'ready', at = T0) => ({ revision, state, figures: { taken_at: new Date(at).toISOString() }, lines: [] });
const lost = () => new ApiError({ status: 0, code: 'network_lost' });
const flush = async () => { for (let turn = 0; turn < 20; turn += 1) await Promise.resolve(); };

class Clock {
  constructor() {
    this.time = T0;
    this.timers = new Map();
    this.next = 0;
  }

  now() { return this.time; }

  later(fn, ms) {
    this.next += 1;
    this.timers.set(this.next, { fn, at: this.time + ms });
    return this.next;
  }

  cancel(handle) { this.timers.delete(handle); }

  /** Milliseconds until the next timer. */
  due() { return Math.min(...Array.from(this.timers.values(), (timer) => timer.at)) - this.time; }

  async pass(ms) {
    this.time += ms;
    for (const [handle, timer] of Array.from(this.timers)) {
      if (timer.at <= this.time) {
        this.timers.delete(handle);
        timer.fn();
      }
    }
    await flush();
  }
}

/** A promise answered by hand. */
function held() {
  const gate = {};
  gate.promise = new Promise((resolve, reject) => { Object.assign(gate, { resolve, reject }); });
  return gate;
}

function house(deal, visible = () => true) {
  const clock = new Clock();
  const session = new DealSession({ deal, clock, visible });
  return { clock, session };
}

const quiet = { panel: async () => panel('1'), revision: async () => ({ revision: '1', pending: false }) };

test('cached figures are shown first, live ones after', async () => {
  const asked = [];
  const { session } = house({ ...quiet, panel: async (figures) => { asked.push(figures); return panel(figures); } });
  const seen = [];
  session.subscribe((state) => { if (state.panel && seen.at(-1) !== state.panel.revision) seen.push(state.panel.revision); });
  await session.start();
  assert.deepEqual(asked, ['cached', 'live']);
  assert.deepEqual(seen, ['cached', 'live']);
});

test('without an ERP nothing live is asked for', async () => {
  const asked = [];
  const { session } = house({ ...quiet, panel: async (figures) => { asked.push(figures); return panel('1', 'no_connection'); } });
  await session.start();
  assert.deepEqual(asked, ['cached']);
});

test('looks every 5 s, every 2 s while something is pending', async () => {
  const { clock, session } = house(quiet);
  await session.start();
  assert.equal(clock.due(), 5_000);
  const waiting = house({ ...quiet, panel: async () => panel('1', 'asked') });
  await waiting.session.start();
  assert.equal(waiting.clock.due(), 2000);
  const pending = house({ ...quiet, revision: async () => ({ revision: '1', pending: true }) });
  await pending.session.start();
  await pending.clock.pass(5_000);
  assert.equal(pending.clock.due(), 2000);
});

test('a new revision brings the panel', async () => {
  let revision = '1';
  const { clock, session } = house({ panel: async () => panel(revision), revision: async () => ({ revision, pending: false }) });
  await session.start();
  revision = '2';
  await clock.pass(5_000);
  assert.equal(session.state.panel.revision, '2');
});

test('a hidden page asks nothing', async () => {
  let looks = 0;
  const { clock, session } = house({ ...quiet, revision: async () => { looks += 1; return { revision: '1', pending: false }; } }, () => false);
  await session.start();
  await clock.pass(60_000);
  assert.equal(looks, 0);
});

test('while the ERP is silent it is asked again by itself, until it answers', async () => {
  const asked = [];
  let state = 'offline';
  const problem = { code: 'erp_unavailable', params: {} };
  const deal = { ...quiet, panel: async (figures) => { asked.push(figures); return { ...panel('1', state), problem: state === 'ready' ? null : problem }; } };
  const { clock, session } = house(deal);
  await session.start();
  assert.equal(clock.due(), 15_000);
  await clock.pass(15_000);
  assert.deepEqual(asked, ['cached', 'live', 'live']);
  state = 'ready';
  await clock.pass(15_000);
  assert.equal(session.state.panel.state, 'ready');
  assert.equal(clock.due(), 5_000);
});

test('an order in the queue is looked after live: slowly while the ERP is silent, quickly once nothing is in its way', async () => {
  let problem = { code: 'erp_unavailable', params: {} };
  let state = 'queued';
  const { clock, session } = house({ ...quiet, panel: async () => ({ ...panel('1', state), problem }) });
  await session.start();
  assert.equal(clock.due(), 15_000);
  problem = null;
  await clock.pass(15_000);
  assert.equal(clock.due(), 2_000);
  state = 'placing';
  await clock.pass(2_000);
  assert.equal(session.state.panel.state, 'placing');
});

test('figures older than five minutes are renewed', async () => {
  const asked = [];
  const { clock, session } = house({ ...quiet, panel: async (figures) => { asked.push(figures); return panel('1', 'ready', clock.now()); } });
  await session.start();
  for (let look = 0; look < 61; look += 1) await clock.pass(5_000);
  assert.deepEqual(asked, ['cached', 'live', 'live']);
});

test('a lost connection keeps the last picture and backs off; the first answer ends it', async () => {
  let broken = false;
  const deal = {
    panel: async () => { if (broken) throw lost(); return panel('1'); },
    revision: async () => { if (broken) throw lost(); return { revision: '1', pending: false }; },
  };
  const { clock, session } = house(deal);
  await session.start();
  broken = true;
  const waits = [];
  for (let look = 0; look < 6; look += 1) {
    await clock.pass(clock.due());
    waits.push(clock.due());
  }
  assert.deepEqual(waits, [2000, 4000, 8000, 16_000, 30_000, 30_000]);
  assert.equal(session.state.panel.revision, '1');
  assert.equal(session.state.lost.attempt, 6);
  broken = false;
  await clock.pass(clock.due());
  assert.equal(session.state.lost, null);
  assert.equal(clock.due(), 5_000);
});

test('an answer older than the one shown is dropped', async () => {
  const slow = held();
  const deal = { ...quiet, panel: async () => panel('1') };
  const { session } = house(deal);
  await session.start();
  deal.panel = () => slow.promise;
  const reading = session.refresh();
  await session.act('order', async () => panel('2', 'placing'));
  slow.resolve(panel('1'));
  await reading;
  assert.equal(session.state.panel.revision, '2');
  assert.equal(session.state.panel.state, 'placing');
});

test('a second click while one is under way does nothing', async () => {
  const slow = held();
  const { session } = house(quiet);
  await session.start();
  const first = session.act('order', () => slow.promise);
  assert.equal(session.state.busy, 'order');
  let called = false;
  assert.equal(await session.act('order', async () => { called = true; return panel('9'); }), false);
  assert.equal(called, false);
  slow.resolve(panel('2', 'placing'));
  assert.equal(await first, true);
  assert.equal(session.state.busy, null);
});

test('a refusal shows its words and the newest picture that came with it', async () => {
  const { session } = house(quiet);
  await session.start();
  const refused = new ApiError({ status: 409, code: 'stock_taken', panel: panel('7', 'short'), requestId: 'r-9' });
  assert.equal(await session.act('order', async () => { throw refused; }), false);
  assert.equal(session.state.panel.state, 'short');
  assert.deepEqual(session.state.notice, { tone: 'bad', code: 'stock_taken', params: {}, requestId: 'r-9' });
  session.dismiss();
  assert.equal(session.state.notice, null);
});

test('nothing to show at first is a failure with a reason, and it goes on trying', async () => {
  let broken = true;
  const { clock, session } = house({ ...quiet, panel: async () => { if (broken) throw lost(); return panel('1'); } });
  await session.start();
  assert.equal(session.state.phase, 'failed');
  assert.equal(session.state.error.code, 'network_lost');
  broken = false;
  await clock.pass(clock.due());
  assert.equal(session.state.phase, 'ready');
});

test('after the card is left nothing changes and nothing is asked', async () => {
  const slow = held();
  const { clock, session } = house({ ...quiet, panel: () => slow.promise });
  const starting = session.start();
  session.stop();
  slow.resolve(panel('1'));
  await starting;
  assert.equal(session.state.panel, null);
  assert.equal(clock.timers.size, 0);
});

test('a programming mistake is not taken for an outage', async () => {
  const { session } = house({ ...quiet, panel: async () => { throw new TypeError('bug'); } });
  await assert.rejects(session.start(), TypeError);
});

test('delays', () => {
  assert.equal(delayFor({ pending: true, attempt: 0 }), 2000);
  assert.equal(delayFor({ pending: true, attempt: 1 }), 2000);
  assert.equal(delayFor({ pending: false, attempt: 40 }), 30_000);
});
