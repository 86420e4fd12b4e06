/** The canned pictures have exactly the shape docs/http-api.md tells. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');
const PICTURES = join(import.meta.dirname, 'pictures');
const EXAMPLES = Array.from(readFileSync(join(ROOT, 'docs', 'http-api.md'), 'utf8').matchAll(/```json\n([\s\S]*?)```/g))
  .flatMap(([, text]) => {
    try {
      return [JSON.parse(text)];
    } catch {
      return [];
    }
  });
const PANEL = EXAMPLES.find((one) => one.viewer);
const APPROVAL = EXAMPLES.find((one) => one.requested_by);
const ORDER = EXAMPLES.find((one) => one.progress);
const FREE = ['params'];

function missing(example, found, path) {
  if (example === null || found === null || typeof example !== 'object') return [];
  if (Array.isArray(example)) return example.length ? found.flatMap((one, index) => missing(example[0], one, `${path}[${index}]`)) : [];
  return Object.keys(example).flatMap((key) => {
    if (FREE.includes(key)) return [];
    return key in found ? missing(example[key], found[key], `${path}.${key}`) : [`${path}.${key}`];
  });
}

readdirSync(PICTURES).forEach((file) => test(`${file} has what the API promises`, () => {
  const panel = JSON.parse(readFileSync(join(PICTURES, file), 'utf8'));
  const holes = missing(PANEL, panel, 'panel').concat(missing(APPROVAL, panel.approval, 'approval'), missing(ORDER, panel.order, 'order'));
  assert.deepEqual(holes, []);
  assert.deepEqual(Object.keys(panel).filter((key) => !(key in PANEL)), []);
}));
