/** The administrators' page inside amoCRM: connection, rules, preparation of the account. */
import { Component, h } from 'preact';
import { settingsApi } from '../../core/settings_api.js';
import { Button, Callout } from '../parts.jsx';
import { Cleanup } from './Cleanup.jsx';
import { Connection } from './Connection.jsx';
import { Reconnect } from './Reconnect.jsx';
import { Rules } from './Rules.jsx';
import { Setup } from './Setup.jsx';

const WATCH = 1500;

export class SettingsPage extends Component {
  constructor(props) {
    super(props);
    this.api = settingsApi(props.context.backend);
    this.state = { settings: null, error: null };
  }

  componentDidMount() {
    this.alive = true;
    if (this.props.context.isAdmin) this.load();
  }

  componentWillUnmount() {
    this.alive = false;
    this.props.context.cancel(this.timer);
  }

  load() {
    return this.api.read().then((settings) => this.show(settings), (error) => this.fail(error));
  }

  show(settings) {
    if (!this.alive) return;
    this.setState({ settings, error: null });
    this.props.context.cancel(this.timer);
    if (settings.setup.state === 'running') this.timer = this.props.context.later(() => this.load(), WATCH);
  }

  fail(error) {
    if (!this.alive) return;
    this.setState({ error });
    if (error.lost && this.state.settings) this.timer = this.props.context.later(() => this.load(), 2 * WATCH);
  }

  body() {
    const { context } = this.props;
    const { settings } = this.state;
    const { t, f } = context;
    const shared = { t, f, settings, api: this.api, onSettings: (next) => this.show(next), reload: () => this.load() };
    return (
      <div>
        {settings.problem && <Callout tone="warn" role="status">{t.code('errors', settings.problem.code, settings.problem.params)}</Callout>}
        <Connection {...shared} />
        <Rules {...shared} />
        <Setup {...shared} />
        <Cleanup {...shared} openModal={context.openModal} />
      </div>
    );
  }

  trouble({ code, params }) {
    const { t } = this.props.context;
    if (code === 'crm_reauthorise') return <Reconnect t={t} onCheck={() => this.load()} />;
    return (
      <div class="sg-card">
        <Callout tone="bad" role="alert">{t.code('errors', code, params)}</Callout>
        <Button onClick={() => this.load()}>{t('common.retry')}</Button>
      </div>
    );
  }

  render({ context }, { settings, error }) {
    const { t, isAdmin } = context;
    const forbidden = !isAdmin || (error && error.status === 403);
    return (
      <div class="sg-settings">
        <h1>{t('cfg.title')}</h1>
        {forbidden && <Callout tone="info">{t('cfg.not_admin')}</Callout>}
        {!forbidden && error && this.trouble(error)}
        {!forbidden && !settings && !error && <div class="sg-skeleton" role="status" aria-label={t('cfg.loading')}><i /><i /><i /></div>}
        {!forbidden && settings && this.body()}
      </div>
    );
  }
}
