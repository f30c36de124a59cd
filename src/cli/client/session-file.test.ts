import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { openSessionFile } from './session-file.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'holdfast-session-'))));
afterEach(async () => await rm(folder, { recursive: true }));

const one = { url: 'https://one', token: 'hfs_1', email: 'a@example.org' };
const two = { url: 'http://localhost:8080', token: 'hfs_2', email: 'b@example.org' };

test('the last session saved is the current one, and every server keeps its own', async () => {
  const file = openSessionFile(join(folder, 'deep', 'er'));
  assert.equal(await file.current(), undefined);
  await file.save(one);
  await file.save(two);
  assert.deepEqual(await file.current(), two);
  assert.deepEqual(await file.find(one.url), one);
  await file.remove(two.url);
  assert.deepEqual(await file.current(), one);
  await file.remove(one.url);
  assert.equal(await file.current(), undefined);
});

test('the file is for its owner alone, also when somebody opened it up, and nothing lies beside it', async () => {
  const file = openSessionFile(folder);
  await file.save(one);
  await chmod(join(folder, 'session.json'), 0o644);
  await file.current();
  assert.equal((await stat(join(folder, 'session.json'))).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(folder), ['session.json']);
});

test('a damaged file is refused and not overwritten', async () => {
  const path = join(folder, 'session.json');
  for (const content of ['', '{', '[]', 'null', '{"version":2}', '{"version":1,"servers":{"x":{"token":5}}}']) {
    await writeFile(path, content);
    const file = openSessionFile(folder);
    await assert.rejects(file.current(), { code: 'session_file_invalid' });
    await assert.rejects(file.save(one), { code: 'session_file_invalid' });
    assert.equal(await readFile(path, 'utf8'), content);
  }
});

test('what a device was given to keep outlives its session', async () => {
  const file = openSessionFile(folder);
  const { url } = one;
  assert.equal(await file.deviceToken(url), undefined);
  await file.save({ ...one, deviceToken: 'hfd_1' });
  await file.remove(url);
  assert.deepEqual([await file.find(url), await file.deviceToken(url)], [undefined, 'hfd_1']);
  await file.save(one);
  assert.equal(await openSessionFile(folder).deviceToken(url), 'hfd_1');
});
