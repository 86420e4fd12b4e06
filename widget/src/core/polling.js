/** How long to wait before the next look. Milliseconds. */

const PENDING = 2000;
const IDLE = 5_000;
const SILENT_ERP = 15_000;
const LONGEST = 30_000;

/** attempt: how many times in a row the connection failed. offline: the ERP does not answer. */
export function delayFor({ pending, attempt, offline = false }) {
  if (attempt > 0) return Math.min(LONGEST, 1000 * 2 ** attempt);
  if (offline) return SILENT_ERP;
  return pending ? PENDING : IDLE;
}
