/** One deal card while it is open: cached figures at once, live ones after, then watching for changes. */

import { START, reduce } from './reducer.js';
import { delayFor } from './polling.js';
import { unproven } from './view.js';

const STALE_AFTER = 60_000;
const RENEW_AFTER = 5 * 60_000;

/**
 * deal: the calls of core/api.js for one deal. clock: {now(), later(fn, ms), cancel(handle)}.
 * visible(): is the page looked at; nothing is polled while it is not.
 */
export class DealSession {
  constructor({ deal, clock, visible }) {
    this.deal = deal;
    this.clock = clock;
    this.visible = visible;
    this.state = START;
    this.listeners = new Set();
    this.requests = 0;
    this.timer = null;
    this.stopped = false;
    this.attempt = 0;
    this.pending = false;
  }

  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  send(event) {
    if (this.stopped) return;
    this.state = reduce(this.state, event);
    this.listeners.forEach((listener) => listener(this.state));
  }

  async start() {
    await this.load('cached');
    if (this.state.phase === 'ready' && this.state.panel.state !== 'no_connection') await this.load('live');
    this.schedule();
  }

  stop() {
    this.stopped = true;
    this.clock.cancel(this.timer);
    this.listeners.clear();
  }

  async load(figures) {
    const request = this.nextRequest();
    this.send({ type: 'refreshing', on: true });
    try {
      this.send({ type: 'panel', panel: await this.deal.panel(figures), request });
      this.attempt = 0;
    } catch (error) {
      this.readFailed(error, request);
    } finally {
      this.send({ type: 'refreshing', on: false });
    }
  }

  async refresh() {
    await this.load('live');
    this.schedule();
  }

  readFailed(error, request) {
    if (error.code === undefined) throw error;
    if (!error.lost) {
      this.send({ type: 'read_failed', error, request });
      return;
    }
    this.attempt += 1;
    this.send({ type: 'read_failed', error, request });
    this.send({ type: 'lost', attempt: this.attempt, retryAt: this.clock.now() + this.delay() });
  }

  nextRequest() {
    this.requests += 1;
    return this.requests;
  }

  delay() {
    const { panel } = this.state;
    const waiting = this.pending || Boolean(panel && ['asked', 'placing', 'queued'].includes(panel.state));
    return delayFor({ pending: waiting, attempt: this.attempt, offline: this.isOffline() && Boolean(panel.problem) });
  }

  schedule() {
    this.clock.cancel(this.timer);
    if (this.stopped) return;
    this.timer = this.clock.later(() => this.watch(), this.delay());
  }

  /** One look at the revision; a new one brings the panel. */
  async watch() {
    if (!this.visible()) return;
    const known = this.state.panel && this.state.panel.revision;
    if (this.state.phase === 'failed' || this.attempt > 0 || this.isOffline() || this.isOlder(RENEW_AFTER)) {
      await this.load('live');
    } else {
      await this.look(known);
    }
    this.schedule();
  }

  async look(known) {
    const request = this.nextRequest();
    try {
      const found = await this.deal.revision();
      this.pending = found.pending;
      if (found.revision !== known) await this.load(this.isStale() ? 'live' : 'cached');
    } catch (error) {
      this.readFailed(error, request);
    }
  }

  /** The ERP did not answer: no news of it comes by itself, so it is asked again and again. So for an order in the queue. */
  isOffline() {
    const { panel } = this.state;
    return Boolean(panel) && unproven(panel);
  }

  isOlder(age) {
    const { panel } = this.state;
    return Boolean(panel && panel.figures) && this.clock.now() - Date.parse(panel.figures.taken_at) > age;
  }

  isStale() {
    const { panel } = this.state;
    return !panel || !panel.figures || this.isOlder(STALE_AFTER);
  }

  /** The page is looked at again. */
  woke() {
    if (this.isStale() || this.isOffline()) this.refresh();
    else this.watch();
  }

  /**
   * One intended change: `call` gives the new panel. True when it was done; otherwise the notice says why.
   * The answer is numbered when it comes: whatever was read while the change was under way is older.
   */
  async act(name, call, notice) {
    if (this.state.busy) return false;
    this.send({ type: 'acting', name });
    try {
      const panel = await call(this.deal);
      this.send({ type: 'acted', panel, request: this.nextRequest(), notice });
      this.schedule();
      return true;
    } catch (error) {
      if (error.code === undefined) throw error;
      this.send({ type: 'act_failed', error, request: this.nextRequest() });
      return false;
    }
  }

  dismiss() {
    this.send({ type: 'dismissed' });
  }
}
