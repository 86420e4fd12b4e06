/** What a manager sees of an approval: it waits, or how it ended. */
import { h } from 'preact';
import { Callout } from './parts.jsx';

function Waiting({ ctx }) {
  const { panel, t, f } = ctx;
  const { approval } = panel;
  return (
    <div class="sg-pad">
      <Callout tone="info">
        {t('approval.waiting', { time: f.moment(approval.requested_at), deadline: f.moment(approval.deadline) })}
        <q class="sg-quote">{approval.reason}</q>
      </Callout>
    </div>
  );
}

const ENDINGS = { void: 'warn', expired: 'warn', withdrawn: 'info' };

function voidWords(approval, t) {
  const path = `void.${approval.void_reason}`;
  return t('approval.void', { why: t(t.has(path) ? path : 'void.other') });
}

function Decided({ ctx }) {
  const { panel, t, f } = ctx;
  const { approval } = panel;
  if (ENDINGS[approval.state]) {
    const text = approval.state === 'void' ? voidWords(approval, t) : t(`approval.${approval.state}`);
    return <div class="sg-pad"><Callout tone={ENDINGS[approval.state]}>{text}</Callout></div>;
  }
  const rejected = approval.state === 'rejected';
  if (!rejected && !approval.state.startsWith('approved')) return null;
  const who = { name: approval.decided_by ? approval.decided_by.name : '', time: approval.decided_at ? f.moment(approval.decided_at) : '' };
  return (
    <div class="sg-pad">
      <Callout tone={rejected ? 'bad' : 'ok'} title={t(rejected ? 'approval.rejected_by' : 'approval.approved_by', who)}>
        {approval.decision_reason ? <q class="sg-quote">{approval.decision_reason}</q> : <span>{t('approval.no_reason')}</span>}
        {!rejected && <p class="sg-help">{t('approval.valid_until', { deadline: f.moment(approval.deadline) })}</p>}
      </Callout>
    </div>
  );
}

export function ApprovalNews({ ctx }) {
  return ctx.panel.state === 'asked' ? <Waiting ctx={ctx} /> : <Decided ctx={ctx} />;
}
