/** The panel in the deal card. Chooses what to show for each state; the pieces know how. */
import { Component, h } from 'preact';
import { canEdit } from '../core/view.js';
import { Actions } from './Actions.jsx';
import { Customer, Totals } from './Money.jsx';
import { Head } from './Head.jsx';
import { Later } from './Later.jsx';
import { Lines } from './Lines.jsx';
import { Lost, Notice, Reasons, UndoStrip } from './Messages.jsx';
import { Callout, LinkButton, Pill } from './parts.jsx';
import { Remedies } from './Remedies.jsx';
import { Failed, Skeleton } from './Waiting.jsx';

const WITH_LINES = ['problems', 'ready', 'short', 'asked', 'approved', 'rejected', 'failed', 'offline', 'queued', 'placing'];
/** Elsewhere a remedy would void what a supervisor is deciding, or has decided. */
const WITH_REMEDIES = ['problems', 'ready', 'short', 'rejected', 'failed'];

function Basket({ ctx }) {
  const { panel } = ctx;
  const lines = WITH_LINES.includes(panel.state);
  return (
    <div>
      {lines && <Lines ctx={ctx} />}
      {WITH_REMEDIES.includes(panel.state) && <Remedies ctx={ctx} />}
      {canEdit(panel) && panel.state !== 'asked' && <Add ctx={ctx} />}
      {lines && panel.lines.length > 0 && <Totals ctx={ctx} />}
      {lines && <Customer ctx={ctx} />}
    </div>
  );
}

/** Is this person the one to decide? Then the supervisor's view says everything itself. */
const decides = (panel) => panel.state === 'asked' && panel.approval && panel.approval.can_decide;

function Middle({ ctx }) {
  const { panel } = ctx;
  if (decides(panel)) return <Later piece="Supervisor" host={ctx.host} t={ctx.t} ctx={ctx} key={panel.approval.id} />;
  if (panel.state === 'placed' && panel.order) return <Later piece="OrderView" host={ctx.host} t={ctx.t} ctx={ctx} />;
  return (
    <div>
      {panel.state === 'placing' && panel.order && <Later piece="Placing" host={ctx.host} t={ctx.t} ctx={ctx} />}
      <Basket ctx={ctx} />
    </div>
  );
}

class Add extends Component {
  render({ ctx }, { open }) {
    const { t, panel, host } = ctx;
    const always = panel.state === 'empty';
    const close = always ? null : () => this.setState({ open: false });
    if (open || always) return <Later piece="Search" host={host} t={t} ctx={ctx} onClose={close} />;
    return <div class="sg-row"><LinkButton onClick={() => this.setState({ open: true })}>+ {t('act.add')}</LinkButton></div>;
  }
}

/** A request that waits for somebody else, or has ended; not the one this person is to decide, nor one already ordered. */
function tellsOfApproval({ state, approval }) {
  return approval && !approval.can_decide && !['placing', 'placed', 'failed', 'queued'].includes(state);
}

const hasTrouble = ({ problem, state }) => problem || ['no_connection', 'failed', 'queued'].includes(state);

function Body({ ctx }) {
  const { panel } = ctx;
  return (
    <div>
      {hasTrouble(panel) && <Later piece="Trouble" host={ctx.host} t={ctx.t} ctx={ctx} />}
      {panel.state === 'empty' && <p class="sg-empty">{ctx.t('state.empty')}</p>}
      {tellsOfApproval(panel) && <Later piece="ApprovalNews" host={ctx.host} t={ctx.t} ctx={ctx} />}
      <Middle ctx={ctx} />
      {!decides(panel) && <Reasons ctx={ctx} />}
      <UndoStrip ctx={ctx} />
      <Actions ctx={ctx} />
    </div>
  );
}

export class Panel extends Component {
  constructor(props) {
    super(props);
    const { session } = props.context;
    this.state = { deal: session ? session.state : null };
    this.stop = session ? session.subscribe((deal) => this.setState({ deal })) : null;
  }

  componentWillUnmount() {
    if (this.stop) this.stop();
  }

  render({ context }, { deal }) {
    const { t } = context;
    if (!deal) {
      return (
        <section class="sg-panel" aria-label={t('head.title')}>
          <div class="sg-head"><Pill tone="grey">{t('head.no_deal')}</Pill></div>
          <div class="sg-pad"><Callout tone="info">{t('state.no_deal')}</Callout></div>
        </section>
      );
    }
    const { panel } = deal;
    const f = context.makeFormats((panel && panel.deal.timezone) || context.timezone);
    const ctx = { ...context, f, deal, panel, money: (sum, options) => f.money(sum, panel.deal.currency, options) };
    return (
      <section class="sg-panel" aria-label={t('head.title')} aria-busy={deal.busy || deal.refreshing ? 'true' : 'false'}>
        <Head ctx={ctx} />
        <Lost ctx={ctx} />
        <Notice ctx={ctx} />
        {deal.phase === 'loading' && <Skeleton ctx={ctx} />}
        {deal.phase === 'failed' && <Failed ctx={ctx} />}
        {panel && panel.state === 'loading' && <Skeleton ctx={ctx} />}
        {panel && panel.state !== 'loading' && <Body ctx={ctx} />}
      </section>
    );
  }
}
