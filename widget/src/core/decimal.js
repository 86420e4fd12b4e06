/** Exact decimal strings ("2.5"), as the API writes quantities and money. Only bars ever become floats. */

const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/;

function parts(value) {
  const found = PLAIN.exec(value);
  if (!found) throw new RangeError(`not a decimal: ${value}`);
  const fraction = found[3] || '';
  return { units: BigInt(found[1] + found[2] + fraction), scale: fraction.length };
}

function aligned(left, right) {
  const a = parts(left);
  const b = parts(right);
  const scale = Math.max(a.scale, b.scale);
  return [a.units * 10n ** BigInt(scale - a.scale), b.units * 10n ** BigInt(scale - b.scale), scale];
}

function text(units, scale) {
  const sign = units < 0n ? '-' : '';
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  return sign + whole + (fraction ? `.${fraction}` : '');
}

export function add(left, right) {
  const [a, b, scale] = aligned(left, right);
  return text(a + b, scale);
}

export function subtract(left, right) {
  const [a, b, scale] = aligned(left, right);
  return text(a - b, scale);
}

/** Negative, zero or positive, as sort functions expect. */
export function compare(left, right) {
  const [a, b] = aligned(left, right);
  return a < b ? -1 : Number(a > b);
}

export function isPositive(value) {
  return value !== null && value !== undefined && compare(value, '0') > 0;
}

/** What a person typed ("2,50", " 1 000 ") as a positive decimal string, or null. */
export function typed(input) {
  const plain = String(input).replace(/[\s\u00a0\u202f]/g, '').replace(',', '.');
  if (!/^\d{1,12}(\.\d{1,6})?$/.test(plain)) return null;
  const value = add(plain, '0');
  return isPositive(value) ? value : null;
}

/** part / whole between 0 and 1, for the width of a bar. */
export function share(part, whole) {
  if (!isPositive(part) || !isPositive(whole)) return 0;
  return Math.min(1, Number(part) / Number(whole));
}
