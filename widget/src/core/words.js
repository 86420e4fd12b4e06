/** Words from i18n/*.json: dot paths, {placeholders}, plural forms, and a sentence for every code. */
import { place } from './format.js';

function at(tree, path) {
  return path.split('.').reduce((node, key) => (node === undefined || node === null ? undefined : node[key]), tree);
}

function fill(text, params) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (params[name] === undefined || params[name] === null ? whole : String(params[name])));
}

const QUANTITIES = ['missing', 'available', 'requested', 'quantity', 'now', 'later', 'granted', 'reserved', 'step'];
const MONEY = ['limit', 'debt', 'overdue', 'free', 'total', 'amount', 'floor', 'price', 'over', 'erp_total'];
const DATES = ['date', 'promise_date', 'until'];
const DECIMAL = /^-?\d+(\.\d+)?$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** Raw API params (decimal strings, ISO dates) as people read them. */
export function readable(params, format, currency) {
  const result = {};
  Object.entries(params || {}).forEach(([key, value]) => {
    if (value === null || value === undefined || typeof value === 'object') return;
    const text = String(value);
    if (QUANTITIES.includes(key) && DECIMAL.test(text)) result[key] = format.quantity(text);
    else if (MONEY.includes(key) && DECIMAL.test(text)) result[key] = format.money(text, currency, { short: true });
    else if (DATES.includes(key) && DAY.test(text)) result[key] = format.date(text);
    else result[key] = key === 'warehouse' ? place(text) : text;
  });
  return result;
}

/**
 * t(path, params) for one language. A missing path gives the path itself, so that a hole is seen and not hidden.
 * t.code(kind, code, params): words `<kind>.<code>`; an unknown code, or one whose figures are missing, gets
 * the general sentence that names the code.
 */
export function words(tree, language) {
  const plural = new Intl.PluralRules(language === 'ru' ? 'ru' : 'en');

  function t(path, params = {}) {
    const found = at(tree, path);
    if (typeof found === 'string') return fill(found, params);
    if (found && typeof found === 'object' && found.other) {
      const count = Number(params.n === undefined ? params.count : params.n);
      return fill(found[plural.select(count)] || found.other, params);
    }
    return path;
  }

  t.has = (path) => typeof at(tree, path) === 'string';
  t.code = (kind, code, params = {}) => {
    const path = [kind, 'reasons', 'errors'].map((group) => `${group}.${code}`).find(t.has);
    const text = path ? t(path, params) : null;
    return text === null || /\{\w+\}/.test(text) ? t('errors.unknown', { code }) : text;
  };
  return t;
}
