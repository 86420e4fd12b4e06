import { Component, h } from 'preact';
import { canAsk, mainButton, unproven } from '../core/view.js';
import { Refresh } from './Head.jsx';
import { Later } from './Later.jsx';
import { WorkingButton } from './Messages.jsx';
import { Button } from './parts.jsx';

const HEAD_WITHOUT_AGE = (panel) => panel.state === 'placed' || (panel.state === 'asked' && panel.approval && panel.approval.can_decide);

function Main({ ctx }) {
  const { panel, t, session } = ctx;
  const button = mainButton(panel, t);
  if (!button) return null;
  const calls = { order: (api) => api.order(panel.decision.fingerprint), retry: (api) => api.retryOrder() };
  return (
    <div class="sg-stack">
      <WorkingButton
        ctx={ctx}
        name={button.action}
        kind={button.enabled ? 'primary' : 'off'}
        disabled={!button.enabled}
        label={button.label}
        onClick={() => session.act(button.action, calls[button.action])}
      />
      {button.why && <p class="sg-help">{button.why}</p>}
    </div>
  );
}

export class Actions extends Component {
  render({ ctx }, { asking }) {
    const { panel, t, host, session } = ctx;
    const wide = panel.lines.length > 0 && panel.state !== 'no_connection';
    if (panel.state === 'empty') return null;
    if (asking && canAsk(panel)) return <div class="sg-acts"><Later piece="AskForm" host={host} t={t} ctx={ctx} onDone={() => this.setState({ asking: false })} /></div>;
    return (
      <div class="sg-acts">
        {unproven(panel) ? <Later piece="Queue" host={host} t={t} ctx={ctx} /> : <Main ctx={ctx} />}
        {canAsk(panel) && (
          <Button onClick={() => this.setState({ asking: true })}>{t(panel.approval ? 'act.ask_again' : 'act.ask')}</Button>
        )}
        {panel.state === 'asked' && panel.approval && panel.approval.can_withdraw && (
          <WorkingButton ctx={ctx} name="withdraw" label={t('approval.withdraw')} onClick={() => session.act('withdraw', (api) => api.withdrawApproval())} />
        )}
        {unproven(panel) && <Button busy={ctx.deal.refreshing} onClick={() => session.refresh()}>{t('act.check_again')}</Button>}
        {wide && <Button onClick={host.openWide}>{t('act.wide')}</Button>}
        {HEAD_WITHOUT_AGE(panel) && <div class="sg-foot"><Refresh ctx={ctx} /></div>}
      </div>
    );
  }
}
