/** Figures the way people write them: 31 230,00 ₽ · 28.11 · «2 с назад» / ₽31,230.00 · 28 Nov · "2 s ago". */

import { subtract } from './decimal.js';

const NBSP = '\u00a0';
const MINUS = '\u2212';
const SYMBOLS = { RUB: '₽', USD: '$', EUR: '€', GBP: '£', KZT: '₸', BYN: 'Br', UAH: '₴', CNY: '¥', AMD: '֏', GEL: '₾' };
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const AGES = [[86400, 'days'], [3600, 'hours'], [60, 'minutes'], [1, 'seconds']];

const STYLES = {
  ru: { group: NBSP, point: ',', percent: `${NBSP}%`, money: (figure, symbol) => `${figure}${NBSP}${symbol}` },
  en: { group: ',', point: '.', percent: '%', money: (figure, symbol) => (symbol.length > 1 ? `${symbol}${NBSP}${figure}` : `${symbol}${figure}`) },
};

function grouped(value, style, leastDecimals) {
  const negative = value.startsWith('-');
  const [whole, fraction = ''] = value.replace('-', '').split('.');
  const groups = whole.length > 3 ? whole.replace(/\B(?=(\d{3})+$)/g, style.group) : whole;
  const decimals = fraction.padEnd(leastDecimals, '0');
  return { negative, text: decimals ? groups + style.point + decimals : groups };
}

function dayParts(moment, timezone) {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hour12: false,
  });
  const found = {};
  format.formatToParts(moment).forEach((part) => { found[part.type] = part.value; });
  const hour = found.hour === '24' ? '00' : found.hour;
  return { date: `${found.year}-${found.month}-${found.day}`, time: `${hour}:${found.minute}` };
}

/** A warehouse's name beside the word that says it is one: «Склад Москва» → «Москва». */
export function place(name) {
  return name.replace(/^(склад|warehouse)\s+(?=\S)/i, '');
}

/** Words and figures of one language, one time zone. `now` gives milliseconds since 1970. */
export function formats({ language, timezone, now }) {
  const style = STYLES[language] || STYLES.en;
  const today = () => dayParts(now(), timezone).date;

  function quantity(value) {
    const plain = value.includes('.') ? value.replace(/\.?0+$/, '') : value;
    const { negative, text } = grouped(plain, style, 0);
    return (negative ? MINUS : '') + text;
  }

  function money(value, currency, { short = false } = {}) {
    const plain = short ? value.replace(/\.0+$/, '') : value;
    const { negative, text } = grouped(plain, style, plain.includes('.') || !short ? 2 : 0);
    return (negative ? MINUS : '') + style.money(text, SYMBOLS[currency] || currency);
  }

  /** A sum where the kopecks only take room: rounded down, so that it never promises more than there is. */
  function wholeMoney(value, currency) {
    const [whole, fraction = ''] = value.split('.');
    const below = value.startsWith('-') && Number(fraction) > 0;
    return money(below ? subtract(whole, '1') : whole, currency, { short: true });
  }

  function percent(value) {
    return quantity(value) + style.percent;
  }

  function date(day) {
    const [year, month, dayOfMonth] = day.split('-');
    const thisYear = today().startsWith(year);
    if (language === 'ru') return thisYear ? `${dayOfMonth}.${month}` : `${dayOfMonth}.${month}.${year}`;
    const plain = `${Number(dayOfMonth)}${NBSP}${MONTHS[Number(month) - 1]}`;
    return thisYear ? plain : `${plain} ${year}`;
  }

  /** Whether a day is still to come. */
  const isAhead = (day) => day > today();

  /** 14:20 today, else with its day: 20.11, 23:30. */
  function moment(iso) {
    const local = dayParts(Date.parse(iso), timezone);
    return local.date === today() ? local.time : `${date(local.date)}, ${local.time}`;
  }

  /** How old a moment is: {unit, count} for the words `age.<unit>`. */
  function age(iso) {
    const seconds = Math.max(0, Math.floor((now() - Date.parse(iso)) / 1000));
    if (seconds < 1) return { unit: 'now', count: 0 };
    const [size, unit] = AGES.find(([least]) => seconds >= least);
    return { unit, count: Math.floor(seconds / size) };
  }

  return { quantity, money, wholeMoney, percent, date, isAhead, moment, age, signed: (value) => MINUS + quantity(value) };
}
