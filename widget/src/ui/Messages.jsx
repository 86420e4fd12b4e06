import { Component, h } from 'preact';
import { readable } from '../core/words.js';
import { generalReasons } from '../core/view.js';
import { Button, Callout, LinkButton } from './parts.jsx';

export const say = (ctx, kind, { code, params }) => ctx.t.code(kind, code, ctx.panel ? readable(params, ctx.f, ctx.panel.deal.currency) : params);

/** No connection with our backend; counts down to the next attempt. */
export class Lost extends Component {
  componentWillUnmount() {
    this.props.ctx.session.clock.cancel(this.timer);
  }

  render({ ctx }) {
    const { deal, t, session } = ctx;
    if (!deal.lost || !deal.panel) return null;
    const seconds = Math.ceil((deal.lost.retryAt - session.clock.now()) / 1000);
    session.clock.cancel(this.timer);
    if (seconds > 0) this.timer = session.clock.later(() => this.setState({}), 1000);
    return (
      <div class="sg-pad">
        <Callout tone="warn" title={t('state.lost_title')}>
          <span role="status">{t('state.lost_kept')}</span>{' '}
          <span>{seconds > 0 ? t('state.lost', { n: seconds }) : t('state.lost_now')}</span>{' '}
          <LinkButton onClick={() => session.refresh()}>{t('common.retry')}</LinkButton>
        </Callout>
      </div>
    );
  }
}

/** What the last action brought, or why newer figures did not come. */
export function Notice({ ctx }) {
  const { deal, t, session } = ctx;
  const notice = deal.notice || (deal.panel && !deal.lost && deal.error ? { tone: 'warn', ...deal.error } : null);
  return (
    <div aria-live="polite">
      {notice && (
        <div class="sg-pad">
          <Callout tone={notice.tone}>
            {say(ctx, 'errors', notice)}
            {notice.requestId && <small class="sg-small">{t('common.request', { id: notice.requestId })}</small>}
            {deal.notice && <button type="button" class="sg-close" aria-label={t('common.close')} onClick={() => session.dismiss()}>×</button>}
          </Callout>
        </div>
      )}
    </div>
  );
}

function titleOf({ state, decision }) {
  if (state === 'problems') return 'state.problems_title';
  return decision && decision.outcome === 'ask' ? 'state.reasons_ask' : 'state.reasons_block';
}

/** Reasons of the decision that belong to no line: customer, credit, rules. */
export function Reasons({ ctx, title = titleOf(ctx.panel) }) {
  const { panel, t } = ctx;
  const known = panel.state === 'empty' ? ['empty_basket'] : [];
  const reasons = ['placed', 'placing'].includes(panel.state) ? [] : generalReasons(panel).filter((one) => !known.includes(one.code));
  if (reasons.length === 0) return null;
  return (
    <div class="sg-pad">
      <Callout tone={panel.state === 'problems' ? 'bad' : 'warn'} title={t(title)}>
        <ul class="sg-list">{reasons.map((reason) => <li key={reason.code}>{say(ctx, 'reasons', reason)}</li>)}</ul>
      </Callout>
    </div>
  );
}

export function UndoStrip({ ctx }) {
  const { panel, deal, t, session } = ctx;
  if (!panel.undo) return null;
  return (
    <div class="sg-undo" role="status">
      <span>{t(`undo.${panel.undo.kind}`)}</span>
      <LinkButton disabled={Boolean(deal.busy)} onClick={() => session.act('undo', (api) => api.undo())}>{t('common.undo')}</LinkButton>
    </div>
  );
}

export function WorkingButton({ ctx, name, label, ...rest }) {
  const { deal, t } = ctx;
  const working = deal.busy === name;
  return <Button busy={working} {...rest} disabled={rest.disabled || Boolean(deal.busy)}>{working ? t('act.working') : label}</Button>;
}
