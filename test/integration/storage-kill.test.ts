import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { openDataLock, openFolderObjectStore, openSqliteRecordStore, readBody } from '../../src/storage/index.ts';
import { contentOf, objectKey } from '../support/crash/storage-work.ts';

const WRITER = fileURLToPath(new URL('../support/crash/storage-writer.ts', import.meta.url));
const ROUNDS = 4;

/** Runs the writer until it has told of `count` pieces of work, kills it, and returns all that it told of. */
async function writeAndKill(folder: string, first: number, count: number): Promise<number[]> {
  const child = spawn(process.execPath, [WRITER, folder, String(first)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const complaints: string[] = [];
  child.stderr.on('data', (data: Buffer) => complaints.push(data.toString()));
  const done: number[] = [];
  const exited = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) {
    // A line cut off by the kill is not an answer anybody got; numbers are told whole, one write each.
    done.push(Number(line));
    if (done.length === count) child.kill('SIGKILL');
  }
  const [, signal] = (await exited) as [number | null, string | null];
  assert.equal(signal, 'SIGKILL', complaints.join(''));
  return done;
}

test('whatever was told as done before a kill -9 is there afterwards, and nothing is half there', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'kill-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const done = new Set<number>();
  let first = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const n of await writeAndKill(folder, first, randomInt(10, 70))) done.add(n);
    first = Math.max(...done) + 100;

    await using lock = await openDataLock(folder);
    await using store = await openFolderObjectStore({ folder: join(folder, 'objects'), log: silentLog });
    const path = join(folder, 'records.sqlite');
    await using records = await openSqliteRecordStore({ path, clock: systemClock, log: silentLog });
    assert.ok(lock.path.startsWith(folder));
    assert.deepEqual(await records.check(), []);
    const temporary = await readdir(join(folder, 'objects', '.tmp'), { recursive: true, withFileTypes: true });
    assert.deepEqual(
      temporary.filter((entry) => entry.isFile()),
      [],
    );
    for (const n of done) {
      assert.deepEqual((await records.get('left', String(n)))?.value, { size: contentOf(n).length }, `record ${n}`);
      if (n % 7 === 0) assert.equal(await store.head(objectKey(n)), null, `deleted object ${n}`);
      else assert.ok(await store.head(objectKey(n)), `object ${n}`);
    }
    const page = await store.list({});
    for (const { key } of page.objects) {
      const n = Number(key.split('/').at(-1)?.replace('.age', ''));
      assert.ok((await readBody((await store.get(key)).body)).equals(contentOf(n)), `object ${n} is whole`);
    }
    const left = await records.query('left', { limit: 1000 });
    const right = await records.query('right', { limit: 1000 });
    assert.deepEqual(
      left.items.map(({ sk, value }) => [sk, value]),
      right.items.map(({ sk, value }) => [sk, value]),
    );
  }
});
