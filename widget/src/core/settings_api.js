/** The administrators' part of the HTTP API, over the reads and writes of core/api.js. */
import { API } from './api.js';

export function settingsApi({ read, write }) {
  return {
    read: () => read(`${API}/settings`),
    testConnection: (body) => write('POST', `${API}/settings/connection/test`, body),
    saveConnection: (body) => write('PUT', `${API}/settings/connection`, body),
    saveRules: (rules) => write('PUT', `${API}/settings/rules`, rules),
    setUp: () => write('POST', `${API}/settings/setup`, {}),
    cleanUp: () => write('POST', `${API}/settings/cleanup`, {}),
  };
}
