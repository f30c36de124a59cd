import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode } from '../../base/errors.ts';
import { openSnapshots } from './snapshots.ts';

function folderOf(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-snapshots-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'not/there/yet');
}

test('what is kept is found by its id and by the beginning of it, for its user alone', async (context) => {
  const folder = folderOf(context);
  const snapshots = openSnapshots<{ text: string }>(folder, { count: 10, bytes: 1_000_000 });
  assert.equal(await snapshots.last(), null);
  const id = await snapshots.keep({ text: 'one' });
  assert.deepEqual(await snapshots.find(id.slice(0, 20)), { text: 'one', id });
  assert.equal(statSync(join(folder, `${id}.json`)).mode & 0o777, 0o600);
  const second = await snapshots.keep({ text: 'two' });
  assert.deepEqual(await snapshots.last(), { text: 'two', id: second });
  for (const word of ['', '0', 'ffff', '../x']) {
    await assert.rejects(snapshots.find(word), (error) => hasCode(error, 'host_snapshot_not_found'), word);
  }
});

test('the oldest goes when there are too many or they are too large, the newest never', async (context) => {
  const folder = folderOf(context);
  const few = openSnapshots<{ text: string }>(folder, { count: 2, bytes: 1_000_000 });
  const ids = [await few.keep({ text: 'one' }), await few.keep({ text: 'two' }), await few.keep({ text: 'three' })];
  assert.deepEqual(await few.ids(), ids.slice(1));
  const small = openSnapshots<{ text: string }>(folder, { count: 10, bytes: 100 });
  const large = await small.keep({ text: 'x'.repeat(5000) });
  assert.deepEqual(await small.ids(), [large]);
});

test('a damaged file and one of another name are passed over', async (context) => {
  const folder = folderOf(context);
  const snapshots = openSnapshots<{ text: string }>(folder, { count: 10, bytes: 1_000_000 });
  const id = await snapshots.keep({ text: 'one' });
  const damaged = await snapshots.keep({ text: 'two' });
  writeFileSync(join(folder, `${damaged}.json`), '{"text": "tw');
  writeFileSync(join(folder, 'notes.json'), '{}');
  assert.equal((await snapshots.last())?.id, id);
  assert.equal(readdirSync(folder).length, 3);
});
