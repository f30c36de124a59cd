import assert from 'node:assert/strict';
import { mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode } from '../../../base/errors.ts';
import { silentLog } from '../../../base/log.ts';
import { openSqliteRecordStore } from './sqlite.ts';

async function folderFor(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'records-backup-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const openAt = (path: string) => openSqliteRecordStore({ path, clock: Date.now, log: silentLog });
const code = (expected: string) => (error: unknown) => hasCode(error, expected);

test('a backup made during writes is a whole, consistent records file of its own', async (context) => {
  const folder = await folderFor(context);
  await using records = await openAt(join(folder, 'records.sqlite'));
  const write = (n: number) =>
    records.transact([
      { op: 'put', pk: 'left', sk: `item ${n}`, value: { n, text: 'x'.repeat(500) } },
      { op: 'put', pk: 'right', sk: `item ${n}`, value: { n, text: 'x'.repeat(500) } },
    ]);
  for (let n = 0; n < 300; n += 1) await write(n);
  const copy = join(folder, 'backup.sqlite');
  await writeFile(copy, 'an older backup');
  const stop = new AbortController();
  const writing = (async () => {
    for (let n = 300; !stop.signal.aborted && n < 900; n += 1) await write(n);
  })();
  await records.backup(copy);
  stop.abort();
  await writing;
  assert.equal((await stat(copy)).mode & 0o777, 0o600);
  await using restored = await openAt(copy);
  assert.deepEqual(await restored.check(), []);
  const left = await restored.query('left', { limit: 1000 });
  const right = await restored.query('right', { limit: 1000 });
  assert.ok(left.items.length >= 300);
  assert.equal(left.items.length, right.items.length);
  await assert.rejects(records.backup(join(folder, 'missing', 'backup.sqlite')), code('records_denied'));
});

test('what is damaged is backed up by no copy, and the one of before stays', async (context) => {
  const folder = await folderFor(context);
  const path = join(folder, 'records.sqlite');
  {
    await using records = await openAt(path);
    for (let n = 0; n < 40; n += 1) {
      await records.transact([{ op: 'put', pk: `p${n}`, sk: 's', value: { text: 'x'.repeat(800) } }]);
    }
  }
  const handle = await open(path, 'r+');
  const { size } = await handle.stat();
  await handle.write(Buffer.alloc(4096, 0xa5), 0, 4096, size - 4096);
  await handle.close();
  await using records = await openAt(path);
  const copy = join(folder, 'copy.sqlite');
  await writeFile(copy, 'an older backup');
  await assert.rejects(records.backup(copy), code('records_damaged'));
  assert.equal(await readFile(copy, 'utf8'), 'an older backup');
  assert.ok((await readdir(folder)).every((name) => !name.includes('.tmp')));
});
