/** What concerns the whole panel: no ERP, ERP silent, amoCRM out of reach, an order in the queue or one that failed. */
import { h } from 'preact';
import { erpSilent, queueSteps } from '../core/queue.js';
import { say } from './Messages.jsx';
import { Callout } from './parts.jsx';

/** Something an administrator mends in the settings: they get the way there, others whom to ask. */
function SettingsHint({ ctx, title, admin, other }) {
  const { host, t } = ctx;
  if (!host.isAdmin) return <Callout tone="info" title={title && t(title)}>{t(other)}</Callout>;
  return (
    <div class="sg-stack">
      <Callout tone="info" title={title && t(title)}>{t(admin)}</Callout>
      <a class="sg-btn sg-btn_primary" href={host.settingsUrl}>{t('act.settings')}</a>
    </div>
  );
}

/** amoCRM does not serve us: what happened, what to do, and who does it. */
export function CrmTrouble({ ctx, code }) {
  const { host, t } = ctx;
  if (code === 'crm_reauthorise') {
    return <SettingsHint ctx={ctx} title="state.reauthorise_title" admin="state.reauthorise_admin" other="state.reauthorise" />;
  }
  const words = code === 'crm_payment_required' ? 'unpaid' : 'blocked';
  return <Callout tone="warn" title={t(`state.${words}_title`)}>{t(`state.${words}${words === 'unpaid' && host.isAdmin ? '_admin' : ''}`)}</Callout>;
}

const CRM_TROUBLES = ['crm_reauthorise', 'crm_payment_required', 'crm_blocked'];

/** Figures nobody can vouch for: of when they are, and what happens next. */
function Offline({ ctx }) {
  const { panel, t, f } = ctx;
  const silent = erpSilent(panel);
  const words = [];
  if (panel.figures && panel.lines.length) words.push(t('state.offline_known', { time: f.moment(panel.figures.taken_at) }));
  if (silent) words.push(t('state.offline'));
  const title = silent ? t('state.offline_title') : say(ctx, 'errors', panel.problem);
  return <Callout tone="warn" title={title}>{words.join(' ')}</Callout>;
}

/** The order waits: who put it there, for what, and what comes then. */
function Queued({ ctx }) {
  const { t, f, panel: { queued } } = ctx;
  const words = { time: f.moment(queued.at), name: queued.by.name };
  return (
    <div class="sg-row" role="status">
      <ol class="sg-steps">
        {queueSteps(queued).map(({ step, state }) => (
          <li key={step} class={`sg-step sg-step_${state}`} aria-current={state === 'current' ? 'step' : undefined}>{t(`queue.step.${step}`, words)}</li>
        ))}
      </ol>
      <p class="sg-help">{t('queue.promise')}</p>
    </div>
  );
}

function Problem({ ctx }) {
  const { panel, t } = ctx;
  const code = panel.problem && panel.problem.code;
  if (CRM_TROUBLES.includes(code)) return <CrmTrouble ctx={ctx} code={code} />;
  if (panel.state === 'no_connection') return <SettingsHint ctx={ctx} admin="state.no_connection_admin" other="state.no_connection" />;
  if (panel.state === 'offline') return <Offline ctx={ctx} />;
  if (panel.state === 'failed') {
    const error = (panel.order && panel.order.error) || panel.problem || { code: 'internal' };
    return <Callout tone="bad" title={t('state.failed_title')}>{say(ctx, 'errors', error)}</Callout>;
  }
  return panel.problem && panel.state !== 'queued' ? <Callout tone="warn">{say(ctx, 'errors', panel.problem)}</Callout> : null;
}

export function Trouble({ ctx }) {
  const { panel } = ctx;
  const told = panel.state !== 'queued' || (panel.problem && CRM_TROUBLES.includes(panel.problem.code));
  return (
    <div>
      {told && <div class="sg-pad"><Problem ctx={ctx} /></div>}
      {panel.state === 'queued' && panel.queued && <Queued ctx={ctx} />}
    </div>
  );
}
