/** How long to wait before the next look. Milliseconds. */

const PENDING = 2000;
const IDLE = 5_000;
const LONGEST = 30_000;

/** attempt: how many times in a row the connection failed. */
export function delayFor({ pending, attempt }) {
  if (attempt > 0) return Math.min(LONGEST, 1000 * 2 ** attempt);
  return pending ? PENDING : IDLE;
}
