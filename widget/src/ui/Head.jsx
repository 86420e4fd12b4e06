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

export function Head({ ctx }) {
  const { panel, deal, t, f } = ctx;
  const words = { loading: 'head.loading', failed: 'head.no_answer' };
  const pill = panel ? headPill(panel, t, f) : { tone: 'grey', text: t(words[deal.phase]) };
  return (
    <div class="sg-head">
      <span role="status" class="sg-head__state"><Pill tone={pill.tone}>{pill.text}</Pill></span>
      {panel && <Aside ctx={ctx} />}
    </div>
  );
}
