/** The order once it lives in the ERP: progress, documents, what is left. */
import { Component, h } from 'preact';
import { compare, isPositive, subtract } from '../core/decimal.js';
import { Callout, Clamped, Pill } from './parts.jsx';

const STEPS = [['reserved', 'reserve'], ['invoiced', 'invoice'], ['paid', 'payment'], ['shipped', 'shipment']];
const DOCUMENTS = ['invoice', 'upd', 'torg12'];
const percentOf = (share) => Math.floor(Number(share || 0) * 100);

/** How far a step is, where it is neither untouched nor done. */
function shareWords(ctx, key) {
  const { panel, f } = ctx;
  const share = (panel.order.progress || {})[key] || '0';
  const lines = panel.order.lines || [];
  if (key === 'shipped' && lines.length === 1 && isPositive(lines[0].shipped)) {
    return `${f.quantity(lines[0].shipped)}/${f.quantity(lines[0].ordered)}`;
  }
  const whole = compare(share, '1') >= 0 || !isPositive(share);
  return whole ? null : f.percent(String(percentOf(share)));
}

function Progress({ ctx }) {
  const { panel, t } = ctx;
  return (
    <ul class="sg-progress">
      {STEPS.map(([key, word]) => (
        <li key={key}>
          <i aria-hidden="true"><b style={{ width: `${percentOf((panel.order.progress || {})[key])}%` }} /></i>
          <span>{t(`order.${word}`)}</span> <span class="sg-progress__share">{shareWords(ctx, key)}</span>
        </li>
      ))}
    </ul>
  );
}

/** A document opens in a tab made while the click is handled; where the browser refuses, a link appears. */
class Document extends Component {
  open() {
    const { ctx, document } = this.props;
    const tab = ctx.host.openTab();
    this.setState({ opening: true, url: null, error: null });
    ctx.session.deal.documentLink(document.id).then(
      ({ url }) => this.setState({ opening: false, url: tab.show(url) ? null : url }),
      (error) => {
        tab.close();
        this.setState({ opening: false, error });
      },
    );
  }

  render({ ctx, document }, { opening, url, error }) {
    const { t, f, money } = ctx;
    const kind = DOCUMENTS.includes(document.kind) ? document.kind : 'other';
    const about = [t('documents.pdf')];
    if (document.total) about.push(money(document.total, { short: true }));
    return (
      <li>
        <button type="button" class="sg-document" disabled={opening} onClick={() => this.open()} title={document.attached ? t('documents.attached') : undefined}>
          <span>{t(`documents.${kind}`, { number: document.number, date: document.issued ? f.date(document.issued) : '' })}</span>
          <span class="sg-muted sg-nowrap">{opening ? t('documents.opening') : about.join(' · ')}</span>
        </button>
        <div aria-live="polite">
          {url && (
            <p class="sg-document__link">
              {t('documents.blocked')} <a href={url} target="_blank" rel="noopener noreferrer">{t('documents.open_here')}</a>
            </p>
          )}
          {error && <Callout tone="bad">{t.code('errors', error.code, error.params)}</Callout>}
        </div>
      </li>
    );
  }
}

function orderPill({ t, f, line, left }) {
  if (!left) return { tone: 'ok', text: t('order.all_shipped') };
  if (isPositive(line.reserved)) return { tone: 'info', text: t('order.reserved', { quantity: f.quantity(line.reserved) }) };
  return { tone: 'warn', text: line.expected ? t('order.expected', { date: f.date(line.expected) }) : t('order.not_reserved') };
}

/** What the pill leaves unsaid: how much is still to be shipped, and when the part that is not reserved comes. */
function restWords({ t, f, line, rest }) {
  const words = [];
  if (isPositive(line.shipped)) words.push(t('order.left', { quantity: f.quantity(rest) }));
  if (isPositive(line.reserved) && isPositive(line.awaiting)) {
    const path = line.expected ? 'order.rest_expected' : 'order.rest';
    words.push(t(path, { quantity: f.quantity(line.awaiting), date: line.expected && f.date(line.expected) }));
  }
  return words.join(' · ');
}

function OrderLine({ ctx, line }) {
  const { t, f } = ctx;
  const rest = subtract(line.ordered, line.shipped || '0');
  const left = isPositive(rest);
  const known = line.reserved !== null && line.awaiting !== null;
  const pill = known && orderPill({ t, f, line, left });
  return (
    <li class="sg-line sg-order-line">
      <div>
        <Clamped text={line.name} hint={t('line.full_name')} />
        {left && known && <div class="sg-nums">{restWords({ t, f, line, rest })}</div>}
      </div>
      <div class="sg-order-line__figures">
        <span class="sg-nowrap">
          {isPositive(line.shipped)
            ? t('order.shipped_of', { shipped: f.quantity(line.shipped), ordered: f.quantity(line.ordered) })
            : `${f.quantity(line.ordered)} ${line.unit}`}
        </span>
        {pill && <Pill tone={pill.tone}>{pill.text}</Pill>}
      </div>
    </li>
  );
}

export function OrderView({ ctx }) {
  const { panel, t, f } = ctx;
  const { order, documents } = panel;
  const lines = order.lines || [];
  const sum = (value) => f.money(value, order.currency);
  return (
    <div>
      <Progress ctx={ctx} />
      {documents.length > 0 && (
        <ul class="sg-documents" aria-label={t('documents.title')}>
          {documents.map((document) => <Document ctx={ctx} document={document} key={document.id} />)}
        </ul>
      )}
      <ul class="sg-lines">{lines.map((line) => <OrderLine ctx={ctx} line={line} key={line.line_id} />)}</ul>
      <div class="sg-row">
        <div class="sg-split"><span>{t('order.total')}</span><b class="sg-total">{sum(order.total)}</b></div>
        {isPositive(order.paid) && <div class="sg-split sg-small-row"><span class="sg-muted">{t('order.paid')}</span><span>{sum(order.paid)}</span></div>}
      </div>
    </div>
  );
}
