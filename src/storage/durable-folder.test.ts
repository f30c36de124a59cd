import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeDurableFolder } from './durable-folder.ts';

function place() {
  const folder = mkdtempSync(join(tmpdir(), 'durable-'));
  return { path: (name: string) => join(folder, name), [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

test('a folder is made with those above it, for its owner alone, and one that is there stays as it is', async () => {
  using at = place();
  await makeDurableFolder(at.path('a/b/c'));
  for (const name of ['a', 'a/b', 'a/b/c']) assert.equal(statSync(at.path(name)).mode & 0o777, 0o700, name);
  writeFileSync(at.path('a/b/c/kept'), '');
  await makeDurableFolder(at.path('a/b/c'));
  assert.ok(existsSync(at.path('a/b/c/kept')));
  symlinkSync(at.path('a'), at.path('link'));
  await makeDurableFolder(at.path('link/b'));
});

test('many that make the same folders at once all find them made', async () => {
  using at = place();
  await Promise.all(Array.from({ length: 20 }, async () => await makeDurableFolder(at.path('x/y/z'))));
  assert.ok(statSync(at.path('x/y/z')).isDirectory());
});

test('a folder above that somebody else makes in the middle of it is taken as it is', async () => {
  using at = place();
  const making = makeDurableFolder(at.path('a/b'));
  // Long enough for the system to have said that there is no “a”, which nobody here has heard yet.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  mkdirSync(at.path('a'));
  await making;
  assert.ok(statSync(at.path('a/b')).isDirectory());
});

test('where no folder can be made, the system says so at once', async () => {
  using at = place();
  writeFileSync(at.path('file'), '');
  await assert.rejects(makeDurableFolder(at.path('file')), { code: 'EEXIST' });
  await assert.rejects(makeDurableFolder(at.path('file/below')), { code: 'ENOTDIR' });
  symlinkSync(at.path('nowhere'), at.path('dangling'));
  await assert.rejects(makeDurableFolder(at.path('dangling')), { code: 'EEXIST' });
  await assert.rejects(makeDurableFolder(at.path('dangling/below')));
  if (process.platform === 'linux') await assert.rejects(makeDurableFolder('/proc/holdfast'), { code: 'ENOENT' });
});
