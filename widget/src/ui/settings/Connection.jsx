/** Which ERP and how to reach it. The form is made from what each system asks for; saved secrets never come back here. */
import { Component, h } from 'preact';
import { connectionValues } from '../../core/settings_form.js';
import { Button, Callout, Field, Select } from '../parts.jsx';

const TYPES = { url: 'url', password: 'password', secret: 'password' };

/** Missing rights of one kind stand in one line: orders (sale.sale: read, sale.sale: create). */
function byKind(missing) {
  const kinds = new Map();
  missing.forEach(({ code, detail }) => kinds.set(code, (kinds.get(code) || []).concat([detail])));
  return Array.from(kinds, ([code, details]) => ({ code, detail: details.join(', ') }));
}

function Report({ t, report }) {
  const words = { system: report.system, version: report.version, company: report.company, currency: report.currency };
  if (report.missing.length === 0) return <Callout tone="ok">{t('cfg.erp.ok', words)}</Callout>;
  return (
    <Callout tone="warn" title={t('cfg.erp.missing')}>
      <ul class="sg-list">
        {byKind(report.missing).map((one) => (
          <li key={one.code}>{t(t.has(`rights.${one.code}`) ? `rights.${one.code}` : 'rights.other', { detail: one.detail })}</li>
        ))}
      </ul>
    </Callout>
  );
}

/** What an ERP that can call addresses is told; a secret of the account, so it is not copied by itself. */
function HookAddress({ t, url }) {
  return (
    <Field id="sg-erp-hook" label={t('cfg.erp.hook')} help={t('cfg.erp.hook_help')}>
      <input
        id="sg-erp-hook"
        class="sg-input"
        type="text"
        readOnly
        spellcheck={false}
        value={url}
        aria-describedby="sg-erp-hook-help"
        onFocus={(event) => event.currentTarget.select()}
      />
    </Field>
  );
}

export class Connection extends Component {
  constructor(props) {
    super(props);
    const { connection, systems } = props.settings;
    this.state = {
      system: connection ? connection.system : systems[0].system,
      values: connection ? { ...connection.values } : {},
      missing: [],
      busy: null,
      result: connection && connection.report ? { ok: true, report: connection.report } : null,
      error: null,
    };
  }

  fields() {
    const chosen = this.props.settings.systems.find((one) => one.system === this.state.system);
    return chosen ? chosen.fields : [];
  }

  secretsSet() {
    const { connection } = this.props.settings;
    return connection && connection.system === this.state.system ? connection.secrets_set : [];
  }

  send(busy) {
    const { body, missing } = connectionValues(this.fields(), this.state.values, this.secretsSet());
    if (missing.length) {
      this.setState({ missing });
      return;
    }
    const { api, reload } = this.props;
    const call = busy === 'save' ? api.saveConnection : api.testConnection;
    this.setState({ busy, result: null, error: null });
    call({ system: this.state.system, values: body }).then(
      (result) => {
        this.setState({ busy: null, result });
        if (busy === 'save' && result.ok) reload();
      },
      (error) => this.setState({ busy: null, error }),
    );
  }

  input(field) {
    const { t } = this.props;
    const id = `sg-erp-${field.name}`;
    const known = `cfg.erp.fields.${field.name}`;
    const kept = field.secret && this.secretsSet().includes(field.name);
    const wrong = this.state.missing.includes(field.name);
    return (
      <Field key={field.name} id={id} label={t.has(known) ? t(known) : field.name} error={wrong && t('cfg.erp.required')}>
        <input
          id={id}
          class="sg-input"
          type={field.secret ? 'password' : TYPES[field.kind] || 'text'}
          autocomplete={field.secret ? 'new-password' : 'off'}
          spellcheck={false}
          value={this.state.values[field.name] || ''}
          placeholder={kept ? t('cfg.erp.secret_kept') : undefined}
          aria-required={field.required && !kept ? 'true' : undefined}
          aria-invalid={wrong ? 'true' : undefined}
          aria-describedby={wrong ? `${id}-error` : undefined}
          onInput={(event) => this.setState({
            values: { ...this.state.values, [field.name]: event.currentTarget.value },
            missing: this.state.missing.filter((one) => one !== field.name),
          })}
        />
      </Field>
    );
  }

  outcome() {
    const { t } = this.props;
    const { result, error } = this.state;
    const failure = error || (result && !result.ok && result.error);
    return (
      <div aria-live="polite">
        {failure && <Callout tone="bad" title={t('cfg.erp.failed')}>{t.code('errors', failure.code, failure.params)}</Callout>}
        {result && result.report && <Report t={t} report={result.report} />}
      </div>
    );
  }

  render({ t, f, settings }, { system, busy }) {
    const checked = settings.connection && settings.connection.checked_at;
    return (
      <form class="sg-card" onSubmit={(event) => { event.preventDefault(); this.send('save'); }}>
        <h2>{t('cfg.erp.title')}</h2>
        <Field id="sg-erp-system" label={t('cfg.erp.system')}>
          <Select
            id="sg-erp-system"
            value={system}
            options={settings.systems.map((one) => ({ value: one.system, text: one.title }))}
            onChange={(value) => this.setState({ system: value, values: {}, missing: [], result: null, error: null })}
          />
        </Field>
        {this.fields().map((field) => this.input(field))}
        {this.outcome()}
        <div class="sg-line-actions">
          <Button type="submit" kind="primary" busy={busy === 'save'} disabled={Boolean(busy)}>{t(busy === 'save' ? 'cfg.erp.testing' : 'cfg.erp.save')}</Button>
          <Button busy={busy === 'test'} disabled={Boolean(busy)} onClick={() => this.send('test')}>{t(busy === 'test' ? 'cfg.erp.testing' : 'cfg.erp.test')}</Button>
          {checked && <span class="sg-help">{t('cfg.erp.checked', { time: f.moment(checked) })}</span>}
        </div>
        {settings.connection && <HookAddress t={t} url={settings.erp_hook_url} />}
      </form>
    );
  }
}
