/** An order that waits while the ERP is silent: put into the queue, taken out of it. */
import { Component, h } from 'preact';
import { erpSilent } from '../core/queue.js';
import { WorkingButton } from './Messages.jsx';
import { Button } from './parts.jsx';

/** The words under the button take the focus once the button that was pressed is gone. */
export class Queue extends Component {
  press(name, call) {
    this.props.ctx.session.act(name, call).then((done) => done && this.words && this.words.focus());
  }

  help(text) {
    return <p class="sg-help" tabIndex={-1} ref={(node) => { this.words = node; }}>{text}</p>;
  }

  render({ ctx }) {
    const { panel, t } = ctx;
    const offer = panel.queue;
    if (panel.state === 'queued') {
      return (
        <div class="sg-stack">
          <WorkingButton ctx={ctx} name="unqueue" label={t('queue.take_out')} onClick={() => this.press('unqueue', (api) => api.takeOutOfQueue())} />
          {this.help(t('queue.take_out_help'))}
        </div>
      );
    }
    if (offer && offer.allowed && panel.viewer.can_order) {
      return (
        <div class="sg-stack">
          <WorkingButton ctx={ctx} name="queue" kind="primary" label={t('queue.put')} onClick={() => this.press('queue', (api) => api.queue(offer.fingerprint))} />
          {this.help(t('queue.put_help'))}
        </div>
      );
    }
    return (
      <div class="sg-stack">
        <Button kind="off" disabled>{t(erpSilent(panel) ? 'act.blocked_offline' : 'act.blocked')}</Button>
        {offer && offer.why && this.help(t(`queue.no_${offer.why}`))}
      </div>
    );
  }
}
