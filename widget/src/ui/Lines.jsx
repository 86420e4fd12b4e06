import { Component, h } from 'preact';
import { bar, canEdit, later, linePill, lineReasons, onlyWarehouse, ordered, unproven } from '../core/view.js';
import { isPositive } from '../core/decimal.js';
import { place } from '../core/format.js';
import { readable } from '../core/words.js';
import { Later } from './Later.jsx';
import { Bar, Button, Clamped, Pill } from './parts.jsx';

const FIRST = 8;
const STEP = 25;
const BAR_WORDS = { enough: 'line.bar_enough', on_order: 'line.bar_on_order', short: 'line.bar_short' };

/** available 45 · Moscow warehouse / now 3 · 10 more by 28.11 / available 6 of 10 */
function Figures({ ctx, line }) {
  const { panel, t, f } = ctx;
  if (line.available === null || line.available === undefined) return <span class="sg-nums">{t('line.no_figures')}</span>;
  const warehouse = onlyWarehouse(line);
  const at = warehouse && warehouse.name ? ` · ${place(warehouse.name)}` : '';
  const available = <b>{f.quantity(isPositive(line.available) ? line.available : '0')}</b>;
  if (unproven(panel)) return <span class="sg-nums">{t('line.was_available')} {available}</span>;
  if (line.state === 'short') {
    return <span class="sg-nums">{t('line.available')} {available} {t('line.of', { quantity: f.quantity(line.base_quantity) })}{at}</span>;
  }
  if (line.state === 'on_order') {
    const coming = line.next_incoming || { date: line.promise_date, quantity: later(line) };
    return (
      <span class="sg-nums">
        {t('line.now')} <b>{f.quantity(line.shippable_now)}</b>
        {coming.date && ` · ${t('line.later', { quantity: f.quantity(coming.quantity), date: f.date(coming.date) })}`}
      </span>
    );
  }
  return <span class="sg-nums">{t('line.available')} {available}{at}</span>;
}

function barWords(ctx, line) {
  const { t, f } = ctx;
  return t(BAR_WORDS[line.state], {
    wanted: f.quantity(line.base_quantity), available: f.quantity(line.available), now: f.quantity(line.shippable_now),
  });
}

function quantityWords(line, f) {
  const quantity = `${f.quantity(line.quantity)} ${line.unit ? line.unit.name : ''}`;
  const packed = line.unit && line.base_unit && line.unit.name !== line.base_unit && line.base_quantity;
  return { quantity, base: packed ? `${f.quantity(line.base_quantity)} ${line.base_unit}` : null };
}

function Price({ ctx, line }) {
  const { f, money } = ctx;
  const words = [line.sku];
  if (line.price) words.push(money(line.price.unit));
  if (line.price && isPositive(line.price.discount_percent)) words.push(f.percent(`-${line.price.discount_percent}`));
  return <div class="sg-sku">{words.filter(Boolean).join(' · ')}</div>;
}

function Parts({ ctx, line }) {
  const { t, f } = ctx;
  if (line.parts.length < 2) return null;
  return (
    <ul class="sg-parts">
      {line.parts.map((part) => (
        <li key={`${part.warehouse.id}:${part.wanted_on}`}>
          {t(part.wanted_on ? 'line.part_by' : 'line.part', {
            quantity: f.quantity(part.quantity), unit: line.base_unit, warehouse: part.warehouse.name,
            date: part.wanted_on && f.date(part.wanted_on),
          })}
        </li>
      ))}
    </ul>
  );
}

/** How much of the line a supervisor approved, where it was only a part. */
function Granted({ ctx, line }) {
  const { panel, t, f } = ctx;
  if (!panel.approval || panel.approval.state !== 'approved_part') return null;
  const found = panel.approval.lines.find((one) => one.line_id === line.line_id);
  if (!found || found.granted === null || found.granted === found.requested) return null;
  const words = { granted: f.quantity(found.granted), requested: f.quantity(found.requested), unit: found.unit };
  return <p class="sg-granted">{t('approval.granted', words)}</p>;
}

class Line extends Component {
  constructor() {
    super();
    this.state = { open: false };
    this.close = () => {
      this.setState({ open: false });
      this.opener.focus();
    };
  }

  render({ ctx, line }, { open }) {
    const { panel, t, f } = ctx;
    const pill = linePill(line, t, f, panel.state);
    const placing = panel.state === 'placing';
    const bare = placing || unproven(panel);
    const segments = bare ? [] : bar(line);
    const { quantity, base } = quantityWords(line, f);
    return (
      <li class="sg-line">
        <div class="sg-split">
          <Clamped text={line.name} hint={t('line.full_name')} />
          <button
            type="button"
            class="sg-qty"
            ref={(node) => { this.opener = node; }}
            aria-expanded={open ? 'true' : 'false'}
            aria-label={`${quantity}. ${t('line.edit', { name: line.name })}`}
            onClick={() => this.setState({ open: !open })}
          >
            {quantity}
          </button>
        </div>
        <div class="sg-split">
          <Price ctx={ctx} line={line} />
          {base && <span class="sg-sku sg-nowrap">{base}</span>}
        </div>
        {!placing && (
          <div class="sg-split sg-line__state">
            <Figures ctx={ctx} line={line} />
            <Pill tone={pill.tone}>{pill.text}</Pill>
          </div>
        )}
        {segments.length > 0 && <Bar segments={segments} label={barWords(ctx, line)} />}
        <Parts ctx={ctx} line={line} />
        <Granted ctx={ctx} line={line} />
        {!bare && lineReasons(panel, line).map((reason) => (
          <p class="sg-reason" key={reason.code}>{t.code('reasons', reason.code, readable(reason.params, f, panel.deal.currency))}</p>
        ))}
        {open && (
          <Later piece="LineEditor" host={ctx.host} t={t} ctx={ctx} line={line} editable={canEdit(panel)} onDone={this.close} />
        )}
      </li>
    );
  }
}

export class Lines extends Component {
  constructor() {
    super();
    this.state = { limit: FIRST };
  }

  render({ ctx }, { limit }) {
    const { panel, t } = ctx;
    const lines = ordered(panel.lines);
    const hidden = lines.length - limit;
    return (
      <div>
        <ul class="sg-lines">
          {lines.slice(0, limit).map((line) => <Line ctx={ctx} line={line} key={line.line_id} />)}
        </ul>
        {hidden > 0 && (
          <div class="sg-more-lines">
            <Button kind="quiet" onClick={() => this.setState({ limit: limit + STEP })}>{t('common.more', { count: Math.min(hidden, STEP) })}</Button>
            <span class="sg-muted">{t('line.count', { count: lines.length })}</span>
          </div>
        )}
      </div>
    );
  }
}
