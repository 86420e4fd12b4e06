/** The supervisor's view: evidence first, then all, a part, or no. */
import { Component, h } from 'preact';
import { compare, subtract, isPositive } from '../core/decimal.js';
import { grantable } from '../core/orders.js';
import { Customer } from './Money.jsx';
import { Reasons, WorkingButton } from './Messages.jsx';
import { Button, Clamped, Field, Pill } from './parts.jsx';

function asTyped(text) {
  const plain = String(text).replace(/[\s\u00a0]/g, '').replace(',', '.');
  return /^\d{1,12}(\.\d{1,6})?$/.test(plain) ? plain : null;
}

function Evidence({ ctx, line }) {
  const { t, f } = ctx;
  const now = line.available_now === null ? '0' : line.available_now;
  const missing = subtract(line.requested, now);
  return (
    <li class="sg-line">
      <div class="sg-split">
        <Clamped text={line.name} hint={t('line.full_name')} />
        {isPositive(missing)
          ? <Pill tone="bad">{`${f.signed(missing)} ${line.unit}`}</Pill>
          : <Pill tone="ok">{t('line.pill.enough')}</Pill>}
      </div>
      <div class="sg-nums">
        {t('approval.then_now', {
          then: f.quantity(line.available_then), now: f.quantity(now), requested: f.quantity(line.requested),
        })}
      </div>
      <div class="sg-split sg-small-row">
        <span class="sg-muted">{t('approval.incoming')}</span>
        <span>
          {line.incoming
            ? t('approval.incoming_value', { date: f.date(line.incoming.date), quantity: f.quantity(line.incoming.quantity), unit: line.unit })
            : t('approval.no_incoming')}
        </span>
      </div>
    </li>
  );
}

function Asked({ ctx, approval }) {
  const { t, f, money } = ctx;
  return (
    <div class="sg-row sg-small-row">
      <div class="sg-muted">{t('approval.asks', { name: approval.requested_by.name, time: f.moment(approval.requested_at) })}</div>
      <q class="sg-quote">{approval.reason}</q>
      <div class="sg-split"><span>{t('approval.total')}</span><b>{money(approval.total)}</b></div>
      {approval.margin_percent !== null && (
        <div class="sg-split"><span>{t('approval.margin')}</span><span>{f.percent(approval.margin_percent)}</span></div>
      )}
    </div>
  );
}

export class Supervisor extends Component {
  constructor(props) {
    super(props);
    this.state = { reason: '', missing: false, part: false, quantities: grantable(props.ctx.panel.approval), bad: null };
  }

  decide(verdict, quantities) {
    const reason = this.state.reason.trim();
    if (verdict === 'reject' && !reason) {
      this.setState({ missing: true });
      this.area.focus();
      return;
    }
    const body = { verdict, reason };
    if (quantities) body.quantities = quantities;
    this.props.ctx.session.act(verdict, (api) => api.decide(body));
  }

  decidePart() {
    const { approval } = this.props.ctx.panel;
    const quantities = {};
    let bad = null;
    approval.lines.forEach((line) => {
      const value = asTyped(this.state.quantities[line.line_id]);
      if (value === null || compare(value, line.requested) > 0) bad = bad || line.line_id;
      else quantities[line.line_id] = value;
    });
    this.setState({ bad });
    if (!bad) this.decide('approve_part', quantities);
  }

  partForm() {
    const { ctx } = this.props;
    const { t, f, panel } = ctx;
    return (
      <div class="sg-stack">
        <strong>{t('approval.part_title')}</strong>
        {panel.approval.lines.map((line) => (
          <Field
            key={line.line_id}
            id={`sg-grant-${line.line_id}`}
            label={t('approval.part_of', { name: line.name, requested: f.quantity(line.requested), unit: line.unit })}
            error={this.state.bad === line.line_id && t('approval.part_bad', { requested: f.quantity(line.requested) })}
          >
            <input
              id={`sg-grant-${line.line_id}`}
              class="sg-input"
              inputMode="decimal"
              value={this.state.quantities[line.line_id]}
              onInput={(event) => this.setState({ quantities: { ...this.state.quantities, [line.line_id]: event.currentTarget.value } })}
            />
          </Field>
        ))}
        <WorkingButton ctx={ctx} name="approve_part" kind="primary" label={t('approval.part_send')} onClick={() => this.decidePart()} />
        <Button onClick={() => this.setState({ part: false })}>{t('common.cancel')}</Button>
      </div>
    );
  }

  /** The only line's quantity there is, where it is a part of what was asked; else null. */
  onlyPart() {
    const { approval } = this.props.ctx.panel;
    if (approval.lines.length !== 1) return null;
    const [line] = approval.lines;
    const there = grantable(approval)[line.line_id];
    return isPositive(there) && compare(there, line.requested) < 0 ? { quantity: there, line } : null;
  }

  buttons() {
    const { ctx } = this.props;
    const { t, f } = ctx;
    const only = this.onlyPart();
    return (
      <div class="sg-stack">
        <WorkingButton ctx={ctx} name="approve" kind="primary" label={t('approval.approve')} onClick={() => this.decide('approve')} />
        <div class="sg-two">
          <WorkingButton
            ctx={ctx}
            name="approve_part"
            label={only ? t('approval.part', { quantity: f.quantity(only.quantity), unit: only.line.unit }) : t('approval.part_many')}
            onClick={() => (only ? this.decide('approve_part', { [only.line.line_id]: only.quantity }) : this.setState({ part: true, missing: false }))}
          />
          <WorkingButton ctx={ctx} name="reject" kind="danger" label={t('approval.reject')} onClick={() => this.decide('reject')} />
        </div>
        {only && <Button kind="quiet" onClick={() => this.setState({ part: true, missing: false })}>{t('approval.part_title')}…</Button>}
      </div>
    );
  }

  render({ ctx }, { reason, missing, part }) {
    const { t, panel } = ctx;
    const { approval } = panel;
    return (
      <div>
        <ul class="sg-lines">{approval.lines.map((line) => <Evidence ctx={ctx} line={line} key={line.line_id} />)}</ul>
        <Asked ctx={ctx} approval={approval} />
        <Customer ctx={ctx} />
        <Reasons ctx={ctx} title="state.reasons_decide" />
        <div class="sg-acts sg-acts_close">
          <label class="sg-hidden" for="sg-decision">{t('approval.reason')}</label>
          <textarea
            id="sg-decision"
            class="sg-input sg-area"
            ref={(node) => { this.area = node; }}
            value={reason}
            maxLength={1000}
            placeholder={t('approval.reason_placeholder')}
            aria-invalid={missing ? 'true' : undefined}
            aria-describedby={missing ? 'sg-decision-error' : undefined}
            onInput={(event) => this.setState({ reason: event.currentTarget.value, missing: false })}
          />
          {missing && <p class="sg-error" id="sg-decision-error" role="alert">{t('approval.reason_needed')}</p>}
          {part ? this.partForm() : this.buttons()}
        </div>
      </div>
    );
  }
}
