/**
 * Bundles the widget's sources into readable AMD modules.
 *
 *   node bundle.mjs OUT_DIR PUBLIC_URL [PRIVACY_URL]
 *
 * script.js           what amoCRM loads: all that the first figures in the deal card need
 * lib/preact.js       the Preact library from its own unminified sources
 * lib/more.js         what opens at a click (search, line editor, wide view, supervisor's form); loaded after the figures
 * lib/settings.js     the settings page, loaded only when an administrator opens it
 *
 * The last two are functions of Preact and amoCRM's modal window, so that one copy of it draws everything however the page resolves module names.
 *
 * Nothing is minified: the marketplace's audit has to be able to read what runs.
 */
import { build } from 'esbuild';
import { readFile, writeFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const PREACT_NAMES = ['h', 'Fragment', 'Component', 'render', 'createRef'];

/** `import … from 'preact'` becomes the names of the AMD dependency called `preact`. */
const preactFromPage = {
  name: 'preact-from-page',
  setup(hooks) {
    hooks.onResolve({ filter: /^preact$/ }, () => ({ path: 'preact', namespace: 'page' }));
    hooks.onLoad({ filter: /.*/, namespace: 'page' }, () => ({
      contents: `/* global preact */\n${PREACT_NAMES.map((n) => `export const ${n} = preact.${n};`).join('\n')}`,
    }));
  },
};

async function amd({ entry, out, dependencies = {}, takes = null, plugins = [], define = {}, banner }) {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'stockgate',
    target: 'es2020',
    charset: 'utf8',
    jsx: 'transform',
    jsxFactory: 'h',
    jsxFragment: 'Fragment',
    jsxSideEffects: true,
    legalComments: 'none',
    lineLimit: 160,
    logLevel: 'warning',
    define,
    plugins,
  });
  const names = Object.values(dependencies).join(', ');
  const paths = JSON.stringify(Object.keys(dependencies));
  const code = result.outputFiles[0].text
    .replace(/^"use strict";\n/, '')
    .replace(/^( {2})+/gm, (spaces) => '\t'.repeat(spaces.length / 2));
  const body = `${code}return stockgate.default;`;
  const made = takes ? `return function (${takes}) {\n${body}\n};` : body;
  const text = `/* ${banner} */\ndefine(${paths}, function (${names}) {\n"use strict";\n${made}\n});\n`;
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, text);
}

const [outDir, publicUrl, privacyUrl = ''] = process.argv.slice(2);
if (!outDir || !publicUrl) throw new Error('usage: node bundle.mjs OUT_DIR PUBLIC_URL [PRIVACY_URL]');
const ADDRESSES = { PUBLIC_URL: JSON.stringify(publicUrl.replace(/\/+$/, '')), PRIVACY_URL: JSON.stringify(privacyUrl) };
const preactSource = join(HERE, 'node_modules/preact/src/index.js');
const preactVersion = JSON.parse(await readFile(join(HERE, 'node_modules/preact/package.json'), 'utf8')).version;

await amd({
  entry: join(HERE, 'src/preact.js'),
  out: join(outDir, 'lib/preact.js'),
  plugins: [{
    name: 'preact-sources',
    setup(hooks) {
      hooks.onResolve({ filter: /^preact$/ }, () => ({ path: preactSource }));
    },
  }],
  banner: `Preact ${preactVersion}, MIT licence, https://preactjs.com — bundled from its own sources, unchanged`,
});
await amd({
  entry: join(HERE, 'src/main.js'),
  out: join(outDir, 'script.js'),
  dependencies: { 'lib/components/base/modal': 'Modal', require: 'require', './lib/preact.js': 'preact' },
  plugins: [preactFromPage],
  define: ADDRESSES,
  banner: 'Stockgate: the panel in the deal card',
});
for (const [name, entry, banner] of [
  ['more', 'src/ui/more.js', 'Stockgate: what opens at a click in the deal card'],
  ['settings', 'src/host/settings/main.js', 'Stockgate: the settings page'],
]) {
  await amd({ entry: join(HERE, entry), out: join(outDir, `lib/${name}.js`), takes: 'preact, Modal', plugins: [preactFromPage], define: ADDRESSES, banner });
}
