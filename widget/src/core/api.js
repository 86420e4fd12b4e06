/**
 * The backend's HTTP API (docs/http-api.md).
 *
 * Reads are repeated a few times where nothing can break; writes never by themselves. A write carries an idempotency
 * key that is kept until an answer of our backend arrives, so that pressing the button again after a lost
 * connection is the same intended action and not a second one.
 */

export const API = '/api/v1';
const READ_RETRIES = [400, 1200];
const GATEWAY = [0, 502, 503, 504];

export class ApiError extends Error {
  constructor({ status, code, params, panel, requestId }) {
    super(code);
    this.status = status;
    this.code = code;
    this.params = params || {};
    this.panel = panel || null;
    this.requestId = requestId || null;
    this.lost = code === 'network_lost';
  }
}

function isOurs(answer) {
  return Boolean(answer.body && typeof answer.body === 'object' && answer.body.code);
}

function failure(answer) {
  if (isOurs(answer)) {
    const { code, params, panel, request_id: requestId } = answer.body;
    return new ApiError({ status: answer.status, code, params, panel, requestId });
  }
  if (GATEWAY.includes(answer.status)) return new ApiError({ status: answer.status, code: 'network_lost' });
  if (answer.status === 401) return new ApiError({ status: 401, code: 'signed_out' });
  return new ApiError({ status: answer.status, code: 'garbled_answer', params: { status: answer.status } });
}

/**
 * send({method, url, headers, body}) resolves to {status, body} whatever happens (status 0: nothing came back);
 * newKey() makes a UUID; wait(ms) resolves later.
 */
export function client({ send, baseUrl, newKey, wait }) {
  const keys = new Map();

  async function read(path) {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await send({ method: 'GET', url: baseUrl + path, headers: {} });
      if (answer.status >= 200 && answer.status < 300) return answer.body;
      const error = failure(answer);
      if (!error.lost || attempt >= READ_RETRIES.length) throw error;
      await wait(READ_RETRIES[attempt]);
    }
  }

  async function write(method, path, body) {
    const action = `${method} ${path} ${JSON.stringify(body === undefined ? null : body)}`;
    if (!keys.has(action)) keys.set(action, newKey());
    const answer = await send({ method, url: baseUrl + path, headers: { 'Idempotency-Key': keys.get(action) }, body });
    const unanswered = GATEWAY.includes(answer.status) && !isOurs(answer);
    if (!unanswered) keys.delete(action);
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    throw failure(answer);
  }

  function deal(id) {
    const at = `${API}/deals/${id}`;
    const line = (lineId) => `${at}/lines/${encodeURIComponent(lineId)}`;
    return {
      panel: (figures) => read(`${at}/panel?figures=${figures}`),
      revision: () => read(`${at}/revision`),
      lineDetails: (lineId) => read(`${line(lineId)}/details`),
      allDetails: () => read(`${at}/details`),
      products: (query) => read(`${at}/products?query=${encodeURIComponent(query)}`),
      addLine: (body) => write('POST', `${at}/lines`, body),
      changeLine: (lineId, body) => write('PATCH', line(lineId), body),
      removeLine: (lineId) => write('DELETE', line(lineId)),
      applyRemedy: (remedyId) => write('POST', `${at}/remedies`, { remedy_id: remedyId }),
      undo: () => write('POST', `${at}/undo`, {}),
      order: (fingerprint) => write('POST', `${at}/order`, { fingerprint }),
      queue: (fingerprint) => write('POST', `${at}/queue`, { fingerprint }),
      takeOutOfQueue: () => write('DELETE', `${at}/queue`),
      retryOrder: () => write('POST', `${at}/order/retry`, {}),
      askApproval: (reason) => write('POST', `${at}/approval`, { reason }),
      withdrawApproval: () => write('DELETE', `${at}/approval`),
      decide: (body) => write('POST', `${at}/approval/decision`, body),
      documentLink: (documentId) => write('POST', `${at}/documents/${encodeURIComponent(documentId)}/link`, {}),
    };
  }

  return { deal, read, write };
}
