import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { hasCode } from '../../../base/errors.ts';
import type { Wanted } from '../../running/answers.ts';
import { openHostFiles } from '../../state/host-files.ts';
import { needTrustedState } from '../../trusted.ts';
import { applyFix, type FixDeps } from '../apply.ts';
import { undoFix } from '../undo.ts';

const skip = process.getuid?.() !== 0 && 'needs root for the files of somebody else';
const ADA = 4711;
const folder = mkdtempSync(join(tmpdir(), 'reach-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let root = '';
let round = 0;
beforeEach(() => {
  round += 1;
  root = join(folder, String(round));
  for (const path of ['', 'etc', 'home', 'home/ada', 'home/ada/d', 'state']) mkdirSync(join(root, path));
  for (const path of ['home/ada', 'home/ada/d']) chownSync(join(root, path), ADA, ADA);
  write('etc/x', 'of root\n', 0, 0o640);
  write('home/ada/d/x', 'of ada\n', ADA, 0o4777);
  write('wanted', 'wanted\n', 0);
});

function write(path: string, text: string, owner: number, mode = 0o644): void {
  writeFileSync(join(root, path), text);
  chownSync(join(root, path), owner, owner);
  chmodSync(join(root, path), mode);
}

/** Ada puts a link in the place of her folder. */
function swap(): void {
  renameSync(join(root, 'home/ada/d'), join(root, 'home/ada/away'));
  symlinkSync('../../etc', join(root, 'home/ada/d'));
}

const wantedOf = (operation: string, path: string): Wanted => ({
  operation,
  words: [
    path,
    ...({ set_mode: ['4775'], set_owner: ['4711:4711'], set_file: [join(root, 'wanted')] }[operation] ?? []),
  ],
});

function fixing(operation: string, path: string, onBegin?: () => void) {
  const place = { root, init: 'none' } as const;
  const files = openHostFiles(join(root, 'state'));
  const deps: FixDeps = {
    ...{ place, files, clock: () => 0, hostId: 'h', kill: false },
    want: () => Promise.resolve([wantedOf(operation, path)]),
    onBegin: () => Promise.resolve(onBegin?.()),
  };
  return {
    apply: () => applyFix({ check: 'OWN-01', resources: ['r'], isGuarded: false }, deps),
    undo: (receipt: Awaited<ReturnType<typeof applyFix>>) => undoFix(receipt, place, files),
  };
}

function assertUntouched(why: string): void {
  const { mode, uid } = statSync(join(root, 'etc/x'));
  assert.deepEqual([mode & 0o7777, uid, readFileSync(join(root, 'etc/x'), 'utf8')], [0o640, 0, 'of root\n'], why);
  assert.deepEqual(readdirSync(join(root, 'etc')), ['x'], why);
}

const OPERATIONS = ['set_mode', 'set_owner', 'set_file', 'quarantine'];

test(
  'nothing is changed through a link in a folder of somebody else, whether it was there or comes in between',
  { skip },
  async () => {
    for (const operation of OPERATIONS) {
      await assert.rejects(fixing(operation, '/home/ada/d/x', swap).apply(), operation);
      assertUntouched(`${operation}, in between`);
      await assert.rejects(
        fixing(operation, '/home/ada/d/x').apply(),
        (error) => hasCode(error, 'host_fix_impossible'),
        operation,
      );
      assertUntouched(`${operation}, before`);
      rmSync(join(root, 'home/ada/d'));
      renameSync(join(root, 'home/ada/away'), join(root, 'home/ada/d'));
    }
    symlinkSync('../../etc/x', join(root, 'home/ada/link'));
    for (const operation of ['set_mode', 'set_file', 'quarantine']) {
      await assert.rejects(fixing(operation, '/home/ada/link').apply(), operation);
      assertUntouched(operation);
    }
  },
);

test(
  'a file that somebody else gave a second name is left alone, and one that came in its place',
  { skip },
  async () => {
    linkSync(join(root, 'etc/x'), join(root, 'home/ada/hard'));
    for (const operation of ['set_owner', 'set_file']) {
      await assert.rejects(fixing(operation, '/home/ada/hard').apply(), operation);
      assertUntouched(operation);
    }
    rmSync(join(root, 'home/ada/hard'));
    write('home/ada/of-root', 'x', 0, 0o755);
    const swapped = fixing('set_mode', '/home/ada/d/x', () =>
      renameSync(join(root, 'home/ada/of-root'), join(root, 'home/ada/d/x')),
    );
    await assert.rejects(swapped.apply());
    assert.equal(statSync(join(root, 'home/ada/d/x')).mode & 0o7777, 0o755);
    await assert.rejects(fixing('set_mode', '/home/ada/d/x').apply(), (error) => hasCode(error, 'host_fix_impossible'));
  },
);

test('undo brings nothing back through a link that came meanwhile', { skip }, async () => {
  const fix = fixing('quarantine', '/home/ada/d/y');
  write('home/ada/d/y', 'bad', ADA, 0o755);
  const receipt = await fix.apply();
  swap();
  await assert.rejects(fix.undo(receipt), (error) => hasCode(error, 'host_fix_impossible'));
  assertUntouched('undo');
});

test('what somebody else has in his own folder is changed, keeps its owner, and comes back', { skip }, async () => {
  for (const operation of ['set_mode', 'set_file', 'quarantine']) {
    const fix = fixing(operation, '/home/ada/d/x');
    const receipt = await fix.apply();
    assert.equal(existsSync(join(root, 'home/ada/d/x')), operation !== 'quarantine');
    await fix.undo(receipt);
    const { mode, uid } = statSync(join(root, 'home/ada/d/x'));
    assert.deepEqual(
      [mode & 0o7777, uid, readFileSync(join(root, 'home/ada/d/x'), 'utf8')],
      [0o4777, ADA, 'of ada\n'],
      operation,
    );
    assert.deepEqual(readdirSync(join(root, 'home/ada/d')), ['x'], operation);
  }
});

test('receipts that somebody else could write are no ground for root to act on', { skip }, () => {
  needTrustedState(join(root, 'state'));
  mkdirSync(join(root, 'home/ada/state'), { mode: 0o700 });
  assert.throws(
    () => needTrustedState(join(root, 'home/ada/state')),
    (error) => hasCode(error, 'host_state_untrusted') && /ada belongs to user 4711/.test((error as Error).message),
  );
});

const SHARED = '/dev/shm';
const isApart = existsSync(SHARED) && statSync(SHARED).dev !== statSync(tmpdir()).dev;

test(
  'what is put aside on another file system comes back with its owner and bits',
  { skip: skip || (!isApart && 'needs two file systems') },
  async (t) => {
    const state = mkdtempSync(join(SHARED, 'reach-'));
    t.after(() => rmSync(state, { recursive: true, force: true }));
    rmSync(join(root, 'state'), { recursive: true });
    symlinkSync(state, join(root, 'state'));
    for (const path of ['/home/ada/d/x', '/home/ada/d']) {
      const fix = fixing('quarantine', path);
      const receipt = await fix.apply();
      assert.equal(existsSync(join(root, path)), false);
      await fix.undo(receipt);
      const { mode, uid } = statSync(join(root, 'home/ada/d/x'));
      assert.deepEqual([mode & 0o7777, uid, statSync(join(root, 'home/ada/d')).uid], [0o4777, ADA, ADA]);
      assert.deepEqual(readdirSync(join(root, 'home/ada')), ['d']);
    }
  },
);
