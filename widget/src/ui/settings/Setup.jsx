/** Prepares the account: fields, products list, subscription, first import; shows how far it is. */
import { Component, h } from 'preact';
import { Button, Callout, Pill } from '../parts.jsx';

const TONES = { waiting: 'grey', running: 'info', done: 'ok', failed: 'bad' };
const OUTCOMES = { done: 'ok', failed: 'bad' };

function Step({ t, step }) {
  const counted = step.of ? t('cfg.setup.progress', { done: step.done, of: step.of }) : '';
  return (
    <li>
      <span>
        {t(`cfg.setup.steps.${step.step}`)}
        {step.error && <span class="sg-error"> {t.code('errors', step.error.code || step.error, step.error.params)}</span>}
      </span>
      <span class="sg-nowrap"><span class="sg-muted">{counted}</span> <Pill tone={TONES[step.state]}>{t(`cfg.setup.states.${step.state}`)}</Pill></span>
    </li>
  );
}

export class Setup extends Component {
  run() {
    this.setState({ busy: true, error: null });
    this.props.api.setUp().then(
      (settings) => {
        this.setState({ busy: false });
        this.props.onSettings(settings);
      },
      (error) => this.setState({ busy: false, error }),
    );
  }

  render({ t, settings }, { busy, error }) {
    const { setup, connection } = settings;
    const running = setup.state === 'running';
    const label = running ? 'cfg.setup.running' : `cfg.setup.${setup.state === 'none' ? 'run' : 'again'}`;
    return (
      <section class="sg-card">
        <h2>{t('cfg.setup.title')}</h2>
        <p class="sg-help">{t('cfg.setup.help')}</p>
        {setup.steps.length > 0 && <ul class="sg-jobs">{setup.steps.map((step) => <Step t={t} step={step} key={step.step} />)}</ul>}
        <div aria-live="polite">
          {OUTCOMES[setup.state] && <Callout tone={OUTCOMES[setup.state]}>{t(`cfg.setup.${setup.state}`)}</Callout>}
          {error && <Callout tone="bad">{t.code('errors', error.code, error.params)}</Callout>}
        </div>
        <Button kind={setup.state === 'none' ? 'primary' : 'plain'} busy={busy || running} disabled={!connection} onClick={() => this.run()}>{t(label)}</Button>
        {!connection && <p class="sg-help">{t('cfg.stock.first')}</p>}
      </section>
    );
  }
}
