import { h } from 'preact';
import { isPositive } from '../core/decimal.js';
import { Pill } from './parts.jsx';

const INN_TONES = { valid: 'ok', invalid: 'bad', missing: 'warn' };

export function Totals({ ctx }) {
  const { panel, t, f, money } = ctx;
  const { totals } = panel;
  if (!totals) return <div class="sg-row sg-muted">{t('totals.unknown')}</div>;
  return (
    <div class="sg-row">
      <div class="sg-split">
        <span>{t(panel.state === 'approved' && panel.approval.state === 'approved_part' ? 'totals.requested' : 'totals.total')}</span>
        <b class="sg-total">{money(totals.total)}</b>
      </div>
      {totals.margin_percent !== null && totals.margin_percent !== undefined && (
        <div class="sg-split sg-small-row">
          <span class="sg-muted">{t('totals.margin')}</span>
          <span>{f.percent(totals.margin_percent)}</span>
        </div>
      )}
    </div>
  );
}

function Credit({ ctx, credit }) {
  const { t, f, panel } = ctx;
  if (!credit) return null;
  const short = (sum) => f.wholeMoney(sum, panel.deal.currency);
  const gone = credit.free !== null && credit.free.startsWith('-');
  return (
    <div>
      {gone && <div class="sg-split sg-bad"><span>{t('customer.credit_gone')}</span><span class="sg-nowrap">{short(credit.free.slice(1))}</span></div>}
      {credit.free !== null && !gone && (
        <div class="sg-split sg-split_wrap">
          <span>{t('customer.credit', { free: short(credit.free) })}</span>
          {credit.limit !== null && <span class="sg-muted">{t('customer.credit_of', { limit: short(credit.limit) })}</span>}
        </div>
      )}
      {isPositive(credit.overdue) && (
        <div class="sg-split sg-bad"><span>{t('customer.overdue')}</span><span class="sg-nowrap">{short(credit.overdue)}</span></div>
      )}
    </div>
  );
}

export function Customer({ ctx }) {
  const { panel, t } = ctx;
  const { customer } = panel;
  if (!customer) return null;
  const renamed = customer.match === 'found' && customer.erp_name && customer.erp_name !== customer.name;
  return (
    <div class="sg-row sg-small-row">
      <div class="sg-split">
        <span class="sg-wrap">{customer.name}</span>
        {INN_TONES[customer.inn_state] && <Pill tone={INN_TONES[customer.inn_state]}>{t(`customer.inn_${customer.inn_state}`)}</Pill>}
      </div>
      {renamed && <div class="sg-muted sg-wrap">{t('customer.erp_name', { name: customer.erp_name })}</div>}
      {customer.match === 'new' && <div class="sg-muted">{t('customer.new')}</div>}
      {customer.match === 'ambiguous' && <div class="sg-bad">{t('customer.ambiguous')}</div>}
      <Credit ctx={ctx} credit={customer.credit} />
    </div>
  );
}
