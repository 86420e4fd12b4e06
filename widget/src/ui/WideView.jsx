/** The same deal as a table with a column for every warehouse, in amoCRM's modal window. */
import { Component, h } from 'preact';
import { linePill, headPill, unproven } from '../core/view.js';
import { Callout, Pill } from './parts.jsx';

function Cell({ t, f, found }) {
  if (!found) return <td class="sg-num sg-muted">—</td>;
  return (
    <td class="sg-num">
      <b>{f.quantity(found.available)}</b>
      <span class="sg-muted"> ({f.quantity(found.on_hand)} / {f.quantity(found.reserved)})</span>
      {found.incoming.filter((one) => one.counts && one.date).map((one) => (
        <span class="sg-sku" key={`${one.reference}:${one.date}`}>{t('wide.incoming', { quantity: f.quantity(one.quantity), date: f.date(one.date) })}</span>
      ))}
    </td>
  );
}

function when(line, t, f) {
  if (line.state === 'enough') return t('wide.today');
  return line.promise_date && f.isAhead(line.promise_date) ? f.date(line.promise_date) : '—';
}

const packed = (line) => line.unit && line.base_quantity && line.unit.name !== line.base_unit;

function Row({ view, line, details }) {
  const { t, f, panel } = view;
  const pill = linePill(line, t, f, panel.state);
  return (
    <tr>
      <th scope="row"><span class="sg-name">{line.name}</span><span class="sg-sku">{line.sku}</span></th>
      <td class="sg-num">{f.quantity(line.quantity)} {line.unit && line.unit.name}{packed(line) && <span class="sg-sku">{f.quantity(line.base_quantity)} {line.base_unit}</span>}</td>
      {panel.warehouses.map((warehouse) => (
        <Cell key={warehouse.id} t={t} f={f} found={details && details.warehouses.find((one) => one.id === warehouse.id)} />
      ))}
      <td class="sg-num">{line.available === null || line.available === undefined ? '—' : f.quantity(line.available)} <Pill tone={pill.tone}>{pill.text}</Pill></td>
      <td class="sg-num">{unproven(panel) ? '—' : when(line, t, f)}</td>
      <td class="sg-num">{line.price ? f.money(line.price.unit, panel.deal.currency) : '—'}</td>
      <td class="sg-num">{line.price ? f.money(line.price.amount, panel.deal.currency) : '—'}</td>
    </tr>
  );
}

function Table({ view, details }) {
  const { t, f, panel } = view;
  const byLine = new Map((details ? details.lines : []).map((one) => [one.line_id, one]));
  return (
    <div class="sg-scroll" tabIndex={0} role="region" aria-label={t('wide.title')}>
      <table class="sg-table">
        <thead>
          <tr>
            <th scope="col">{t('wide.product')}</th>
            <th scope="col" class="sg-num">{t('wide.quantity')}</th>
            {panel.warehouses.map((one) => <th scope="col" class="sg-num" key={one.id}>{one.name}</th>)}
            <th scope="col" class="sg-num">{t('wide.available')}</th>
            <th scope="col" class="sg-num">{t('wide.when')}</th>
            <th scope="col" class="sg-num">{t('wide.price')}</th>
            <th scope="col" class="sg-num">{t('wide.amount')}</th>
          </tr>
        </thead>
        <tbody>{panel.lines.map((line) => <Row key={line.line_id} view={view} line={line} details={byLine.get(line.line_id)} />)}</tbody>
        {panel.totals && (
          <tfoot>
            <tr>
              <th scope="row" colSpan={panel.warehouses.length + 5}>{t('totals.total')}</th>
              <td class="sg-num"><b>{f.money(panel.totals.total, panel.deal.currency)}</b></td>
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

export class WideView extends Component {
  constructor(props) {
    super(props);
    const { session } = props.context;
    this.state = { panel: session.state.panel, details: null, error: null };
    this.stop = session.subscribe(({ panel }) => this.setState({ panel }));
  }

  componentDidMount() {
    this.alive = true;
    this.closer.focus();
    this.props.context.session.deal.allDetails().then(
      (details) => this.alive && this.setState({ details }),
      (error) => this.alive && this.setState({ error }),
    );
  }

  componentWillUnmount() {
    this.alive = false;
    this.stop();
  }

  render({ context, close }, { panel, details, error }) {
    const { t } = context;
    const f = context.makeFormats(panel.deal.timezone);
    const pill = headPill(panel, t, f);
    return (
      <div class="sg-wide" role="dialog" aria-label={t('wide.title')}>
        <div class="sg-wide__head">
          <h2>{t('wide.title')} <Pill tone={pill.tone}>{pill.text}</Pill></h2>
          <button type="button" class="sg-close" aria-label={t('common.close')} ref={(node) => { this.closer = node; }} onClick={close}>×</button>
        </div>
        <p class="sg-help" role="status">{details || error ? t('wide.figures') : t('wide.loading')}</p>
        {error && <Callout tone="warn" role="alert">{t.code('errors', error.code, error.params)}</Callout>}
        <Table view={{ t, f, panel }} details={details} />
      </div>
    );
  }
}
