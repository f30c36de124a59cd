import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type * as Built from '../../src/entry/built.js';

const BUILD = [
  'package-lock.json',
  'deploy/aws/boot.sh',
  'deploy/aws/guard.yaml',
  'deploy/aws/workspace.yaml',
  'deploy/systemd/holdfast.service',
  'scripts/build.ts',
  'scripts/bundle/changes.ts',
  'scripts/bundle/one-file.ts',
];
const ENTRY = join(import.meta.dirname, '../../src/entry');

/** A checkout with a program that says which of the two it is: what was built, or the sources. */
async function checkout() {
  const root = mkdtempSync(join(tmpdir(), 'checkout-'));
  for (const folder of ['src/entry', 'dist', 'scripts/bundle', 'deploy/aws', 'deploy/systemd'])
    mkdirSync(join(root, folder), { recursive: true });
  for (const file of ['holdfast.js', 'built.js', 'kept-code.js', 'old-code.js'])
    copyFileSync(join(ENTRY, file), join(root, 'src/entry', file));
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }\n');
  for (const file of BUILD) writeFileSync(join(root, file), '');
  writeFileSync(join(root, 'src/entry/cli.ts'), "process.stdout.write('sources');\n");
  writeFileSync(join(root, 'dist/cli.js'), "process.stdout.write('built');\n");
  writeFileSync(
    join(root, 'dist/serve.cjs'),
    "exports.run = async ([verb]) => { process.stdout.write('built ' + verb); };\n",
  );
  writeFileSync(
    join(root, 'dist/age.cjs'),
    "exports.run = async ([verb]) => { process.stdout.write('built ' + verb); };\n",
  );
  mkdirSync(join(root, 'src/age'));
  writeFileSync(join(root, 'src/age/chunk.ts'), '');
  const { isBuildOld, partOfState, stateOfSources } = (await import(
    pathToFileURL(join(root, 'src/entry/built.js')).href
  )) as typeof Built;
  const mark = (): void => {
    const state = stateOfSources();
    writeFileSync(join(root, 'dist/built-from.txt'), state);
    writeFileSync(join(root, 'dist/built-from-age.txt'), partOfState(state, ['src/age/chunk.ts']));
  };
  mark();
  return {
    path: (name: string): string => join(root, name),
    runs: (...words: string[]): string =>
      execFileSync(process.execPath, [join(root, 'src/entry/holdfast.js'), ...words], {
        encoding: 'utf8',
        env: { ...process.env, HOME: root },
      }),
    mark,
    isBuildOld,
    [Symbol.dispose]: (): void => rmSync(root, { recursive: true, force: true }),
  };
}

test('a checkout runs what was built of it', async () => {
  using tree = await checkout();
  assert.equal(tree.runs(), 'built');
  assert.equal(tree.runs('serve'), 'built serve');
});

test('a checkout runs its sources once one of them, its packages or the build has changed', async () => {
  for (const file of ['src/entry/cli.ts', 'package.json', ...BUILD]) {
    using tree = await checkout();
    utimesSync(tree.path(file), 1, 1);
    assert.equal(tree.runs(), 'sources', file);
    assert.equal(tree.runs('serve'), 'sources', file);
  }
});

test('a checkout runs its sources when a file was added or removed', async () => {
  using tree = await checkout();
  writeFileSync(tree.path('src/new.ts'), '');
  assert.equal(tree.runs(), 'sources');
  tree.mark();
  assert.equal(tree.runs(), 'built');
  rmSync(tree.path('src/new.ts'));
  assert.equal(tree.runs(), 'sources');
});

test('a change of a test alone leaves the built program in use', async () => {
  using tree = await checkout();
  writeFileSync(tree.path('src/new.test.ts'), '');
  assert.equal(tree.runs(), 'built');
});

test('the verbs of age run what was built as long as what went into them has not changed', async () => {
  using tree = await checkout();
  utimesSync(tree.path('src/entry/cli.ts'), 1, 1);
  assert.equal(tree.runs('encrypt'), 'built encrypt');
  assert.equal(tree.runs('decrypt'), 'built decrypt');
  for (const file of ['src/age/chunk.ts', 'package.json', ...BUILD]) {
    tree.mark();
    assert.equal(tree.runs('encrypt'), 'built encrypt', file);
    utimesSync(tree.path(file), 1, 1);
    assert.equal(tree.runs('encrypt'), 'sources', file);
  }
  writeFileSync(tree.path('dist/built-from-age.txt'), '');
  assert.equal(tree.runs('encrypt'), 'sources', 'an empty mark');
});

test('a checkout that was never built, or half, runs its sources', async () => {
  using tree = await checkout();
  rmSync(tree.path('dist/built-from.txt'));
  assert.equal(tree.runs(), 'sources');
  rmSync(tree.path('dist'), { recursive: true });
  assert.equal(tree.runs(), 'sources');
});

test('a build of other sources is told from one that fits and from none', async () => {
  using tree = await checkout();
  assert.equal(tree.isBuildOld(), false);
  utimesSync(tree.path('src/entry/cli.ts'), 1, 1);
  assert.equal(tree.isBuildOld(), true);
  rmSync(tree.path('dist'), { recursive: true });
  assert.equal(tree.isBuildOld(), false);
});
