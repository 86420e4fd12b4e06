/** What is worth a passing message when a panel's state changes. */

const NEWS = { 'placing>placed': 'placed', 'placing>failed': 'failed', 'queued>placed': 'placed', 'queued>asked': 'queue_asked' };
const FOR_REQUESTER = { 'asked>approved': 'approved', 'asked>rejected': 'rejected' };

/** before: the state shown until now, or null; the word under `news.` or null. */
export function newsOf(before, panel) {
  const change = `${before}>${panel.state}`;
  const mine = panel.approval && panel.approval.requested_by.id === panel.viewer.user_id;
  return NEWS[change] || (mine && FOR_REQUESTER[change]) || null;
}
