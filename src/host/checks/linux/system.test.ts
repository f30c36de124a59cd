import assert from 'node:assert/strict';
import { chmodSync, existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { scratchHost, type ScratchHost } from '../../../../test/support/hosts/scratch-host.ts';
import type { Ran } from '../../index.ts';

const failures = ({ verdicts }: Ran) =>
  verdicts.flatMap((each) =>
    each.verdict === 'fail' ? [`${each.severity ?? ''} ${each.resource}: ${each.evidence}`.trim()] : [],
  );
const operationsOf = ({ wanted }: Ran) => wanted.map(({ operation, words }) => [operation, ...words].join(' '));

function processesOf(host: ScratchHost, ...names: readonly string[]): void {
  host.records(
    'processes',
    names.map((name, at) => [at + 1, 0, 0, 0, 1, 1, 0, 'S', name, `/usr/bin/${name}`, 0, '/', '', name]),
  );
}

const withoutApt = existsSync('/usr/bin/apt') ? false : 'needs apt';

const LISTS = 'var/lib/apt/lists/security.example.org_dists';
const OFFERED = 'Package: thing\nVersion: 1.1\nArchitecture: amd64\nDescription: a thing\n';

/** A host of one package, installed as `version`; a list offers 1.1 of it. */
function debian(version: string, list = `${LISTS}_bookworm-security_main_binary-amd64_Packages`): ScratchHost {
  const host = scratchHost();
  const installed = 'Package: thing\nStatus: install ok installed\nArchitecture: amd64';
  host.file('var/lib/dpkg/status', `${installed}\nVersion: ${version}\nDescription: a thing\n\n`);
  host.file(list, list.endsWith('.gz') ? gzipSync(OFFERED) : OFFERED);
  host.fact('packages/list', 'thing 1.0\nunattended-upgrades 2.9\n');
  host.file(
    'etc/apt/apt.conf.d/20auto-upgrades',
    'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n',
  );
  return host;
}

test('SYS-01: the lists of apt say which security updates wait, and that none does', { skip: withoutApt }, async () => {
  using old = debian('1.0');
  assert.deepEqual(failures(await old.detect('SYS-01')), ['updates:security: 1 waiting: thing']);
  assert.equal((await old.fix('SYS-01', 'updates:security')).verdicts[0]?.verdict, 'unknown');
  using packed = debian('1.1~rc1', `${LISTS}_noble-security_main_binary-amd64_Packages.gz`);
  assert.deepEqual(failures(await packed.detect('SYS-01')), ['updates:security: 1 waiting: thing']);
  for (const version of ['1.1', '1.10']) {
    using fresh = debian(version);
    const { verdicts, outcome } = await fresh.detect('SYS-01');
    assert.deepEqual([outcome, verdicts.map(({ verdict }) => verdict)], ['done', ['pass', 'pass']]);
  }
});

test('SYS-01: updates of another kind or architecture are no security updates', { skip: withoutApt }, async () => {
  using other = debian('1.0', `${LISTS}_bookworm-updates_main_binary-amd64_Packages`);
  const { verdicts } = await other.detect('SYS-01');
  assert.ok(verdicts[0]?.verdict === 'unknown' && verdicts[0].reason.includes('none of the lists'));
  using foreign = debian('1.0');
  foreign.file(
    'var/lib/dpkg/status',
    'Package: thing\nStatus: install ok installed\nArchitecture: i386\nVersion: 1.0\n\n',
  );
  assert.deepEqual(failures(await foreign.detect('SYS-01')), []);
});

test(
  'SYS-01: without lists nothing is known, and updates that nobody installs are found',
  { skip: withoutApt },
  async () => {
    using host = scratchHost();
    host.fact('packages/list', 'thing 1.0\n');
    host.file('run/reboot-required', '');
    const ran = await host.detect('SYS-01');
    assert.deepEqual(ran.verdicts[0], {
      verdict: 'unknown',
      resource: 'updates:security',
      reason: 'there are no lists of packages: apt-get update was never run',
    });
    assert.deepEqual(failures(ran), [
      'medium updates:automatic: nothing installs security updates by itself: unattended-upgrades is missing',
      'medium updates:restart: an update is in use only after the next start of the host (/run/reboot-required)',
    ]);
    host.fact('packages/list', 'unattended-upgrades 2.9\n');
    host.file('etc/apt/apt.conf.d/20auto-upgrades', 'APT::Periodic::Unattended-Upgrade "0";\n');
    assert.match(failures(await host.detect('SYS-01')).join(), /Unattended-Upgrade is off/);
    const [wanted] = (await host.fix('SYS-01', 'updates:automatic')).wanted;
    assert.deepEqual(
      [wanted?.operation, wanted?.words[0]],
      ['set_file', join(host.root, 'etc/apt/apt.conf.d/99holdfast-upgrades')],
    );
  },
);

test('SYS-01: on RHEL the timer of dnf-automatic counts, and a host without a known package manager is unknown', async () => {
  using host = scratchHost();
  host.fact('packages/list', 'dnf-automatic 4\n');
  const rhel = { osFamily: 'rhel', packages: 'rpm' } as const;
  assert.ok(failures(await host.detect('SYS-01', rhel)).some((each) => each.includes('dnf-automatic is not enabled')));
  assert.deepEqual(operationsOf(await host.fix('SYS-01', 'updates:automatic', rhel)), [
    'set_service dnf-automatic-install.timer enable',
    'set_service dnf-automatic-install.timer start',
  ]);
  // As it comes, this one downloads.
  host.file('etc/systemd/system/timers.target.wants/dnf-automatic.timer', '');
  host.file('etc/dnf/automatic.conf', '[commands]\napply_updates = no\n');
  assert.match(failures(await host.detect('SYS-01', rhel)).join(), /downloads security updates and installs none/);
  host.file('etc/dnf/automatic.conf', '[commands]\napply_updates = yes\n');
  assert.deepEqual(failures(await host.detect('SYS-01', rhel)), []);
  host.file('etc/systemd/system/timers.target.wants/dnf-automatic-install.timer', '');
  assert.deepEqual(failures(await host.detect('SYS-01', rhel)), []);
  assert.deepEqual(
    (await host.detect('SYS-01', { packages: 'none' })).verdicts.map(({ verdict }) => verdict),
    ['unknown'],
  );
});

test('SYS-01: what dnf says of RHEL 9 and Amazon Linux 2023 is understood, and an old release of Amazon is not taken for new', async () => {
  using host = scratchHost();
  host.file('etc/systemd/system/timers.target.wants/dnf-automatic-install.timer', '');
  host.file('var/cache/dnf/baseos-1/repodata/repomd.xml', '');
  const security = async (osId: string, dnf: string) => {
    const { verdicts } = await host.detect('SYS-01', { osFamily: 'rhel', packages: 'rpm', osId }, { dnf });
    const [first] = verdicts;
    return (
      first &&
      `${first.verdict}: ${first.verdict === 'unknown' ? first.reason : 'evidence' in first ? first.evidence : ''}`
    );
  };
  const rhel =
    'RHSA-2023:0946 Moderate/Sec.  libksba-1.5.1-6.el9_1.x86_64\nRHSA-2023:0833 Important/Sec. python3-libs-3.9.14-1.el9_1.2.x86_64\n';
  assert.equal(await security('rhel', rhel), 'fail: 2 waiting: libksba, python3-libs');
  assert.equal(await security('rhel', ''), 'pass: none is waiting');
  const amazon = 'ALAS2023-2023-070 Important/Sec. curl-minimal-7.88.0-1.amzn2023.0.1.x86_64\n';
  assert.match((await security('amzn', amazon)) ?? '', /^fail: 1 waiting: curl-minimal/);
  host.fact('packages/list', 'system-release 2023.6.20241010-0.amzn2023\n');
  assert.match((await security('amzn', '')) ?? '', /^unknown: updates come with the next release .* is of 20241010/);
  const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  host.fact('packages/list', `system-release 2023.9.${today}-0.amzn2023\n`);
  assert.equal(await security('amzn', ''), 'pass: none is waiting');
  host.fact('packages/list', 'system-release 2023.6.20241010-0.amzn2023\n');
  host.file('etc/dnf/vars/releasever', 'latest\n');
  assert.equal(await security('amzn', ''), 'pass: none is waiting');
});

test('SYS-02: services of old are found by package, and weigh more while they run', async () => {
  using host = scratchHost();
  processesOf(host, 'systemd', 'sshd');
  host.fact('packages/list', 'openssh-server 9\ntelnetd-foo 1\ntalloc 2\nnis-helper 1\nrsync 3\n');
  assert.deepEqual(failures(await host.detect('SYS-02')), [
    'medium package:telnetd-foo: telnetd-foo 1 is installed and does not run just now: telnet sends passwords in clear',
  ]);
  host.fact('packages/list', 'openssh-server 9\nrsync 3\ninetutils-telnet 2\ntftpd-hpa 5\nnis:amd64 4\n');
  processesOf(host, 'systemd', 'in.tftpd');
  assert.deepEqual(failures(await host.detect('SYS-02')), [
    'info package:inetutils-telnet: inetutils-telnet 2: a client that sends passwords in clear',
    'package:tftpd-hpa: tftpd-hpa 5 runs: tftp asks nobody who he is',
    'medium package:nis:amd64: nis:amd64 4 is installed and does not run just now: NIS hands out password hashes',
  ]);
  host.file('proc/self/mounts', 'proc /proc proc rw,nosuid,hidepid=invisible 0 0\n');
  assert.match(
    failures(await host.detect('SYS-02', { isRoot: false })).at(-1) ?? '',
    /whether it runs was not to be seen/,
  );
  assert.deepEqual(operationsOf(await host.fix('SYS-02', 'package:tftpd-hpa')), [
    'set_service tftpd-hpa stop',
    'set_service tftpd-hpa disable',
  ]);
});

test('SYS-03: a host whose log nobody writes or everybody reads is found', async () => {
  using host = scratchHost();
  processesOf(host, 'systemd', 'systemd-journal', 'auditd');
  host.fact('packages/list', 'auditd 3\n');
  host.file('var/log/auth.log', '', 0o640);
  host.file('var/log/dpkg.log', '', 0o644);
  const { verdicts } = await host.detect('SYS-03');
  assert.deepEqual(
    verdicts.map(({ verdict }) => verdict),
    ['pass', 'pass'],
  );
  processesOf(host, 'systemd');
  chmodSync(join(host.root, 'var/log/auth.log'), 0o644);
  assert.deepEqual(failures(await host.detect('SYS-03')), [
    'log: nothing writes the log: neither systemd-journald nor rsyslog nor syslog-ng runs',
    'audit: auditd is installed, and does not run',
    '/var/log/auth.log: everybody may read or write it (mode 644)',
  ]);
  assert.deepEqual(operationsOf(await host.fix('SYS-03', '/var/log/auth.log')), [
    `set_mode ${join(host.root, 'var/log/auth.log')} 0640`,
  ]);
  assert.deepEqual(operationsOf(await host.fix('SYS-03', 'audit')), [
    'set_service auditd enable',
    'set_service auditd start',
  ]);
  host.file('proc/self/mounts', 'proc /proc proc rw,nosuid,hidepid=2 0 0\n');
  const own = await host.detect('SYS-03', { isRoot: false });
  assert.deepEqual(
    own.verdicts.map(({ verdict }) => verdict),
    ['unknown', 'unknown', 'fail'],
  );
  // Of the group that sees all of them.
  host.file('proc/1/stat', '');
  assert.equal(failures(await host.detect('SYS-03', { isRoot: false })).length, 3);
  rmSync(join(host.root, 'proc/1/stat'));
  host.file('proc/self/mounts', 'proc /proc proc rw,nosuid,hidepid=off 0 0\n');
  assert.equal(failures(await host.detect('SYS-03', { isRoot: false })).length, 3);
  host.records('processes', []);
  assert.equal((await host.detect('SYS-03')).verdicts[0]?.verdict, 'unknown');
});

test('SYS-04: who can talk to Docker is found, with a real socket, and so is a privileged container', async () => {
  using host = scratchHost();
  processesOf(host, 'systemd');
  host.file('etc/group', 'docker:x:999:\n');
  host.records('sockets', []);
  assert.deepEqual(
    (await host.detect('SYS-04')).verdicts.map(({ verdict }) => verdict),
    ['not_applicable'],
  );
  host.folder('run');
  await using server = createServer();
  const path = join(host.root, 'run/docker.sock');
  server.listen(path);
  await once(server, 'listening');
  chmodSync(path, 0o660);
  assert.deepEqual(failures(await host.detect('SYS-04')), []);
  chmodSync(path, 0o666);
  host.file('etc/group', 'docker:x:999:anna,ben\n');
  host.records('sockets', [
    ['tcp6', 'LISTEN', '::', 2375, '', '', 0, 1, 7, 3, 'dockerd'],
    ['tcp', 'LISTEN', '0.0.0.0', 2375, '', '', 0, 1, 7, 3, 'other'],
  ]);
  const container = 'var/lib/docker/containers/0123456789abcdef';
  host.file(`${container}/hostconfig.json`, '{"Binds":null,"Privileged":true}');
  host.file(`${container}/config.v2.json`, '{"State":{"Running":true},"Name":"/web"}');
  host.file('var/lib/docker/containers/stopped/hostconfig.json', '{"Privileged":true}');
  host.file('var/lib/docker/containers/stopped/config.v2.json', '{"State":{"Running":false},"Name":"/old"}');
  assert.deepEqual(failures(await host.detect('SYS-04')), [
    '/run/docker.sock: everybody may talk to the daemon (mode 666)',
    'medium group:docker: who is in the group docker is as good as root: anna,ben',
    'critical listener:dockerd/2375: the daemon takes orders on ::, port 2375, without asking who gives them',
    'high container:web: the container web runs privileged',
  ]);
});
