import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, beforeEach, test, type TestContext } from 'node:test';
import { hasCode } from '../../base/errors.ts';
import { readProcesses } from '../probes/process-table.ts';
import type { Wanted } from '../running/answers.ts';
import { openHostFiles } from '../state/host-files.ts';
import { applyFix, planFix, type FixDeps } from './apply.ts';
import { describeStep } from './describe.ts';
import { confirmFix, loadReceipt, type Receipt } from './receipt.ts';
import { undoFix } from './undo.ts';

const folder = mkdtempSync(join(tmpdir(), 'fixing-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let root = '';
let round = 0;
beforeEach(() => {
  round += 1;
  root = join(folder, String(round));
  mkdirSync(root);
});

const write = (path: string, text: string, mode = 0o644): string => {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  chmodSync(full, mode);
  return full;
};
const content = (text: string): string => write(`content-${readdirSync(root).length}`, text);
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

function fixing(...wanted: readonly (readonly string[])[]) {
  const place = { root, init: 'none' } as const;
  const files = openHostFiles(join(folder, 'state'));
  const deps: FixDeps = {
    ...{ place, files, clock: () => 0, hostId: 'h', kill: false },
    want: () => Promise.resolve(wanted.map(([operation = '', ...words]): Wanted => ({ operation, words }))),
  };
  const request = { check: 'OWN-01', resources: ['r'], isGuarded: false };
  return {
    ...{ place, files, deps },
    lines: async () => (await planFix('OWN-01', 'r', deps)).flatMap(describeStep),
    apply: (isGuarded = false) => applyFix({ ...request, isGuarded }, deps),
    undo: (receipt: Receipt) => undoFix(receipt, place, files),
  };
}

test('a file is replaced with its mode and owner kept, shown as a diff first, and comes back byte for byte', async () => {
  const path = write('etc/x.conf', 'one\ntwo\nthree\n', 0o640);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(path, 4711, 4712);
  const before = statSync(path);
  const fix = fixing(['set_file', path, content('one\n2\nthree\n')]);
  assert.deepEqual(await fix.lines(), [
    '--- /etc/x.conf',
    '+++ /etc/x.conf',
    '@@ -1,3 +1,3 @@',
    ' one',
    '-two',
    '+2',
    ' three',
  ]);
  assert.equal(text('etc/x.conf'), 'one\ntwo\nthree\n', 'a dry run changes nothing');
  const receipt = await fix.apply();
  assert.equal(text('etc/x.conf'), 'one\n2\nthree\n');
  assert.deepEqual(
    [statSync(path).mode, statSync(path).uid, statSync(path).gid],
    [before.mode, before.uid, before.gid],
  );
  await fix.undo(receipt);
  assert.equal(text('etc/x.conf'), 'one\ntwo\nthree\n');
  assert.deepEqual(
    [statSync(path).mode, statSync(path).uid, statSync(path).mtimeMs],
    [before.mode, before.uid, before.mtimeMs],
  );
  assert.deepEqual(readdirSync(join(root, 'etc')), ['x.conf'], 'nothing is left beside it');
});

test('a link is written through, and stays a link', async () => {
  write('etc/real.conf', 'a\n');
  symlinkSync('real.conf', join(root, 'etc/link.conf'));
  const fix = fixing(['set_file', '/etc/link.conf', content('b\n')]);
  const receipt = await fix.apply();
  assert.equal(text('etc/real.conf'), 'b\n');
  assert.ok(existsSync(join(root, 'etc/link.conf')));
  await fix.undo(receipt);
  assert.equal(text('etc/real.conf'), 'a\n');
});

test('undo refuses before any effect when one of the things has changed since', async () => {
  write('etc/a', 'a\n');
  write('etc/b', 'b\n');
  const fix = fixing(['set_file', '/etc/a', content('A\n')], ['set_file', '/etc/b', content('B\n')]);
  const receipt = await fix.apply();
  write('etc/a', 'by somebody else\n');
  await assert.rejects(
    fix.undo(receipt),
    (error) => hasCode(error, 'host_undo_changed') && /\/etc\/a/.test((error as Error).message),
  );
  assert.deepEqual([text('etc/a'), text('etc/b')], ['by somebody else\n', 'B\n']);
});

test('what fails its check is put back, all of it', async () => {
  write('etc/a', 'a\n', 0o644);
  const fix = fixing(
    ['set_mode', '/etc/a', '0600'],
    ['set_file', '/etc/a', content('A\n')],
    ['set_file', '/etc/new', content('new\n')],
    ['validate', '/usr/bin/false'],
  );
  await assert.rejects(fix.apply(), (error) => hasCode(error, 'host_fix_failed'));
  assert.deepEqual([text('etc/a'), existsSync(join(root, 'etc/new'))], ['a\n', false]);
  assert.equal(statSync(join(root, 'etc/a')).mode & 0o777, 0o644);
});

test('a service is told once its files are back, and not at all where it had been told nothing', async () => {
  write('etc/a', 'a\n');
  const tell = ['reload', '/usr/bin/cp', join(root, 'etc/a'), join(root, 'heard')];
  const fix = fixing(['set_file', '/etc/a', content('A\n')], tell);
  const receipt = await fix.apply();
  assert.equal(text('heard'), 'A\n');
  await fix.undo(receipt);
  assert.equal(text('heard'), 'a\n');

  rmSync(join(root, 'heard'));
  const refused = fixing(['set_file', '/etc/a', content('A\n')], ['validate', '/usr/bin/false'], tell);
  await assert.rejects(refused.apply(), (error) => hasCode(error, 'host_fix_failed'));
  assert.deepEqual([text('etc/a'), existsSync(join(root, 'heard'))], ['a\n', false]);
  // It takes the new file for wrong and does not start again, and does with the old one.
  const restart = `cp ${join(root, 'etc/a')} ${join(root, 'heard')}; grep -q a ${join(root, 'heard')}`;
  const broken = fixing(['set_file', '/etc/a', content('A\n')], ['reload', '/usr/bin/sh', '-c', restart]);
  await assert.rejects(broken.apply(), (error) => hasCode(error, 'host_fix_failed'));
  assert.equal(text('heard'), 'a\n');
});

test('a service that does not come back is told, and comes back when it is asked again', async () => {
  write('etc/a', 'a\n');
  const fix = fixing(['set_file', '/etc/a', content('A\n')], ['reload', '/usr/bin/test', '-e', join(root, 'up')]);
  write('up', '');
  const receipt = await fix.apply();
  rmSync(join(root, 'up'));
  await assert.rejects(fix.undo(receipt), (error) => hasCode(error, 'host_fix_stuck'));
  assert.equal(text('etc/a'), 'a\n');
  write('up', '');
  assert.equal((await fix.undo(receipt)).state, 'undone');
});

test('modes and owners of the same file follow each other, and go back together', async () => {
  const path = write('etc/a', 'a\n', 0o666);
  write('etc/passwd', 'ada:x:4711:4711::/:/bin/sh\n');
  write('etc/group', 'ada:x:4711:\n');
  const isRoot = process.getuid?.() === 0;
  const owner = isRoot ? 'ada:ada' : `${process.getuid?.()}:${process.getgid?.()}`;
  const fix = fixing(['set_owner', path, owner], ['set_mode', path, '600']);
  const before = statSync(path);
  const receipt = await fix.apply();
  const made = statSync(path);
  assert.equal(made.mode & 0o777, 0o600);
  if (isRoot) assert.equal(made.uid, 4711);
  await fix.undo(receipt);
  assert.deepEqual([statSync(path).mode, statSync(path).uid], [before.mode, before.uid]);
});

test('a file that is put aside is out of the way, and comes back with its bits', async () => {
  const path = write('tmp/bad', 'bad', 0o4755);
  const fix = fixing(['quarantine', path]);
  const receipt = await fix.apply();
  assert.equal(existsSync(path), false);
  await fix.undo(receipt);
  assert.equal(text('tmp/bad'), 'bad');
  assert.equal(statSync(path).mode & 0o7777, 0o4755);
});

test('a mode is never set through a link that somebody put there', async () => {
  write('etc/target', 'x', 0o644);
  symlinkSync('target', join(root, 'etc/link'));
  await assert.rejects(fixing(['set_mode', '/etc/link', '0777']).apply(), (error) =>
    hasCode(error, 'host_fix_impossible'),
  );
  assert.equal(statSync(join(root, 'etc/target')).mode & 0o777, 0o644);
});

test('a setting of the kernel holds now and after the next start, whatever another file says, and goes back whole', async () => {
  write('proc/sys/kernel/randomize_va_space', '0\n');
  write('etc/sysctl.conf', '# mine\nkernel.randomize_va_space = 0\nnet.x = 1\n');
  const fix = fixing(['set_sysctl', 'kernel.randomize_va_space', '2']);
  const receipt = await fix.apply();
  assert.equal(text('proc/sys/kernel/randomize_va_space'), '2\n');
  assert.match(
    text('etc/sysctl.d/99-zz-holdfast-own-01-kernel.randomize_va_space.conf'),
    /^kernel\.randomize_va_space = 2$/m,
  );
  assert.equal(text('etc/sysctl.conf'), '# mine\nkernel.randomize_va_space = 2\nnet.x = 1\n');
  await fix.undo(receipt);
  assert.equal(text('proc/sys/kernel/randomize_va_space'), '0\n');
  assert.deepEqual(readdirSync(join(root, 'etc/sysctl.d')), []);
  assert.equal(text('etc/sysctl.conf'), '# mine\nkernel.randomize_va_space = 0\nnet.x = 1\n');
});

test('a setting of the kernel that cannot be read any more is not taken for one that went back', async () => {
  const path = write('proc/sys/net/ipv4/conf/eth0/x', '1\n');
  const fix = fixing(['set_sysctl', 'net/ipv4/conf/eth0/x', '0', 'now']);
  const receipt = await fix.apply();
  rmSync(path);
  mkdirSync(path);
  await assert.rejects(fix.undo(receipt), (error) => hasCode(error, 'host_undo_changed'));
  rmSync(path, { recursive: true });
  assert.equal((await fix.undo(receipt)).state, 'undone', 'it is gone with its interface');
});

test('an account is locked without its hash in the receipt or the diff, and unlocked as it was', async () => {
  write('etc/shadow', 'root:*:1:::::\nada:$6$salt$hash:1:0:::::\neve::1::::\n', 0o640);
  const before = text('etc/shadow');
  for (const [name, locked] of [
    ['ada', 'ada:!$6$salt$hash:1'],
    ['eve', 'eve:!:1'],
  ] as const) {
    const fix = fixing(['set_account', name, 'lock']);
    assert.deepEqual(await fix.lines(), [`lock the password of ${name}`]);
    const receipt = await fix.apply();
    assert.ok(text('etc/shadow').includes(locked));
    assert.doesNotMatch(JSON.stringify(receipt), /\$6\$|salt\$/);
    await fix.undo(receipt);
    assert.equal(text('etc/shadow'), before);
  }
});

/** Started with the test and ended with it, with what `/proc` says of it. */
async function sleeper(t: TestContext) {
  const child = spawn('/bin/sleep', ['600'], { stdio: 'ignore' });
  t.after(() => child.kill('SIGKILL'));
  await once(child, 'spawn');
  const seen = async () => (await readProcesses('/proc')).processes.find(({ pid }) => pid === child.pid);
  const startS = (await seen())?.startS ?? 0;
  return {
    child,
    startS,
    stop: ['signal_process', String(child.pid), String(startS), 'STOP'],
    /** A process that runs on another processor stops a moment after its signal. */
    async stops(isStopped: boolean): Promise<void> {
      while (((await seen())?.state === 'T') !== isStopped) await new Promise(setImmediate);
    },
  } as const;
}

test('a process is stopped, goes on when that is taken back, and no other that has its number is touched', async (t) => {
  const { child, startS, stop, stops } = await sleeper(t);
  symlinkSync('/proc', join(root, 'proc'));
  const fix = fixing(stop);
  const receipt = await fix.apply();
  await stops(true);
  await fix.undo(receipt);
  await stops(false);
  const other = fixing(['signal_process', String(child.pid), String(startS - 100), 'STOP']);
  assert.deepEqual(await other.lines(), []);
  assert.equal((await other.undo(await other.apply())).state, 'undone');
  await stops(false);
});

test('a process that ends before it is stopped, or since, keeps no other from being stopped and from going on', async (t) => {
  const [early, late, other] = [await sleeper(t), await sleeper(t), await sleeper(t)];
  const end = async ({ child }: typeof early): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  symlinkSync('/proc', join(root, 'proc'));
  const fix = fixing(early.stop, late.stop, other.stop);
  await end(early);
  const receipt = await fix.apply();
  await other.stops(true);
  await end(late);
  assert.equal((await fix.undo(receipt)).state, 'undone');
  await other.stops(false);
  // Between the look and the signal as well; a signal that is refused is told.
  const again = fixing(other.stop);
  const kill = t.mock.method(process, 'kill', () => assert.fail(Object.assign(new Error('kill'), { code: 'ESRCH' })));
  assert.equal((await again.undo(await again.apply())).state, 'undone');
  assert.equal(kill.mock.callCount(), 1);
  kill.mock.mockImplementation(() => assert.fail(Object.assign(new Error('kill'), { code: 'EPERM' })));
  await assert.rejects(again.apply());
});

test('a guarded fix waits to be confirmed, and cannot be once it went back', async () => {
  write('etc/a', 'a\n');
  const fix = fixing(['set_file', '/etc/a', content('A\n')]);
  const kept = await fix.apply(true);
  assert.equal(kept.state, 'waiting');
  assert.equal((await confirmFix(fix.files, kept.receiptId)).state, 'done');
  await fix.undo(kept);
  const gone = await fix.apply(true);
  await fix.undo(gone);
  await assert.rejects(confirmFix(fix.files, gone.receiptId), (error) => hasCode(error, 'host_confirm_late'));
  await fix.undo(await loadReceipt(fix.files, gone.receiptId));
  assert.equal(text('etc/a'), 'a\n');
});

test('a confirmation that comes while it goes back is told that it is late, and one that came first holds', async () => {
  write('etc/a', 'a\n');
  const fix = fixing(['set_file', '/etc/a', content('A\n')]);
  const late = await fix.apply(true);
  assert.equal(await fix.files.decide(late.receiptId, 'take_back'), 'take_back');
  await assert.rejects(confirmFix(fix.files, late.receiptId), (error) => hasCode(error, 'host_confirm_late'));
  assert.equal((await loadReceipt(fix.files, late.receiptId)).state, 'waiting');
  await fix.files.reopen(late.receiptId);
  assert.equal((await confirmFix(fix.files, late.receiptId)).state, 'done');
  await fix.undo(late);
  const kept = await fix.apply(true);
  await confirmFix(fix.files, kept.receiptId);
  assert.equal(await fix.files.decide(kept.receiptId, 'take_back'), 'keep');
});

test('a fix that was cut off in its midst is taken back by its receipt', async () => {
  write('etc/a', 'a\n');
  write('etc/b', 'b\n');
  const fix = fixing(['set_file', '/etc/a', content('A\n')], ['set_file', '/etc/b', content('B\n')]);
  const whole = await fix.apply();
  // As the crash left it: the first was made, the second was not.
  write('etc/b', 'b\n');
  await fix.undo({ ...whole, state: 'begun' });
  assert.deepEqual([text('etc/a'), text('etc/b')], ['a\n', 'b\n']);
});

test('a statement that was never run is not undone where a step before it failed', async () => {
  write('etc/a', 'a\n');
  // A client that tells what stands in a file, and would write another there.
  write(
    'client',
    `#!/bin/sh\nread line\ncase $line in LOOK) cat '${join(root, 'lock')}' ;; *) echo "$line" >'${join(root, 'lock')}' ;; esac\n`,
  );
  chmodSync(join(root, 'client'), 0o755);
  write('lock', 'open\n');
  const sql = ['run_sql', join(root, 'client'), '/socket', '--no-defaults', 'LOCK', 'UNLOCK', 'LOOK'] as const;
  const fix = fixing(['set_file', '/etc/a', content('A\n')], ['validate', 'false'], sql);
  await assert.rejects(
    fix.apply(),
    (error) => hasCode(error, 'host_fix_failed') && /false/.test((error as Error).message),
  );
  assert.deepEqual([text('etc/a'), text('lock')], ['a\n', 'open\n']);
});

test('a diff shows what changes with some lines around it, and nothing of files that hold secrets', async () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  const changed = lines.with(10, 'other');
  write('etc/long', `${lines.join('\n')}\n`);
  assert.deepEqual(await fixing(['set_file', '/etc/long', content(`${changed.join('\n')}\n`)]).lines(), [
    '--- /etc/long',
    '+++ /etc/long',
    '@@ -8,7 +8,7 @@',
    ...[' line 7', ' line 8', ' line 9', '-line 10', '+other', ' line 11', ' line 12', ' line 13'],
  ]);
  assert.deepEqual(await fixing(['set_file', '/etc/new', content('a\n')]).lines(), [
    '--- /dev/null',
    '+++ /etc/new',
    '@@ -0,0 +1,1 @@',
    '+a',
  ]);
  write('root/.my.cnf', 'password=one\n');
  assert.doesNotMatch(
    (await fixing(['set_file', '/root/.my.cnf', content('password=two\n')]).lines()).join(),
    /password=/,
  );
});

test('a file that went away meanwhile is told, and no fault', async () => {
  write('etc/a', 'a\n', 0o666);
  const fix = fixing(['set_mode', '/etc/a', '0600'], ['set_mode', '/etc/gone', '0600']);
  await assert.rejects(
    fix.apply(),
    (error) => hasCode(error, 'host_fix_impossible') && /gone/.test((error as Error).message),
  );
  assert.equal(statSync(join(root, 'etc/a')).mode & 0o777, 0o666);
});
