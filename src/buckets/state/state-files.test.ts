import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { openStateFiles } from './state-files.ts';

test('keepReceipt() leaves one file that only its user can read, and receipt() gives it back', async (context) => {
  const root = await mkdtemp(join(tmpdir(), 'holdfast-state-'));
  context.after(() => rm(root, { recursive: true, force: true }));
  const files = openStateFiles(join(root, 'not', 'there', 'yet'));
  const path = await files.keepReceipt('one', { state: 'begun' });
  assert.equal(await files.keepReceipt('one', { state: 'done' }), path);
  assert.deepEqual(await readdir(dirname(path)), ['one.json']);
  if (process.platform !== 'win32') {
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.equal((await stat(dirname(path))).mode & 0o777, 0o700);
  }
  assert.deepEqual(await files.receipt('one'), { state: 'done' });
  assert.equal(await files.receipt('../one'), null);
});
