import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { errorCatalogues, settingsCatalogues } from '../../scripts/pages/catalogues.ts';
import { CLIENT_VARIABLES, VARIABLES } from '../../scripts/pages/environment.ts';
import { writtenPages } from '../../scripts/write-docs.ts';
import { environmentName } from '../../src/base/settings.ts';
import { settingNames } from '../../src/config/all-settings.ts';
import { serverEnvironment } from '../../src/config/env.ts';

const ROOT = join(import.meta.dirname, '../..');
const page = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const readByClient = [...new Set(page('src/config/cli-env.ts').match(/\bHOLDFAST_[A-Z_]+\b/g))];
const catalogues = await errorCatalogues();
const codesInCode = catalogues.flatMap(({ entries }) => Object.keys(entries));

test('docs/errors.md has every code of the code and no other', () => {
  const documented = [...page('docs/errors.md').matchAll(/^### (\w+)$/gm)].map((match) => match[1] ?? '');
  assert.deepEqual(documented.toSorted(), codesInCode.toSorted());
});

test('no two features use the same error code, and every code is snake_case', () => {
  const twice = codesInCode.filter((code, index) => codesInCode.indexOf(code) !== index);
  assert.deepEqual(twice, []);
  assert.deepEqual(
    codesInCode.filter((code) => !/^[a-z0-9]+(_[a-z0-9]+)*$/.test(code)),
    [],
  );
});

test('every error catalogue stands where the page looks for it', () => {
  const known = new Set(catalogues.map(({ path }) => path));
  const makers = globSync('src/**/*.ts', { cwd: ROOT }).filter((path) => {
    return !path.endsWith('.test.ts') && path !== 'src/base/errors.ts' && /=\s*errorCatalogue\(/.test(page(path));
  });
  assert.deepEqual(
    makers.filter((path) => !known.has(path)),
    [],
  );
});

test('docs/settings.md has every variable the server reads and no other', () => {
  const documented = [...page('docs/settings.md').matchAll(/^\| `(HOLDFAST_\w+)`/gm)].map((match) => match[1] ?? '');
  const read = [...serverEnvironment, ...readByClient, ...settingNames().keys()];
  assert.deepEqual(documented.toSorted(), read.toSorted());
});

test('every variable that is not a number is explained, and every explanation has its variable', () => {
  assert.deepEqual(Object.keys(VARIABLES).toSorted(), serverEnvironment.toSorted());
  const client = Object.keys(CLIENT_VARIABLES).filter((name) => name.startsWith('HOLDFAST_'));
  assert.deepEqual(client.toSorted(), readByClient.toSorted());
});

test('every number of every feature can be set from the environment', async () => {
  const declared = (await settingsCatalogues()).flatMap(({ entries }) => Object.keys(entries).map(environmentName));
  assert.deepEqual([...settingNames().keys()].toSorted(), declared.toSorted());
});

test('a default lies in its own range', async () => {
  for (const { entries } of await settingsCatalogues()) {
    for (const [name, entry] of Object.entries(entries)) {
      assert.ok(entry.min <= entry.default && entry.default <= entry.max, name);
    }
  }
});

test('the written pages are what the code says; npm run docs writes them anew', async () => {
  for (const [path, text] of await writtenPages()) assert.equal(page(path), text, `${path} is out of date`);
});
