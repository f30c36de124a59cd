import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { NoticeRecord } from '../../../records/notice-record.ts';
import { randomFlows } from '../../random-flows.ts';
import { newestOfEach, ofAddress } from '../queries/find-notices.ts';
import { fullDisk } from '../test-full-disk.ts';
import { FlowFile } from './flow-file.ts';
import { PAGE_BYTES, SCHEMA } from './schema.ts';

const TS = 1_600_000_000;
const ALL = { from: 0, to: Infinity };

interface Old {
  readonly path: string;
  readonly notices: readonly NoticeRecord[];
  readonly addresses: readonly string[];
}

/** A file as it was written before there were indexes of addresses. */
async function oldFile(context: TestContext): Promise<Old> {
  const folder = await mkdtemp(join(tmpdir(), 'flows-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'flows-2026-01-01-01890000-0000-7000-8000-000000000000.sqlite');
  const random = randomFlows(1);
  const notices = Array.from({ length: 3000 }, (_, index) => ({ ...random.notice(TS, TS + 1e5), key: `of ${index}` }));
  using database = new DatabaseSync(path);
  database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; ${SCHEMA}; BEGIN`);
  const insert = database.prepare('INSERT INTO notices VALUES (?, ?, ?, ?, ?)');
  for (const each of notices) insert.run('local', each.key, each.first, each.last, JSON.stringify(each));
  database.exec('COMMIT');
  return { path, notices, addresses: random.addresses };
}

function indexesIn(file: FlowFile): readonly string[] {
  return file
    .statement("SELECT name FROM sqlite_schema WHERE name IN ('notices_src', 'notices_dst') ORDER BY name")
    .all()
    .map(({ name }) => String(name));
}

/** What is asked of it is what a look at each notice finds. */
function holdsAll(file: FlowFile, { notices, addresses }: Old): void {
  for (const address of [...addresses, '192.0.2.200']) {
    const wanted = notices.filter(({ src, dst }) => src === address || dst === address);
    const found = newestOfEach([file], { ...ALL, address });
    assert.deepEqual(new Set(found.map(({ key }) => key)), new Set(wanted.map(({ key }) => key)), address);
  }
  assert.equal(newestOfEach([file], ALL).length, notices.length);
}

test('a file of an earlier release gets indexes of addresses as it is opened, and questions go by them', async (context) => {
  const old = await oldFile(context);
  using file = new FlowFile(old.path);
  assert.deepEqual(indexesIn(file), ['notices_dst', 'notices_src']);
  holdsAll(file, old);
  const plan = file
    .statement(`EXPLAIN QUERY PLAN ${ofAddress}`)
    .all(0, 1, null, null, '10.0.0.1', 0, 1, null, null, '10.0.0.1')
    .map(({ detail }) => String(detail))
    .join('\n');
  assert.match(plan, /USING INDEX notices_src/);
  assert.match(plan, /USING INDEX notices_dst/);
});

test('where there is no room for the indexes the file is read without them, and gets them when there is', async (context) => {
  const old = await oldFile(context);
  const restore = fullDisk(context, 1);
  {
    using file = new FlowFile(old.path);
    assert.deepEqual(indexesIn(file), []);
    holdsAll(file, old);
  }
  restore();
  using file = new FlowFile(old.path);
  assert.equal(indexesIn(file).length, 2);
  holdsAll(file, old);
});

/** Opens the file, and dies when the indexes are there and nothing says yet that they count. */
const KILLED = `
  import { DatabaseSync } from 'node:sqlite';
  import { FlowFile } from ${JSON.stringify(new URL('flow-file.ts', import.meta.url).href)};
  const { exec } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function (sql) {
    if (!sql.includes('INDEX IF NOT EXISTS notices_src')) return exec.call(this, sql);
    exec.call(this, 'PRAGMA cache_size = 1; BEGIN');
    exec.call(this, sql);
    process.kill(process.pid, 'SIGKILL');
  };
  new FlowFile(process.argv[2]);`;

test('a process that is killed while it makes the indexes leaves a file with all that it had', async (context) => {
  const old = await oldFile(context);
  const script = join(old.path, '../killed.mjs');
  await writeFile(script, KILLED);
  const child = spawn(process.execPath, [script, old.path], { stdio: 'inherit' });
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
  using file = new FlowFile(old.path);
  assert.equal(indexesIn(file).length, 2);
  holdsAll(file, old);
});
