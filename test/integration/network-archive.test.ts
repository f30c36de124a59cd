/** A server that archives days of flows, and the verbs that read one back. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'node:test';
import { decryptBytes, parseIdentityFile } from '../../src/age/index.ts';
import { randomFlows } from '../../src/network/store/random-flows.ts';
import { openSqliteFlowStore } from '../../src/network/store/sqlite/sqlite.ts';
import { startServer } from '../support/servers/start-server.ts';

const DAY_MS = 86_400_000;
const LAUNCHER = join(import.meta.dirname, '../../src/entry/cli.ts');

test('a server puts a day that is over into both stores; its key opens it, and it is kept again elsewhere', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'network-archive-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const data = join(folder, 'data');
  await mkdir(data, { mode: 0o700 });
  const from = Math.floor(Date.now() / 1000) - 3 * 86_400;
  const random = randomFlows(1);
  const ofLog = random.logged(from, from + 3600);
  {
    const options = { folder: join(data, 'flows'), mostBytes: 2 ** 30, keptMs: 30 * DAY_MS };
    await using store = await openSqliteFlowStore({
      ...options,
      clock: () => Date.now() - 2 * DAY_MS,
    });
    const batch = random.batch(from, from + 3600, 49, 'local');
    await store.add({ ...batch, conn: [...batch.conn, ofLog] });
  }
  const environment = {
    HOLDFAST_NETWORK_ARCHIVED_MS: String(365 * DAY_MS),
    HOLDFAST_NETWORK_SWEEP_MS: '1000',
  };
  const archives = ['objects', 'backup'].map((store) => join(data, store, 'flows'));
  {
    await using _server = await startServer({ data, environment });
    while (!archives.every((place) => existsSync(place) && filesBelow(place).length > 0)) await pause(50);
  }
  const verb = (...words: readonly string[]) => run(folder, words);
  const key = await verb('network', 'archive-key', '--data', data);
  assert.equal(key.exitCode, 0, key.stderr);
  const identities = parseIdentityFile(key.stdout);
  const [one = '', two = ''] = archives.map((place) => filesBelow(place)[0]!);
  assert.match(one, /\/\d{4}-\d{2}-\d{2}\/[0-9a-f-]{36}\.jsonl\.gz\.age$/);
  await writeFile(join(folder, 'day'), decryptBytes(readFileSync(one), identities));
  await writeFile(join(folder, 'other'), decryptBytes(readFileSync(two), identities));
  const state = ['--state', join(folder, 'state')];
  const kept = await verb('network', 'read', '--archive', 'day', '--keep', ...state, '--json');
  const { flows, known } = JSON.parse(kept.stdout) as { flows: number; known: number };
  assert.deepEqual([flows, known], [50, 0]);
  const again = await verb('network', 'read', '--archive', 'other', '--keep', ...state, '--json');
  assert.equal((JSON.parse(again.stdout) as { known: number }).known, 50);
  const found = await verb('network', 'flows', '--since', '10d', '--limit', '1000', ...state, '--json');
  const all = (JSON.parse(found.stdout) as { flows: readonly { uid: string }[] }).flows;
  assert.equal(all.length, 50);
  assert.deepEqual(
    all.find(({ uid }) => uid === ofLog.uid),
    { ...ofLog, sensor: 'local' },
    'out of a flow log, with nothing that it did not say',
  );
  const closed = await verb('network', 'read', '--archive', one);
  assert.notEqual(closed.exitCode, 0);
  assert.match(closed.stderr, /age -d/);
});

test('records that are longer than a line of any log are read back', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'network-archive-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { conn, logs } = randomFlows(1).batch(1_600_000_000, 1_600_003_600, 40, 'web-1');
  const answers = Array.from({ length: 256 }, (_, at) => `${at} `.padEnd(4096, 'ü'));
  const dns = { ...logs.find(({ log }) => log === 'dns'), answers };
  const lines = [
    ...conn.map((record) => ({ _path: 'conn', sensor: 'web-1', ...record })),
    { _path: 'dns', sensor: 'web-1', ...dns },
    ...conn.slice(0, 1).map((record) => ({ _path: 'conn', sensor: 'web-1', ...record, uid: 'CbehindTheLongOne1' })),
  ];
  await writeFile(join(folder, 'day'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const state = ['--state', join(folder, 'state')];
  const read = await run(folder, ['network', 'read', '--archive', 'day', '--keep', ...state, '--json']);
  assert.equal(read.exitCode, 0, read.stderr);
  const { flows, records } = JSON.parse(read.stdout) as { flows: number; records: number };
  assert.deepEqual([flows, records], [41, 1]);
});

function filesBelow(place: string): string[] {
  const entries = readdirSync(place, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.age'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function run(
  cwd: string,
  words: readonly string[],
): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: cwd };
  return new Promise((resolve) => {
    execFile(process.execPath, [LAUNCHER, ...words], { cwd, env }, (error, stdout, stderr) =>
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}
