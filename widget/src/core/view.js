/** What a panel means on the screen: tones, words' paths, bars, which buttons. Pure; `t` and `f` are words and formats. */

import { add, compare, isPositive, share, subtract } from './decimal.js';

const HEAD_TONES = {
  no_connection: 'grey', empty: 'grey', problems: 'bad', ready: 'ok', short: 'bad', asked: 'warn', approved: 'ok',
  rejected: 'bad', loading: 'grey', placing: 'info', failed: 'bad', placed: 'info', offline: 'grey', queued: 'warn',
};
const LINE_TONES = {
  enough: 'ok', on_order: 'warn', short: 'bad', unknown_product: 'bad', indivisible: 'bad', not_positive: 'bad',
  unpriced: 'warn', unchecked: 'grey',
};
const EDITABLE = ['empty', 'problems', 'ready', 'short', 'approved', 'rejected', 'asked', 'failed'];

export function canEdit(panel) {
  return panel.viewer.can_order && EDITABLE.includes(panel.state);
}

function shortWords(panel, t, f) {
  const short = panel.lines.filter((line) => line.state === 'short' && isPositive(line.shortage));
  const units = new Set(short.map((line) => line.base_unit));
  if (short.length === 0) return t(onlyCredit(panel) ? 'head.over_credit' : 'head.short_plain');
  if (units.size > 1) return t('head.short_lines', { n: short.length });
  const total = short.reduce((sum, line) => add(sum, line.shortage), '0');
  return t('head.short', { quantity: f.quantity(total), unit: short[0].base_unit });
}

export function headPill(panel, t, f) {
  const { state, approval, order } = panel;
  const tone = HEAD_TONES[state] || 'grey';
  if (state === 'short') return { tone, text: shortWords(panel, t, f) };
  if (state === 'asked' && approval && approval.can_decide) return { tone, text: t('head.decide') };
  if (state === 'approved' && approval && approval.state === 'approved_part') return { tone, text: t('head.approved_part') };
  if (state === 'placed' && order && order.numbers.length) return { tone, text: t('head.placed', { number: order.numbers.join(', ') }) };
  return { tone, text: t(`head.${state === 'placed' ? 'placed_plain' : state}`) };
}

/** What an order has come to; a placed one says how much of it is reserved. */
export function orderWord({ state, progress }) {
  if (state !== 'placed' || !progress || progress.reserved === null || compare(progress.reserved, '1') >= 0) return state;
  return isPositive(progress.reserved) ? 'part_reserved' : 'not_reserved';
}

/** Nobody vouches for the figures: the ERP is silent, or the order waits for it. */
export const unproven = ({ state }) => state === 'offline' || state === 'queued';

/** `state` is the panel's: while the ERP is silent no line is called enough. */
export function linePill(line, t, f, state) {
  if (unproven({ state })) return { tone: 'grey', text: t('line.pill.unchecked') };
  const tone = LINE_TONES[line.state] || 'grey';
  if (line.state === 'on_order' && line.promise_date && f.isAhead(line.promise_date)) return { tone, text: t('line.pill.by', { date: f.date(line.promise_date) }) };
  if (line.state === 'short' && isPositive(line.shortage)) return { tone, text: f.signed(line.shortage) };
  return { tone, text: t(`line.pill.${line.state}`) };
}

/** Segments [{tone, share}] of a line's bar; empty where there is nothing to measure. */
export function bar(line) {
  const wanted = line.base_quantity;
  if (!wanted || line.available === null || line.available === undefined) return [];
  if (line.state === 'enough') return [{ tone: 'ok', share: share(wanted, line.available) }];
  if (line.state === 'on_order') {
    const now = share(line.shippable_now, wanted);
    return [{ tone: 'ok', share: now }, { tone: 'later', share: 1 - now }];
  }
  if (line.state === 'short') {
    const now = share(line.available, wanted);
    return [{ tone: 'ok', share: now }, { tone: 'bad', share: 1 - now }];
  }
  return [];
}

export function onlyWarehouse(line) {
  return line.parts.length === 1 ? line.parts[0].warehouse : null;
}

/** The quantity still missing on the shelf that a dated delivery brings. */
export function later(line) {
  const missing = subtract(line.base_quantity, line.shippable_now);
  return isPositive(missing) ? missing : '0';
}

const BLOCKED = {
  ready: 'act.blocked', short: 'act.blocked_short', rejected: 'act.blocked_short', problems: 'act.blocked_problems',
};

/** Nothing is missing on the shelves; only the customer's credit stands in the way. */
function onlyCredit(panel) {
  const reasons = panel.decision ? panel.decision.reasons : [];
  return reasons.length > 0 && reasons.every((reason) => reason.code === 'over_credit');
}

function blockedWords(panel) {
  return onlyCredit(panel) ? 'act.blocked_credit' : BLOCKED[panel.state] || 'act.blocked';
}
const WITHOUT_MAIN = ['loading', 'placing', 'placed', 'no_connection', 'empty', 'asked', 'offline', 'queued'];

function retryButton({ order, viewer }, t) {
  return order && order.can_retry ? { action: 'retry', label: t('act.retry'), enabled: viewer.can_order } : null;
}

/** The main button: {action, label, enabled, why}, or null where the state has its own. */
export function mainButton(panel, t) {
  const { state, decision, viewer } = panel;
  if (WITHOUT_MAIN.includes(state)) return null;
  if (state === 'failed') return retryButton(panel, t);
  if (!viewer.can_order) return { action: 'order', label: t('act.order'), enabled: false, why: t('act.not_yours') };
  const seen = Boolean(decision && decision.fingerprint);
  if (state === 'approved') return { action: 'order', label: t('act.order_approved'), enabled: seen };
  if (state === 'ready' && seen && decision.outcome === 'allow') return { action: 'order', label: t('act.order'), enabled: true };
  return { action: 'order', label: t(blockedWords(panel)), enabled: false };
}

export function canAsk(panel) {
  const askable = ['short', 'ready', 'rejected'].includes(panel.state);
  return panel.viewer.can_order && askable && Boolean(panel.decision) && panel.decision.outcome === 'ask';
}

/** Decision reasons that are not told beside their line already. */
export function generalReasons(panel) {
  if (!panel.decision) return [];
  const lines = new Set(panel.lines.map((line) => line.line_id));
  return panel.decision.reasons.filter((reason) => !reason.line_id || !lines.has(reason.line_id));
}

/** Reasons to tell under a line: its own and the decision's, except the shortage its figures already show. */
export function lineReasons(panel, line) {
  const decided = panel.decision ? panel.decision.reasons.filter((reason) => reason.line_id === line.line_id) : [];
  const seen = new Set();
  return line.reasons.concat(decided).filter((reason) => {
    const shownByFigures = reason.code === 'shortage' && line.state === 'short';
    if (shownByFigures || seen.has(reason.code)) return false;
    seen.add(reason.code);
    return true;
  });
}

/** Lines worth looking at first: problems, then shortages, then the rest as in the deal. */
export function ordered(lines) {
  const rank = (line) => ['unknown_product', 'not_positive', 'indivisible', 'unpriced', 'short'].includes(line.state) ? 0 : 1;
  return lines.map((line, index) => ({ line, index }))
    .sort((a, b) => rank(a.line) - rank(b.line) || a.index - b.index)
    .map(({ line }) => line);
}
