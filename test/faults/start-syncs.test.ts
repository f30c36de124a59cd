import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Call } from '../support/trace/calls.ts';
import { straceOrSkip, traceCommand } from '../support/trace/strace.ts';

const START = join(import.meta.dirname, '../support/trace/fresh-start.ts');

/** On a slow disk each is 5 ms and more. Whoever adds one says here why a start has to wait for it. */
const MOST = {
  // Folders of the data and of both stores, their markers, the key, the set-up code, and eight commits of records.
  fresh: 32,
  // The probe that tells two stores from one, and commits.
  existing: 9,
};

const isSync = ({ name }: Call): boolean => name === 'fsync' || name === 'fdatasync';

test('a start waits for the disk only so often before it serves', async (t) => {
  if (!straceOrSkip(t)) return;
  const folder = await mkdtemp(join(tmpdir(), 'start-syncs-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const calls = await traceCommand([process.execPath, START, join(folder, 'data')], join(folder, 'trace'), {});
  const serving = (which: string): number =>
    calls.findIndex(({ name, args }) => name === 'write' && args.includes(`serving ${which}`));
  assert.ok(serving('fresh') > 0 && serving('existing') > 0);
  // Between the two the first one ends: its last commits, its checkpoint, its backup.
  const again = calls.findLastIndex(
    ({ name, args }, at) => at < serving('existing') && name === 'openat' && args.includes('lock.sqlite"'),
  );
  const fresh = calls.slice(0, serving('fresh')).filter(isSync).length;
  const existing = calls.slice(again, serving('existing')).filter(isSync).length;
  assert.ok(fresh <= MOST.fresh, `a fresh data folder: ${fresh} syncs, at most ${MOST.fresh}`);
  assert.ok(existing <= MOST.existing, `an existing data folder: ${existing} syncs, at most ${MOST.existing}`);
  t.diagnostic(`syncs before it serves: fresh ${fresh}, existing ${existing}`);
});
