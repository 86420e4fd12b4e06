/** R2: per warehouse what is on hand, reserved, coming and held, and how the number is made of them. */
import { Component, h } from 'preact';
import { isPositive } from '../core/decimal.js';
import { Callout } from './parts.jsx';

function Incoming({ ctx, incoming }) {
  const { t, f } = ctx;
  if (!incoming.length) return <span>0</span>;
  return (
    <ul class="sg-incoming">
      {incoming.map((one) => (
        <li key={`${one.reference}:${one.date}`} class={one.counts ? '' : 'sg-muted'} title={one.reference}>
          {t('details.arrives', { quantity: f.quantity(one.quantity), date: one.date ? f.date(one.date) : t('details.undated') })}
          {!one.counts && ` (${t('details.not_counted')})`}
        </li>
      ))}
    </ul>
  );
}

function Warehouse({ ctx, warehouse, unit }) {
  const { t, f } = ctx;
  const rows = ['on_hand', 'reserved', 'incoming', 'holds', 'available', 'shippable_now'];
  return (
    <div class="sg-warehouse">
      <div class="sg-split"><b>{warehouse.name}</b><span class="sg-muted">{unit}</span></div>
      <dl class="sg-facts">
        {rows.filter((row) => row !== 'holds' || isPositive(warehouse.holds)).map((row) => (
          <div class="sg-fact" key={row} title={row === 'holds' ? t('details.holds_help') : undefined}>
            <dt>{t(`details.${row}`)}</dt>
            <dd>{row === 'incoming' ? <Incoming ctx={ctx} incoming={warehouse.incoming} /> : f.quantity(warehouse[row])}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Kit({ ctx, components }) {
  const { t, f } = ctx;
  return (
    <div>
      <p class="sg-help">{t('details.kit')}</p>
      <ul class="sg-list">
        {components.map((one) => (
          <li key={one.sku}>{one.name}: {t('details.component', { quantity: f.quantity(one.quantity), available: f.quantity(one.available) })}</li>
        ))}
      </ul>
    </div>
  );
}

export class LineDetails extends Component {
  componentDidMount() {
    this.alive = true;
    const { ctx, line } = this.props;
    ctx.session.deal.lineDetails(line.line_id).then(
      (details) => this.alive && this.setState({ details }),
      (error) => this.alive && this.setState({ error }),
    );
  }

  componentWillUnmount() {
    this.alive = false;
  }

  render({ ctx }, { details, error }) {
    const { t } = ctx;
    if (error) return <Callout tone="bad" role="alert">{t.code('errors', error.code, error.params)}</Callout>;
    if (!details) return <div class="sg-skeleton" role="status" aria-label={t('common.loading')}><i /><i /></div>;
    return (
      <div class="sg-details">
        <p class="sg-caption">{t('details.title')}</p>
        {details.kit && <Kit ctx={ctx} components={details.components} />}
        {details.warehouses.map((one) => <Warehouse ctx={ctx} warehouse={one} unit={details.unit} key={one.id} />)}
        {details.warehouses.length === 0 && <p>{t('details.nothing')}</p>}
        <p class="sg-help">{t('details.formula')}</p>
      </div>
    );
  }
}
