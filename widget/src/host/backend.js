/* global PUBLIC_URL */
import { client } from '../core/api.js';

const TIMEOUT = 45_000;

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** `$authorizedAjax` as a promise that always resolves: {status, body}; status 0 when nothing came back. */
export function transport(widget) {
  return ({ method, url, headers, body }) => new Promise((resolve) => {
    const options = { url, method, type: method, headers, dataType: 'json', timeout: TIMEOUT };
    if (body !== undefined) Object.assign(options, { data: JSON.stringify(body), contentType: 'application/json' });
    widget.$authorizedAjax(options).then(
      (data, _text, xhr) => resolve({ status: (xhr && xhr.status) || 200, body: data }),
      (xhr) => {
        const { status = 0, responseText = '' } = xhr || {};
        resolve({ status, body: parsed(responseText) });
      },
    );
  });
}

function uuid() {
  if (window.crypto.randomUUID) return window.crypto.randomUUID();
  const bytes = window.crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] % 16) + 64;
  bytes[8] = (bytes[8] % 64) + 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export function backend(widget) {
  return client({
    send: transport(widget),
    baseUrl: PUBLIC_URL,
    newKey: uuid,
    wait: (ms) => new Promise((resolve) => { window.setTimeout(resolve, ms); }),
  });
}
