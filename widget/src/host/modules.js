/* global require, preact, Modal */

const PATHS = { more: 'lib/more.js', settings: 'lib/settings.js' };

/** A part of the widget that is loaded when it is needed, through the page's own AMD loader. */
export function loadModule(page, name) {
  const url = `${page.assets()}/${PATHS[name]}?v=${page.version()}`;
  return new Promise((resolve, reject) => {
    require([url], (make) => resolve(make(preact, Modal)), (error) => {
      require.undef(url);
      reject(error);
    });
  });
}
