import { h } from 'preact';
import { headPill, orderWord } from '../core/view.js';
import { Age, LinkButton, Pill } from './parts.jsx';

function Aside({ ctx }) {
  const { panel, t, f } = ctx;
  const { approval, order } = panel;
  if (panel.state === 'asked' && approval && approval.can_decide) {
    return <span class="sg-age">{t('approval.until', { time: f.moment(approval.deadline) })}</span>;
  }
  if (panel.state === 'placed' && order) return <span class="sg-age">{t(`order.${orderWord(order)}`)}</span>;
  return <Refresh ctx={ctx} />;
}

/** How old the figures are, and the click that renews them. */
export function Refresh({ ctx }) {
  const { panel, deal, t, f, host, session } = ctx;
  return (
    <span class="sg-age">
      {panel.figures && <Age at={panel.figures.taken_at} t={t} f={f} clock={host.clock} />}
      {panel.figures && ' · '}
      {deal.refreshing
        ? <span>{t('common.refreshing')}</span>
        : <LinkButton onClick={() => session.refresh()}>{t('common.refresh')}</LinkButton>}
    </span>
  );
}

/** What figures of the last minute may say; older ones wait for the live ones on their way. */
const CHECKED = ['ready', 'short', 'offline'];

function pillOf({ panel, deal, t, f, session }) {
  if (!panel) return { tone: 'grey', text: t(deal.phase === 'failed' ? 'head.no_answer' : 'head.loading') };
  const checking = deal.refreshing && CHECKED.includes(panel.state) && session.isStale();
  return checking ? { tone: 'grey', text: t('head.loading') } : headPill(panel, t, f);
}

export function Head({ ctx }) {
  const pill = pillOf(ctx);
  return (
    <div class="sg-head">
      <span role="status" class="sg-head__state"><Pill tone={pill.tone}>{pill.text}</Pill></span>
      {ctx.panel && <Aside ctx={ctx} />}
    </div>
  );
}
