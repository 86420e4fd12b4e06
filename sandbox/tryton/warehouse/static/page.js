// Draws the lists and sends what the buttons ask for.
import { WORDS } from './words.js';

let language = localStorage.getItem('warehouse-language') || 'ru';
const t = (key) => WORDS[language][key];
const byId = (id) => document.getElementById(id);

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== null));
  return element;
}

const money = (value) => Number(value).toLocaleString(language === 'ru' ? 'ru-RU' : 'en-GB', { minimumFractionDigits: 2 }) + ' ₽';
const day = (iso) => iso ? new Date(iso + 'T12:00:00').toLocaleDateString(language === 'ru' ? 'ru-RU' : 'en-GB') : '';

function say(text, bad = false) {
  const place = byId('message');
  place.textContent = text;
  place.className = bad ? 'bad' : '';
  place.hidden = false;
}

async function call(path, body) {
  const options = body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error.message);
  return answer;
}

async function act(card, path, body, done) {
  card.querySelectorAll('button').forEach((button) => { button.disabled = true; });
  try {
    say(done(await call(path, body)));
  } catch (error) {
    say(`${t('failed')}: ${error instanceof TypeError ? t('lost') : error.message}`, true);
  }
  await draw();
}

function linesTable(lines, editable) {
  return make('table', {}, make('tbody', {}, ...lines.map((line) => make('tr', {},
    make('td', {}, line.name, make('small', { textContent: line.sku })),
    make('td', { className: 'count' },
      editable ? make('input', { value: line.quantity, inputMode: 'decimal', name: line.sku, ariaLabel: `${t('quantity')}: ${line.name}` }) : line.quantity,
      ' ' + line.unit)))));
}

function quantities(card) {
  const found = {};
  card.querySelectorAll('input').forEach((input) => { found[input.name] = input.value.trim() || '0'; });
  return found;
}

function button(label, quiet, onclick) {
  return make('button', { type: 'button', textContent: label, className: quiet ? 'quiet' : '', onclick });
}

function shipmentCard(row) {
  const reserved = row.lines.filter((line) => line.reserved !== '0').length;
  const ready = row.state !== 'waiting';
  const tag = ready ? t('reserved') : reserved ? t('partly') : t('waiting');
  const card = make('article', { className: 'card' },
    make('div', { className: 'top' }, `${t('shipment')} ${row.number}`, make('span', { className: ready ? 'tag' : 'tag warn', textContent: tag })),
    make('p', { className: 'soft', textContent: [row.customer, `${t('order')} ${row.orders.join(', ')}`, row.warehouse, day(row.date)].filter(Boolean).join(' · ') }),
    linesTable(row.lines, true));
  const done = (answer) => answer.invoices.length ? `${t('shipped')} ${answer.invoices.map((i) => `${i.number}, ${money(i.total)}`).join('; ')}` : t('shippedOnly');
  const path = `/api/shipments/${row.id}/ship`;
  card.append(make('div', { className: 'row' },
    button(t('shipAll'), false, () => act(card, path, {}, done)),
    button(t('shipPart'), true, () => act(card, path, { quantities: quantities(card) }, done))));
  return card;
}

function deliveryCard(row) {
  const tag = row.overdue ? make('span', { className: 'tag bad', textContent: `${t('overdue')} · ${day(row.date)}` })
    : make('span', { className: row.date ? 'tag' : 'tag warn', textContent: row.date ? day(row.date) : t('undated') });
  const card = make('article', { className: 'card' },
    make('div', { className: 'top' }, `${t('purchase')} ${row.number}`, tag),
    make('p', { className: 'soft', textContent: `${row.supplier} · ${row.warehouse}` }),
    linesTable(row.lines, true));
  const done = (answer) => `${t('received')} ${answer.number}`;
  const path = `/api/deliveries/${row.id}/receive`;
  card.append(make('div', { className: 'row' },
    button(t('receiveAll'), false, () => act(card, path, {}, done)),
    button(t('receivePart'), true, () => act(card, path, { quantities: quantities(card) }, done))));
  return card;
}

function invoiceCard(row) {
  const input = make('input', { value: row.left, inputMode: 'decimal', ariaLabel: t('amount'), className: 'sum' });
  const pdf = make('a', { className: 'pdf', href: `/documents/invoice/${row.id}.pdf`, target: '_blank', textContent: 'PDF' });
  const card = make('article', { className: 'card' },
    make('div', { className: 'top' }, make('span', {}, `${t('invoice')} ${row.number} `, pdf), make('span', {}, money(row.left))),
    make('p', { className: 'soft', textContent: [row.customer, day(row.date), row.left === row.total ? '' : `${t('left')} ${money(row.left)} ${t('of')} ${money(row.total)}`].filter(Boolean).join(' · ') }));
  const done = (answer) => `${t('paid')} ${money(answer.left)}`;
  const path = `/api/invoices/${row.id}/pay`;
  card.append(make('div', { className: 'row' },
    button(t('payAll'), false, () => act(card, path, {}, done)), input,
    button(t('payPart'), true, () => act(card, path, { amount: input.value }, done))));
  return card;
}

function recentCard(row) {
  const link = (kind, label) => make('a', { href: `/documents/${kind}/${row.id}.pdf`, target: '_blank', textContent: label });
  return make('article', { className: 'card' },
    make('div', { className: 'top' }, `${t('shipment')} ${row.number}`, make('span', { className: 'soft', textContent: day(row.date) })),
    make('p', { className: 'soft', textContent: `${row.customer} · ${t('order')} ${row.orders.join(', ')}` }),
    linesTable(row.lines, false),
    make('div', { className: 'row' }, link('upd', 'УПД'), link('torg12', 'ТОРГ-12')));
}

function fill(id, rows, card) {
  byId(id).replaceChildren(...(rows.length ? rows.map(card) : [make('p', { className: 'soft', textContent: t('none') })]));
}

function translate() {
  document.documentElement.lang = language;
  document.querySelectorAll('[data-t]').forEach((element) => { element.textContent = t(element.dataset.t); });
  byId('language').textContent = language === 'ru' ? 'English' : 'Русский';
}

async function draw() {
  translate();
  const [shipments, deliveries, invoices] = await Promise.all(['shipments', 'deliveries', 'invoices'].map((name) => call(`/api/${name}`)));
  fill('shipments', shipments.open.slice().reverse(), shipmentCard);
  fill('deliveries', deliveries.open, deliveryCard);
  fill('invoices', invoices.open, invoiceCard);
  fill('recent', shipments.recent, recentCard);
}

byId('language').onclick = () => {
  language = language === 'ru' ? 'en' : 'ru';
  localStorage.setItem('warehouse-language', language);
  start();
};
byId('refresh').onclick = () => start();

function start() {
  draw().catch((error) => say(`${t('failed')}: ${error.message}`, true));
}
start();
