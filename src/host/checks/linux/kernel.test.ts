import assert from 'node:assert/strict';
import { readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { scratchHost, type ScratchHost } from '../../../../test/support/hosts/scratch-host.ts';
import type { Ran } from '../../index.ts';

const ASLR = 'sysctl:kernel.randomize_va_space';

test('KRN-07: random addresses now and after the next start are well', async () => {
  using host = scratchHost();
  host.file('proc/sys/kernel/randomize_va_space', '2\n');
  host.file('etc/sysctl.d/10-own.conf', '# kernel.randomize_va_space = 0\nkernel.randomize_va_space=2\n');
  const { verdicts } = await host.detect('KRN-07');
  assert.deepEqual(verdicts, [{ verdict: 'pass', resource: ASLR, evidence: 'kernel.randomize_va_space is 2' }]);
});

test('KRN-07: addresses that are not random are found, and the fix asks for 2 now and later', async () => {
  using host = scratchHost();
  host.file('proc/sys/kernel/randomize_va_space', '1\n');
  const { verdicts } = await host.detect('KRN-07');
  assert.deepEqual(verdicts, [
    { verdict: 'fail', severity: null, resource: ASLR, evidence: 'kernel.randomize_va_space is 1', remedy: null },
  ]);
  const { wanted } = await host.fix('KRN-07', ASLR);
  assert.deepEqual(wanted, [{ operation: 'set_sysctl', words: ['kernel.randomize_va_space', '2'] }]);
});

test('KRN-07: what a saved file does at the next start is found before it happens, by the file that wins', async () => {
  using host = scratchHost();
  host.file('proc/sys/kernel/randomize_va_space', '2\n');
  host.file('usr/lib/sysctl.d/20-a.conf', 'kernel.randomize_va_space = 2\n');
  host.file('etc/sysctl.d/30-b.conf', '-kernel/randomize_va_space = 0\n');
  const { verdicts } = await host.detect('KRN-07');
  assert.equal(verdicts[0]?.verdict, 'fail');
  // A file of the same name in /etc stands in for the one of the distribution.
  host.file('usr/lib/sysctl.d/99-c.conf', 'kernel.randomize_va_space = 2\n');
  host.file('etc/sysctl.d/99-c.conf', '\n');
  assert.equal((await host.detect('KRN-07')).verdicts[0]?.verdict, 'fail');
  host.file('etc/sysctl.conf', 'kernel.randomize_va_space = 2\n');
  assert.equal((await host.detect('KRN-07')).verdicts[0]?.verdict, 'pass');
});

test('KRN-07: a kernel that does not show it is unknown, never safe', async () => {
  using host = scratchHost();
  const { verdicts } = await host.detect('KRN-07');
  assert.deepEqual(
    verdicts.map(({ verdict }) => verdict),
    ['unknown'],
  );
});

/** What stands in /proc/sys of a host where nothing is wrong. */
const GOOD: Readonly<Record<string, string>> = {
  'net/ipv4/ip_forward': '0',
  'net/ipv6/conf/all/forwarding': '0',
  'net/ipv4/tcp_syncookies': '1',
  'net/ipv4/icmp_echo_ignore_broadcasts': '1',
  'net/ipv4/icmp_ignore_bogus_error_responses': '1',
  'kernel/yama/ptrace_scope': '1',
  'fs/suid_dumpable': '0',
  'kernel/kptr_restrict': '1',
  'kernel/dmesg_restrict': '1',
  'kernel/unprivileged_bpf_disabled': '2',
  'fs/protected_hardlinks': '1',
  'fs/protected_symlinks': '1',
  'fs/protected_fifos': '1',
  'fs/protected_regular': '2',
  'kernel/tainted': '0',
  'kernel/core_pattern': 'core',
  'kernel/osrelease': '6.1.0',
  ...interfaces('ipv4', {
    send_redirects: 0,
    accept_redirects: 0,
    accept_source_route: 0,
    rp_filter: 1,
    log_martians: 1,
    forwarding: 0,
  }),
  ...interfaces('ipv6', { accept_redirects: 0, accept_source_route: -1, forwarding: 0 }),
};

function interfaces(family: string, values: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(
    ['all', 'default', 'lo', 'eth0', 'eth0.100'].flatMap((name) =>
      Object.entries(values).map(([key, value]) => [`net/${family}/conf/${name}/${key}`, String(value)]),
    ),
  );
}

function kernelWith(changed: Readonly<Record<string, string>> = {}): ScratchHost {
  const host = scratchHost();
  for (const [key, value] of Object.entries({ ...GOOD, ...changed })) host.file(`proc/sys/${key}`, `${value}\n`);
  host.file('proc/modules', 'ext4 1000 1 - Live 0x0000000000000000\n');
  host.records('processes', []);
  host.owns('/usr/bin/bash');
  return host;
}

const failures = ({ verdicts }: Ran) =>
  verdicts.flatMap((each) =>
    each.verdict === 'fail' ? [`${each.severity ?? ''} ${each.resource}: ${each.evidence}`.trim()] : [],
  );

test('a kernel that is set up well raises nothing, and one that is shared with a host is not judged', async () => {
  using host = kernelWith();
  for (const id of ['KRN-01', 'KRN-02', 'KRN-03', 'KRN-04', 'KRN-05', 'KRN-08', 'KRN-09', 'KRN-10', 'KRN-11']) {
    const { verdicts, outcome, said } = await host.detect(id);
    assert.equal(outcome, 'done', `${id}: ${said}`);
    assert.equal(said, '', id);
    assert.ok(
      verdicts.length > 0 && verdicts.every(({ verdict }) => verdict === 'pass'),
      `${id}: ${JSON.stringify(verdicts)}`,
    );
    const inside = await host.detect(id, { container: 'docker' });
    assert.deepEqual(
      inside.verdicts.map(({ verdict }) => verdict),
      ['not_applicable'],
      id,
    );
  }
});

const BAD: readonly (readonly [string, Record<string, string>, string, Record<string, string>])[] = [
  [
    'KRN-01',
    { 'net/ipv4/ip_forward': '1' },
    'sysctl:net.ipv4.ip_forward: net.ipv4.ip_forward is 1, and nothing that runs here routes for others',
    { 'net.ipv4.ip_forward': '0' },
  ],
  // Off for all, and yet in effect on one interface: the kernel takes either.
  [
    'KRN-02',
    { 'net/ipv4/conf/eth0/send_redirects': '1' },
    'sysctl:net.ipv4.conf.send_redirects: redirects are sent on eth0',
    everywhere('ipv4', 'send_redirects'),
  ],
  [
    'KRN-02',
    { 'net/ipv6/conf/default/accept_redirects': '1' },
    'sysctl:net.ipv6.conf.accept_redirects: ICMPv6 redirects are believed on new interfaces',
    everywhere('ipv6', 'accept_redirects'),
  ],
  [
    'KRN-03',
    { 'net/ipv4/conf/all/accept_source_route': '1', 'net/ipv4/conf/eth0.100/accept_source_route': '1' },
    'sysctl:net.ipv4.conf.accept_source_route: source routed packets are accepted on eth0.100',
    everywhere('ipv4', 'accept_source_route'),
  ],
  [
    'KRN-04',
    { 'net/ipv4/conf/all/rp_filter': '0', 'net/ipv4/conf/eth0/rp_filter': '0' },
    'sysctl:net.ipv4.conf.rp_filter: forged senders are let in on eth0',
    { 'net.ipv4.conf.all.rp_filter': '1' },
  ],
  [
    'KRN-05',
    { 'net/ipv4/tcp_syncookies': '0' },
    'sysctl:net.ipv4.tcp_syncookies: net.ipv4.tcp_syncookies is 0, where 1 or 2 is right',
    { 'net.ipv4.tcp_syncookies': '1' },
  ],
  [
    'KRN-05',
    { 'net/ipv4/conf/all/log_martians': '0', 'net/ipv4/conf/default/log_martians': '0' },
    'low sysctl:net.ipv4.conf.log_martians: impossible addresses are not written to the log on new interfaces',
    { 'net.ipv4.conf.all.log_martians': '1' },
  ],
  [
    'KRN-08',
    { 'kernel/yama/ptrace_scope': '0' },
    'sysctl:kernel.yama.ptrace_scope: kernel.yama.ptrace_scope is 0, where 1 or 2 or 3 is right',
    { 'kernel.yama.ptrace_scope': '1' },
  ],
  [
    'KRN-09',
    { 'kernel/unprivileged_bpf_disabled': '0' },
    'sysctl:kernel.unprivileged_bpf_disabled: kernel.unprivileged_bpf_disabled is 0, where 1 or 2 is right',
    { 'kernel.unprivileged_bpf_disabled': '2' },
  ],
];

function everywhere(family: string, key: string): Record<string, string> {
  return Object.fromEntries(
    ['all', 'default', 'eth0', 'eth0.100', 'lo'].map((name) => [`net/${family}/conf/${name}/${key}`, '0']),
  );
}

test('what is set wrongly is found by what the kernel makes of it, and the fix asks for just that', async (t) => {
  for (const [id, changed, found, mended] of BAD) {
    await t.test(found, async () => {
      using host = kernelWith(changed);
      const ran = await host.detect(id);
      assert.deepEqual(failures(ran), [found]);
      const { wanted } = await host.fix(id, /[a-z]+:[a-z0-9_.]+/.exec(found)?.[0] ?? '');
      assert.deepEqual(
        wanted,
        Object.entries(mended).map((words) => ({ operation: 'set_sysctl', words })),
      );
    });
  }
});

test('KRN-01: a host that forwards for containers or a VPN does its work', async () => {
  using host = kernelWith({ 'net/ipv4/ip_forward': '1' });
  host.records('processes', [[7, 1, 0, 0, 1, 1, 0, 'S', 'dockerd', '/usr/bin/dockerd', 0, '/', '', 'dockerd']]);
  assert.deepEqual(failures(await host.detect('KRN-01')), []);
  host.records('processes', []);
  assert.equal(failures(await host.detect('KRN-01')).length, 1);
  host.folder('sys/class/net/virbr0');
  assert.deepEqual(failures(await host.detect('KRN-01')), []);
});

test('KRN-02: an interface of a container is set now and leaves no file, and may be gone when the fix is taken back', async () => {
  const key = 'net/ipv4/conf/veth1a2b/send_redirects';
  using host = kernelWith({ 'net/ipv4/conf/eth0/send_redirects': '1', [key]: '1' });
  const { undo } = await host.mend('KRN-02', 'sysctl:net.ipv4.conf.send_redirects');
  const now = (path: string): string => readFileSync(join(host.root, 'proc/sys', path), 'utf8').trim();
  assert.deepEqual([now(key), now('net/ipv4/conf/eth0/send_redirects')], ['0', '0']);
  const files = readdirSync(join(host.root, 'etc/sysctl.d'));
  assert.ok(files.some((name) => name.includes('eth0')) && !files.some((name) => name.includes('veth')));
  rmSync(join(host.root, 'proc/sys/net/ipv4/conf/veth1a2b'), { recursive: true });
  await undo();
  assert.equal(now('net/ipv4/conf/eth0/send_redirects'), '1');
  assert.deepEqual(readdirSync(join(host.root, 'etc/sysctl.d')), []);
});

test('KRN-05: what a file turns off at the next start is found now', async () => {
  using host = kernelWith();
  host.file('etc/sysctl.d/x.conf', 'net.ipv4.tcp_syncookies = 0\n');
  assert.match(failures(await host.detect('KRN-05'))[0] ?? '', /is 1, and 0 after the next start/);
});

test('KRN-10: a module is explained by a package or by dkms, or it is found', async () => {
  using host = kernelWith({ 'kernel/tainted': '12289' });
  host.file(
    'proc/modules',
    `vendor 1 0 - Live 0x0 (POE)\nzfs_x 1 0 - Live 0x0 (OE)\nspl 1 0 - Live 0x0 (OE)\nfits 1 0 - Live 0x0 (OE)\nmine 1 0 - Live 0x0 (OE)\nghost 1 0 - Live 0x0 (E)\next4 1 1 - Live 0x0\n`,
  );
  host.file('lib/modules/6.1.0/kernel/vendor.ko.xz', '');
  host.file('lib/modules/6.1.0/updates/dkms/zfs-x.ko', '');
  host.file('lib/modules/6.1.0/extra/mine.ko', '');
  host.folder('var/lib/dkms/zfs-x/2.1');
  host.file('lib/modules/6.1.0/updates/dkms/spl.ko.xz', '');
  host.file('var/lib/dkms/zfs-x/2.1/6.1.0/x86_64/module/spl.ko', '');
  host.file('lib/modules/6.0.9/extra/fits.ko', '');
  host.folder('lib/modules/6.1.0/weak-updates');
  symlinkSync('../../6.0.9/extra/fits.ko', join(host.root, 'lib/modules/6.1.0/weak-updates/fits.ko'));
  symlinkSync('/usr/src/zfs-x-2.1', join(host.root, 'var/lib/dkms/zfs-x/2.1/source'));
  host.owns(
    '/lib/modules/6.1.0/kernel/vendor.ko.xz',
    '/lib/modules/6.0.9/extra/fits.ko',
    '/usr/src/zfs-x-2.1/dkms.conf',
  );
  assert.deepEqual(failures(await host.detect('KRN-10')), [
    'module:mine: mine is not signed, and no package brought /lib/modules/6.1.0/extra/mine.ko',
    'module:ghost: ghost is not signed, and its file is not in /lib/modules',
  ]);
});

test('KRN-10: a module that took itself out of the list is found by sysfs, or by the taint that it left', async () => {
  using host = kernelWith({ 'kernel/tainted': '12288' });
  assert.match(failures(await host.detect('KRN-10')).join(), /^medium kernel:taint: .*12288/);
  host.file('sys/module/rootkit/initstate', 'live\n');
  host.file('sys/module/ext4/initstate', 'live\n');
  host.folder('sys/module/built_in/parameters');
  assert.deepEqual(failures(await host.detect('KRN-10')), [
    'module:rootkit: rootkit is loaded by /sys/module, and missing from /proc/modules',
    'medium kernel:taint: a module that was unsigned or out of the tree has been loaded, and none is listed now: it was taken out again, or hides (kernel.tainted is 12288)',
  ]);
});

test('KRN-11: core files may go to a program of a package, and to no other', async () => {
  using host = kernelWith({ 'kernel/core_pattern': '|/usr/lib/systemd/systemd-coredump %P' });
  host.owns('/usr/lib/systemd/systemd-coredump');
  assert.deepEqual(failures(await host.detect('KRN-11')), []);
  host.file('etc/sysctl.d/z.conf', 'kernel.core_pattern = |/tmp/x %P\n');
  assert.deepEqual(failures(await host.detect('KRN-11')), [
    'sysctl:kernel.core_pattern: /tmp/x will take core files after the next start',
  ]);
  host.file('etc/sysctl.d/z.conf', '');
  host.owns();
  assert.deepEqual(failures(await host.detect('KRN-11')), [
    'sysctl:kernel.core_pattern: /usr/lib/systemd/systemd-coredump takes core files, and no package brought it',
  ]);
});
