/** R1a: find a product of the ERP by name, SKU or barcode, see availability and price, add it with one click. */
import { Component, h } from 'preact';
import { isPositive } from '../core/decimal.js';
import { Button, Callout, LinkButton, Pill } from './parts.jsx';

const DEBOUNCE = 300;
const SHORTEST = 2;

function Found({ ctx, item, onAdd }) {
  const { t, f, deal, money } = ctx;
  return (
    <li class="sg-found">
      <div class="sg-split">
        <span class="sg-name sg-wrap">{item.name}</span>
        <Button kind="small" disabled={Boolean(deal.busy)} busy={deal.busy === `add:${item.product_id}`} aria-label={t('search.add_one', { name: item.name })} onClick={() => onAdd(item)}>
          {t('search.add')}
        </Button>
      </div>
      <div class="sg-sku">{[item.sku, item.price ? money(item.price.unit) : t('search.no_price')].filter(Boolean).join(' · ')}</div>
      <div class="sg-split sg-nums">
        <span>{isPositive(item.available) ? t('search.available', { quantity: f.quantity(item.available), unit: item.unit.name }) : t('search.none_left')}</span>
        {item.in_deal && <Pill tone="grey">{t('search.in_deal')}</Pill>}
      </div>
    </li>
  );
}

export class Search extends Component {
  constructor(props) {
    super(props);
    this.state = { query: '', items: null, searching: false, error: null };
    this.asked = 0;
  }

  componentWillUnmount() {
    this.asked = -1;
    this.props.ctx.session.clock.cancel(this.timer);
  }

  componentDidMount() {
    if (this.props.onClose) this.input.focus();
  }

  typed(query) {
    const { clock } = this.props.ctx.session;
    clock.cancel(this.timer);
    this.asked += 1;
    const long = query.trim().length >= SHORTEST;
    this.setState({ query, searching: long, error: null, items: long ? this.state.items : null });
    if (long) this.timer = clock.later(() => this.find(query.trim(), this.asked), DEBOUNCE);
  }

  find(query, asked) {
    const current = () => asked === this.asked;
    this.props.ctx.session.deal.products(query).then(
      ({ items }) => current() && this.setState({ items, searching: false }),
      (error) => current() && this.setState({ error, items: null, searching: false }),
    );
  }

  add(item) {
    const body = { product_id: item.product_id, quantity: '1', unit_id: item.unit.id };
    this.props.ctx.session.act(`add:${item.product_id}`, (api) => api.addLine(body)).then((done) => {
      if (done) this.close();
    });
  }

  close() {
    this.asked += 1;
    this.setState({ query: '', items: null, searching: false, error: null });
    if (this.props.onClose) this.props.onClose();
  }

  status() {
    const { t } = this.props.ctx;
    const { query, items, searching } = this.state;
    if (searching) return t('search.searching');
    if (query && query.trim().length < SHORTEST) return t('search.hint');
    if (!items) return '';
    return items.length ? t('search.found', { n: items.length }) : t('search.nothing');
  }

  render({ ctx, onClose }, { query, items, error }) {
    const { t } = ctx;
    return (
      <div class="sg-row sg-search" onKeyDown={(event) => event.key === 'Escape' && this.close()}>
        <div class="sg-split">
          <label class="sg-field__label" for="sg-search">{t('search.label')}</label>
          {onClose && <LinkButton onClick={() => this.close()}>{t('common.close')}</LinkButton>}
        </div>
        <input
          id="sg-search"
          class="sg-input"
          type="search"
          autocomplete="off"
          value={query}
          placeholder={t('search.placeholder')}
          ref={(node) => { this.input = node; }}
          onInput={(event) => this.typed(event.currentTarget.value)}
        />
        <p class="sg-help" role="status">{this.status()}</p>
        {error && <Callout tone="bad" role="alert">{t.code('errors', error.code, error.params)}</Callout>}
        {items && items.length > 0 && (
          <ul class="sg-founds">{items.map((item) => <Found key={item.product_id} ctx={ctx} item={item} onAdd={(one) => this.add(one)} />)}</ul>
        )}
      </div>
    );
  }
}
