/** Unit, warehouse, wanted date and quantity of one line, and where its figures come from. */
import { Component, h } from 'preact';
import { typed } from '../core/decimal.js';
import { LineDetails } from './LineDetails.jsx';
import { WorkingButton } from './Messages.jsx';
import { Field, LinkButton, Select } from './parts.jsx';

function startOf(line) {
  const part = line.parts.length === 1 ? line.parts[0] : null;
  return {
    quantity: line.quantity,
    unit_id: line.unit ? line.unit.id : '',
    warehouse_id: part && part.warehouse ? part.warehouse.id : '',
    wanted_on: (part && part.wanted_on) || '',
  };
}

export class LineEditor extends Component {
  constructor(props) {
    super(props);
    const start = startOf(props.line);
    this.state = { ...start, typed: props.ctx.f.quantity(start.quantity), bad: false, details: !props.editable };
  }

  /** Only what was changed is sent; everything else of the line stays as it is. */
  changes() {
    const { line } = this.props;
    const start = startOf(line);
    const quantity = typed(this.state.typed);
    const body = {};
    if (quantity !== start.quantity) body.quantity = quantity;
    if (this.state.unit_id !== start.unit_id) body.unit_id = this.state.unit_id;
    if (this.state.warehouse_id !== start.warehouse_id) body.warehouse_id = this.state.warehouse_id;
    if (this.state.wanted_on !== start.wanted_on) body.wanted_on = this.state.wanted_on || null;
    return body;
  }

  save(event) {
    event.preventDefault();
    const { ctx, line, onDone } = this.props;
    if (!typed(this.state.typed)) {
      this.setState({ bad: true });
      return;
    }
    const body = this.changes();
    if (Object.keys(body).length === 0) {
      onDone();
      return;
    }
    ctx.session.act(`line:${line.line_id}`, (api) => api.changeLine(line.line_id, body)).then((done) => done && onDone());
  }

  fields() {
    const { ctx, line } = this.props;
    const { panel, t } = ctx;
    const id = (name) => `sg-${name}-${line.line_id}`;
    const warehouses = panel.warehouses.map((one) => ({ value: one.id, text: one.name }));
    if (line.parts.length !== 1) warehouses.unshift({ value: '', text: t('line.split', { count: line.parts.length }) });
    return (
      <div class="sg-grid">
        <Field id={id('quantity')} label={t('line.quantity')} error={this.state.bad && t('line.bad_quantity')}>
          <input
            id={id('quantity')}
            class="sg-input"
            inputMode="decimal"
            value={this.state.typed}
            aria-invalid={this.state.bad ? 'true' : undefined}
            onInput={(event) => this.setState({ typed: event.currentTarget.value, bad: false })}
          />
        </Field>
        {line.units.length > 0 && (
          <Field id={id('unit')} label={t('line.unit')}>
            <Select
              id={id('unit')}
              value={this.state.unit_id}
              options={line.units.map((one) => ({ value: one.id, text: one.name }))}
              onChange={(value) => this.setState({ unit_id: value })}
            />
          </Field>
        )}
        {line.product_id && (
          <Field id={id('warehouse')} label={t('line.in_warehouse')}>
            <Select id={id('warehouse')} value={this.state.warehouse_id} options={warehouses} onChange={(value) => this.setState({ warehouse_id: value })} />
          </Field>
        )}
        {line.product_id && (
          <Field id={id('wanted')} label={t('line.wanted_on')}>
            <input
              id={id('wanted')}
              class="sg-input"
              type="date"
              value={this.state.wanted_on}
              onInput={(event) => this.setState({ wanted_on: event.currentTarget.value })}
            />
          </Field>
        )}
      </div>
    );
  }

  render({ ctx, line, editable }, { details }) {
    const { t, deal, session } = ctx;
    return (
      <form class="sg-editor" onSubmit={(event) => this.save(event)}>
        {editable && this.fields()}
        {editable && (
          <div class="sg-split">
            <WorkingButton ctx={ctx} name={`line:${line.line_id}`} type="submit" kind="small" label={t('common.save')} />
            <LinkButton disabled={Boolean(deal.busy)} onClick={() => session.act(`remove:${line.line_id}`, (api) => api.removeLine(line.line_id))}>
              {t('line.remove')}
            </LinkButton>
          </div>
        )}
        {line.product_id && !details && <LinkButton onClick={() => this.setState({ details: true })}>{t('line.why')}</LinkButton>}
        {line.product_id && details && <LineDetails ctx={ctx} line={line} />}
      </form>
    );
  }
}
