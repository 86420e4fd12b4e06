import { h } from 'preact';
import { Later } from './Later.jsx';
import { Button, Callout } from './parts.jsx';

const CRM = ['crm_reauthorise', 'crm_payment_required', 'crm_blocked'];
const RELOAD = ['signed_out', 'token_missing', 'token_invalid', 'token_expired'];

export function Skeleton({ ctx }) {
  return (
    <div class="sg-pad" role="status" aria-label={ctx.t('common.loading')}>
      {[0, 1, 2].map((row) => (
        <div class="sg-skeleton" key={row} aria-hidden="true"><i /><i /><i /></div>
      ))}
    </div>
  );
}

/** Nothing to show at all: says why, and what to press. */
export function Failed({ ctx }) {
  const { deal, t, host, session } = ctx;
  const { code, params, requestId } = deal.error;
  return (
    <div class="sg-pad sg-stack">
      {CRM.includes(code) ? <Later piece="CrmTrouble" host={host} t={t} ctx={ctx} code={code} /> : (
        <Callout tone="bad" role="alert">
          {t.code('errors', code, params)}
          {requestId && <small class="sg-small">{t('common.request', { id: requestId })}</small>}
        </Callout>
      )}
      {RELOAD.includes(code)
        ? <Button onClick={host.reload}>{t('act.reload')}</Button>
        : <Button busy={deal.refreshing} onClick={() => session.refresh()}>{t('common.retry')}</Button>}
    </div>
  );
}
