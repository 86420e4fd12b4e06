/** What the card knows, and how it changes. Pure: the same state and event always give the same new state. */

export const START = Object.freeze({
  phase: 'loading', // loading · ready · failed (nothing to show)
  panel: null,
  applied: 0, // number of the request whose answer is shown: an older answer never overwrites a newer one
  refreshing: false,
  busy: null, // the action under way
  error: null, // {code, params}: why there is nothing to show, or why the newest figures did not come
  notice: null, // {tone, code, params}: what the last action brought
  lost: null, // {attempt, retryAt}: no connection with our backend
});

const problem = (error) => ({ code: error.code, params: error.params, requestId: error.requestId });

function shown(state, event) {
  if (event.request < state.applied) return state;
  return { ...state, phase: 'ready', panel: event.panel, applied: event.request, error: null, lost: null };
}

function failed(state, event) {
  const { error } = event;
  if (error.panel) return { ...shown(state, { panel: error.panel, request: event.request }), error: problem(error) };
  return { ...state, phase: state.panel ? 'ready' : 'failed', error: problem(error) };
}

export function reduce(state, event) {
  switch (event.type) {
    case 'panel': return shown(state, event);
    case 'read_failed': return failed(state, event);
    case 'refreshing': return { ...state, refreshing: event.on };
    case 'lost': return { ...state, lost: { attempt: event.attempt, retryAt: event.retryAt } };
    case 'acting': return { ...state, busy: event.name, notice: null };
    case 'acted': return { ...shown(state, event), busy: null, notice: event.notice || null };
    case 'act_failed': {
      const base = event.error.panel ? shown(state, { panel: event.error.panel, request: event.request }) : state;
      return { ...base, busy: null, notice: { tone: 'bad', ...problem(event.error) } };
    }
    case 'act_done': return { ...state, busy: null, notice: event.notice || null };
    case 'dismissed': return { ...state, notice: null };
    default: throw new RangeError(`unknown event ${event.type}`);
  }
}
