/** Warehouses, prices, what a shortage does, who decides, which stages are protected. Saved together. */
import { Component, h } from 'preact';
import { formOf, rulesOf, toggled } from '../../core/settings_form.js';
import { Button, Callout, Field, Select } from '../parts.jsx';
import { Margin, Supervisors } from './People.jsx';
import { Stages } from './Stages.jsx';
import { Check, Group } from './pieces.jsx';

function Warehouses({ t, settings, form, change }) {
  if (!settings.warehouses) return <p class="sg-help">{t('cfg.stock.first')}</p>;
  const used = settings.warehouses.filter((one) => form.warehouse_ids.length === 0 || form.warehouse_ids.includes(one.id));
  const prices = [{ value: '', text: t('cfg.stock.by_customer') }].concat((settings.price_types || []).map((one) => ({ value: one.id, text: one.name })));
  return (
    <div class="sg-stack">
      <Group title={t('cfg.stock.warehouses')} help={t('cfg.stock.warehouses_help')}>
        {settings.warehouses.map((one) => (
          <Check key={one.id} checked={form.warehouse_ids.includes(one.id)} onChange={(on) => change({ warehouse_ids: toggled(form.warehouse_ids, one.id, on) })}>
            {one.name}
          </Check>
        ))}
      </Group>
      <Field id="sg-default-warehouse" label={t('cfg.stock.default')} help={t('cfg.stock.default_help')}>
        <Select
          id="sg-default-warehouse"
          value={form.default_warehouse_id || ''}
          options={[{ value: '', text: t('cfg.stock.first_listed') }].concat(used.map((one) => ({ value: one.id, text: one.name })))}
          onChange={(value) => change({ default_warehouse_id: value || null })}
        />
      </Field>
      <Field id="sg-price-type" label={t('cfg.stock.price_type')}>
        <Select id="sg-price-type" value={form.price_type_id || ''} options={prices} onChange={(value) => change({ price_type_id: value || null })} />
      </Field>
    </div>
  );
}

function NumberField({ t, name, label, help, form, errors, change }) {
  const id = `sg-${name}`;
  const range = errors[name];
  return (
    <Field id={id} label={label} help={help} error={range && t('cfg.rules.bad_number', { least: range[0], most: range[1] })}>
      <input
        id={id}
        class="sg-input sg-input_short"
        inputMode="numeric"
        value={form[name]}
        aria-invalid={range ? 'true' : undefined}
        onInput={(event) => change({ [name]: event.currentTarget.value })}
      />
    </Field>
  );
}

function Choice({ t, name, form, change }) {
  return (
    <Group title={t(`cfg.rules.${name}`)}>
      {['ask', 'block'].map((value) => (
        <label class="sg-check" key={value}>
          <input type="radio" name={`sg-${name}`} checked={form[name] === value} onChange={() => change({ [name]: value })} />
          <span>{t(`cfg.rules.${value}`)}</span>
        </label>
      ))}
    </Group>
  );
}

function Shortage({ t, form, errors, change }) {
  return (
    <div class="sg-stack">
      <Choice t={t} name="shortage" form={form} change={change} />
      <Choice t={t} name="over_credit" form={form} change={change} />
      <NumberField t={t} name="horizon_days" label={t('cfg.rules.horizon')} help={t('cfg.rules.horizon_help')} form={form} errors={errors} change={change} />
      <Check checked={form.count_overdue} onChange={(on) => change({ count_overdue: on })}>{t('cfg.rules.overdue')}</Check>
      <Check checked={form.count_undated} onChange={(on) => change({ count_undated: on })}>{t('cfg.rules.undated')}</Check>
      <NumberField t={t} name="approval_hours" label={t('cfg.rules.approval_hours')} form={form} errors={errors} change={change} />
    </div>
  );
}

export class Rules extends Component {
  constructor(props) {
    super(props);
    this.state = { form: formOf(props.settings.rules), errors: {}, changed: false, saved: false, busy: false, error: null };
    this.change = (part) => this.setState({ form: { ...this.state.form, ...part }, changed: true, saved: false, errors: {} });
  }

  /** Fresh settings fill the form, but never over what a person has begun to change. */
  componentDidUpdate(before) {
    const { settings } = this.props;
    if (before.settings !== settings && !this.state.changed && !this.state.busy) this.setState({ form: formOf(settings.rules) });
  }

  save(event) {
    event.preventDefault();
    const { rules, errors } = rulesOf(this.state.form);
    this.setState({ errors });
    if (Object.keys(errors).length) return;
    this.setState({ busy: true, error: null });
    this.props.api.saveRules(rules).then(
      (settings) => {
        this.setState({ busy: false, saved: true, changed: false, form: formOf(settings.rules) });
        this.props.onSettings(settings);
      },
      (error) => this.setState({ busy: false, error }),
    );
  }

  status() {
    const { t } = this.props;
    const { saved, changed } = this.state;
    if (saved) return t('cfg.saved');
    return changed ? t('cfg.changed') : '';
  }

  render({ t, settings }, { form, errors, busy, error }) {
    const shared = { t, settings, form, errors, change: this.change };
    return (
      <form onSubmit={(event) => this.save(event)}>
        <section class="sg-card"><h2>{t('cfg.stock.title')}</h2><Warehouses {...shared} /></section>
        <section class="sg-card"><h2>{t('cfg.rules.title')}</h2><Shortage {...shared} /></section>
        <section class="sg-card"><h2>{t('cfg.people.title')}</h2><Supervisors {...shared} /><Margin {...shared} /></section>
        <section class="sg-card"><h2>{t('cfg.stages.title')}</h2><Stages {...shared} /></section>
        <div class="sg-card sg-line-actions">
          <Button type="submit" kind="primary" busy={busy}>{t('cfg.save_rules')}</Button>
          <span class="sg-help" role="status">{this.status()}</span>
          {error && <Callout tone="bad" role="alert">{t.code('errors', error.code, error.params)}</Callout>}
        </div>
      </form>
    );
  }
}
