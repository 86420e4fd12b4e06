import { Component, h } from 'preact';
import { WorkingButton } from './Messages.jsx';
import { Button } from './parts.jsx';

/** The inline form in which a manager asks for an approval. */
export class AskForm extends Component {
  constructor() {
    super();
    this.state = { reason: '', missing: false };
  }

  componentDidMount() {
    this.area.focus();
  }

  send(event) {
    event.preventDefault();
    const reason = this.state.reason.trim();
    if (!reason) {
      this.setState({ missing: true });
      this.area.focus();
      return;
    }
    this.props.ctx.session.act('ask', (api) => api.askApproval(reason)).then((done) => done && this.props.onDone());
  }

  render({ ctx, onDone }, { reason, missing }) {
    const { t } = ctx;
    return (
      <form class="sg-stack" onSubmit={(event) => this.send(event)}>
        <label class="sg-field__label" for="sg-ask">{t('ask.title')}</label>
        <textarea
          id="sg-ask"
          class="sg-input sg-area"
          ref={(node) => { this.area = node; }}
          value={reason}
          maxLength={1000}
          placeholder={t('ask.placeholder')}
          aria-invalid={missing ? 'true' : undefined}
          aria-describedby={missing ? 'sg-ask-error' : undefined}
          onInput={(event) => this.setState({ reason: event.currentTarget.value, missing: false })}
        />
        {missing && <p class="sg-error" id="sg-ask-error" role="alert">{t('ask.needed')}</p>}
        <WorkingButton ctx={ctx} name="ask" type="submit" kind="primary" label={t('ask.send')} />
        <Button onClick={onDone}>{t('common.cancel')}</Button>
      </form>
    );
  }
}
