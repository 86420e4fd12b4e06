/** Removes what was made in amoCRM, after a question in amoCRM's own modal window. */
import { Component, h, render } from 'preact';
import { Button, Callout } from '../parts.jsx';

class Question extends Component {
  componentDidMount() {
    this.first.querySelector('button').focus();
  }

  render({ t, onYes, onNo }) {
    return (
      <div class="sg-ask sg-stack" role="alertdialog" aria-label={t('cfg.cleanup.sure')}>
        <strong>{t('cfg.cleanup.sure')}</strong>
        <p>{t('cfg.cleanup.sure_help')}</p>
        <div class="sg-line-actions" ref={(node) => { this.first = node; }}>
          <Button onClick={onNo}>{t('common.cancel')}</Button>
          <Button kind="danger" onClick={onYes}>{t('cfg.cleanup.confirm')}</Button>
        </div>
      </div>
    );
  }
}

export class Cleanup extends Component {
  ask() {
    const { t, openModal } = this.props;
    let drawn = null;
    openModal({
      draw: (element, close) => {
        drawn = element;
        const yes = () => { close(); this.run(); };
        render(<Question t={t} onYes={yes} onNo={close} />, element);
      },
      onClose: () => { if (drawn) render(null, drawn); },
    });
  }

  run() {
    this.setState({ busy: true, error: null, started: false });
    this.props.api.cleanUp().then(
      (settings) => {
        this.setState({ busy: false, started: true });
        this.props.onSettings(settings);
      },
      (error) => this.setState({ busy: false, error }),
    );
  }

  render({ t }, { busy, error, started }) {
    return (
      <section class="sg-card">
        <h2>{t('cfg.cleanup.title')}</h2>
        <p class="sg-help">{t('cfg.cleanup.help')}</p>
        <div aria-live="polite">
          {started && <Callout tone="info">{t('cfg.cleanup.started')}</Callout>}
          {error && <Callout tone="bad">{t.code('errors', error.code, error.params)}</Callout>}
        </div>
        <Button kind="danger" busy={busy} onClick={() => this.ask()}>{t('cfg.cleanup.run')}</Button>
      </section>
    );
  }
}
