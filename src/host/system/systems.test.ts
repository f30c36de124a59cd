/**
 * The systems that are supported, each by what lies on it as it comes (test/vectors/hosts, where README.md says what of it was
 * recorded and where, and what was written after documentation): it is told for what it is, the checks that differ by family judge it as
 * it comes, are quiet once it is set up well, and find what is wrong in its own words.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { failed, words } from '../../../test/support/hosts/verdicts.ts';
import {
  firewalld,
  hostOf,
  isDebian,
  QUIET,
  SYSTEMS,
  type System,
  type SystemHost,
} from '../../../test/support/hosts/systems.ts';
import { shippedChecks } from '../checks/load.ts';
import { detectSystem } from './system.ts';

const FAMILY = SYSTEMS.filter((name) => !isDebian(name));
/** It compares versions by the rules of Debian. */
const withoutDpkg = existsSync('/usr/bin/dpkg') ? false : 'needs dpkg';
const IDS =
  'SYS-01 SYS-02 SYS-03 ACC-05 ACC-08 ACC-09 SSH-01 SSH-02 SSH-03 SSH-04 SSH-05 SSH-09 FIL-05 FW-01 FW-04 FW-06'
    .split(' ')
    .filter((id) => id !== 'SYS-01' || !withoutDpkg);

const IDENTITY: Readonly<Record<System, string>> = {
  'debian-12': 'debian 12 debian dpkg systemd: Debian GNU/Linux 12 (bookworm)',
  'ubuntu-22.04': 'ubuntu 22.04 debian dpkg systemd: Ubuntu 22.04.5 LTS',
  'ubuntu-24.04': 'ubuntu 24.04 debian dpkg systemd: Ubuntu 24.04.1 LTS',
  'amazon-linux-2023': 'amzn 2023 rhel rpm systemd: Amazon Linux 2023',
  'rhel-9': 'rhel 9.3 rhel rpm systemd: Red Hat Enterprise Linux 9.3 (Plow)',
  'rocky-9': 'rocky 9.5 rhel rpm systemd: Rocky Linux 9.5 (Blue Onyx)',
};

/** By package, of which some have an advisory for each of several updates. */
const WAITING: Readonly<Record<string, string>> = {
  'amazon-linux-2023': '11 waiting: curl-minimal, expat, glibc, glibc-common, glibc-minimal-langpack and others',
  'rhel-9': '10 waiting: bash, curl, dbus, dbus-common, dbus-libs and others',
  'rocky-9': '4 waiting: coreutils-single, curl-minimal, glibc-common, libarchive',
};

/** Six failures from one address, and then a login: as rsyslog writes it there, without a year. */
const LOG = readFileSync(join(import.meta.dirname, '../../../test/vectors/hosts/rhel-9/said/log'), 'utf8');
const GUESSED = /^- source:198\.51\.100\.7: 6 failures within 10 minutes, then a login as anna/;
const UNFILTERED = /^high firewall:input: no chain looks at what comes in; .*: 22$/;

/** What is true of each as it comes: severity (`-`: the check's own) and resource. */
const OF_ALL = [
  'SSH-04 low sshd:macs',
  'SSH-05 - sshd:maxauthtries',
  'SSH-05 - sshd:logingracetime',
  'SSH-05 - sshd:maxstartups',
];
const OF_DEBIAN = [...OF_ALL, 'SYS-03 info audit', 'ACC-08 low /etc/pam.d/common-auth', 'FW-01 high firewall:input'];
const OF_RHEL = [
  ...OF_ALL,
  'SYS-01 medium updates:automatic',
  'ACC-08 low /etc/pam.d/system-auth',
  'ACC-08 low /etc/pam.d/password-auth',
  'FW-01 high firewall:input',
];
const ASKS_FOR_PASSWORDS = ['ACC-08 - pam:faillock', 'SSH-03 medium sshd:passwordauthentication'];
const AS_IT_COMES: Readonly<Record<System, readonly string[]>> = {
  'debian-12': [...OF_DEBIAN, ...ASKS_FOR_PASSWORDS],
  'ubuntu-22.04': [...OF_DEBIAN, 'ACC-08 low pam:faillock'],
  'ubuntu-24.04': [...OF_DEBIAN, 'ACC-08 low pam:faillock'],
  // Its images neither ask for passwords nor bring a firewall.
  'amazon-linux-2023': [...OF_RHEL, 'ACC-08 low pam:faillock'],
  'rhel-9': [...OF_RHEL.filter((each) => !each.startsWith('FW-01')), ...ASKS_FOR_PASSWORDS],
  'rocky-9': [...OF_RHEL.filter((each) => !each.startsWith('FW-01')), ...ASKS_FOR_PASSWORDS],
};

/** What whoever looks after it would do, in the words of each system. */
async function setUpWell(host: SystemHost, name: System): Promise<void> {
  host.settings({ passwordauthentication: 'no', maxauthtries: '4', logingracetime: '60', maxstartups: '10:30:60' });
  host.settings({ macs: 'hmac-sha2-256-etm@openssh.com' });
  host.runs('systemd', 'systemd-journal', 'sshd', 'auditd');
  if (isDebian(name)) {
    host.edit(
      'etc/pam.d/common-auth',
      /^auth.*nullok\n/,
      'auth required pam_faillock.so preauth\nauth [success=1 default=ignore] pam_unix.so\n',
    );
    host.fact('firewall/ufw', host.said('ufw'));
    host.fact('firewall/iptables', host.said('iptables-save'));
    host.add('var/lib/dpkg/status', 'Package: auditd\nStatus: install ok installed\nVersion: 1:3\n\n');
    await host.look('packages');
    return;
  }
  // authselect enable-feature with-faillock, without-nullok.
  const folder = name === 'amazon-linux-2023' ? 'etc/pam.d' : 'etc/authselect';
  for (const each of ['system-auth', 'password-auth']) {
    host.edit(`${folder}/${each}`, / nullok/, '');
    host.edit(
      `${folder}/${each}`,
      /^(auth +required +pam_env.so)$/,
      '$1\nauth required pam_faillock.so preauth silent',
    );
  }
  host.file('etc/systemd/system/timers.target.wants/dnf-automatic-install.timer', '');
  if (name === 'amazon-linux-2023') host.file('etc/dnf/vars/releasever', 'latest\n');
  host.file('var/log/secure', '', 0o600);
  firewalld(host);
}

/** Where the program itself is not, a script of the archive tells the system. */
function asTheArchiveTells({ root, recordsOf }: SystemHost): readonly string[] {
  const [prelude, probe] = ['native/prelude.sh', 'probes/linux/system.sh'].map((path) =>
    join(import.meta.dirname, '..', path),
  ) as [string, string];
  const env = { ROOT: root, FACTS: join(root, '../facts'), WORK: join(root, '../work') };
  const told = ['-c', 'exec /bin/bash "$@" 3>/dev/null', 'bash', prelude, probe, 'look'];
  execFileSync('/bin/bash', told, { env, stdio: 'ignore' });
  return recordsOf('system', 13)[0] ?? [];
}

for (const name of SYSTEMS) {
  test(`${name}: what it is, what is said of it as it comes, and nothing once it is set up well`, async () => {
    using host = await hostOf(name);
    const { osId, osVersion, osFamily, packages, init, osName } = host.system;
    assert.equal(`${osId} ${osVersion} ${osFamily} ${packages} ${init}: ${osName}`, IDENTITY[name]);
    assert.deepEqual(asTheArchiveTells(host).slice(2, 8), [osName, osId, osVersion, osFamily, packages, init]);
    if (name === 'rhel-9' || name === 'rocky-9') firewalld(host);
    const all = await Promise.all(
      IDS.map(async (id) => (await host.found(id)).map((line) => `${id} ${line.split(': ')[0] ?? ''}`)),
    );
    const expected = AS_IT_COMES[name].filter((each) => IDS.some((id) => each.startsWith(id)));
    assert.deepEqual(all.flat().toSorted(), expected.toSorted());

    await setUpWell(host, name);
    for (const id of IDS) {
      const ran = await host.detect(id, undefined, QUIET);
      assert.deepEqual(failed(ran), [], id);
      // The zones of firewalld are asked of a running one alone, which no test has: there is none without systemd.
      const good = id === 'FW-06' && !isDebian(name) ? ['unknown'] : ['pass'];
      assert.deepEqual(words(ran), good, `${id}: ${JSON.stringify(ran.verdicts)}`);
    }
  });

  test(`${name}: what is wrong with accounts, passwords and logins is found, and mended in its own words`, async () => {
    using host = await hostOf(name);
    host.add('etc/passwd', 'tool:x:200:200::/opt/tool:/bin/bash\n');
    host.add('etc/shadow', 'tool:$6$a$b:19800:0:99999:7:::\nopen::19800:0:99999:7:::\n');
    // shadow of Ubuntu 22.04 knows no YESCRYPT, and would fall back to DES.
    const method = name === 'amazon-linux-2023' ? 'YESCRYPT' : 'SHA512';
    host.edit('etc/login.defs', `ENCRYPT_METHOD ${method}`, 'ENCRYPT_METHOD MD5');
    assert.deepEqual(await host.found('ACC-05'), ['- account:tool: tool has the shell /bin/bash and a password']);
    assert.deepEqual(await host.found('ACC-09'), ['- /etc/login.defs: ENCRYPT_METHOD is MD5']);
    const stacks = isDebian(name) ? ['common-auth'] : ['password-auth', 'system-auth'];
    assert.deepEqual(
      (await host.found('ACC-08')).filter((each) => each.includes('nullok')),
      stacks.map((each) => `- /etc/pam.d/${each}: nullok lets empty passwords in, and an account has one`),
    );
    const contentOf = async (id: string, resource: string) =>
      readFileSync((await host.fix(id, resource)).wanted[0]?.words[1] ?? '', 'utf8');
    const nologin = isDebian(name) ? '/usr/sbin/nologin' : '/sbin/nologin';
    assert.ok((await contentOf('ACC-05', 'account:tool')).includes(`tool:x:200:200::/opt/tool:${nologin}\n`));
    assert.match(await contentOf('ACC-09', '/etc/login.defs'), new RegExp(`^ENCRYPT_METHOD ${method}$`, 'm'));

    const bad = { permitemptypasswords: 'yes', permitrootlogin: 'yes', passwordauthentication: 'yes' };
    host.settings({ ...bad, ciphers: 'aes256-ctr,3des-cbc' });
    const ssh = await Promise.all(['SSH-01', 'SSH-02', 'SSH-03', 'SSH-04'].map((id) => host.found(id)));
    assert.deepEqual(
      ssh.flat().filter((each) => !each.includes('sshd:macs')),
      [
        '- sshd:permitemptypasswords: permitemptypasswords is yes',
        'high sshd:permitrootlogin: permitrootlogin is yes',
        'medium sshd:passwordauthentication: PasswordAuthentication is on, at 10.0.0.5; whether a router or a cloud makes that public is not seen from here',
        'medium sshd:ciphers: 3des-cbc (blocks of 64 bits (Sweet32, CVE-2016-2183))',
      ],
    );
    // Each of them reads its folder before its own settings, so that a file in there counts.
    const { wanted } = await host.fix('SSH-05', 'sshd:maxauthtries');
    assert.deepEqual(
      wanted.flatMap((each) =>
        each.operation === 'set_file' ? each.words[0] : each.operation === 'reload' ? each.words.join(' ') : [],
      ),
      [
        join(host.root, 'etc/ssh/sshd_config.d/00-holdfast-maxauthtries.conf'),
        `systemctl try-reload-or-restart ${isDebian(name) ? 'ssh' : 'sshd'}`,
      ],
    );
  });
}

for (const name of ['debian-12', 'ubuntu-22.04', 'ubuntu-24.04'] as const) {
  test(`${name}: what is wrong with its packages, its log and its firewall is found`, async () => {
    using host = await hostOf(name);
    if (!withoutDpkg) {
      const suite = { 'debian-12': 'bookworm', 'ubuntu-22.04': 'jammy', 'ubuntu-24.04': 'noble' }[name];
      const mirror = name === 'debian-12' ? 'deb.debian.org_debian-security' : 'security.ubuntu.com_ubuntu';
      host.edit(
        `var/lib/apt/lists/${mirror}_dists_${suite}-security_main_binary-amd64_Packages`,
        /^Version: .*$/,
        '$&.1',
      );
      host.edit('etc/apt/apt.conf.d/20auto-upgrades', 'Unattended-Upgrade "1"', 'Unattended-Upgrade "0"');
      assert.deepEqual(await host.found('SYS-01'), [
        '- updates:security: 1 waiting: libc6',
        'medium updates:automatic: nothing installs security updates by itself: APT::Periodic::Unattended-Upgrade is off',
      ]);
    }
    host.add('var/lib/dpkg/status', 'Package: inetutils-telnetd\nStatus: install ok installed\nVersion: 2:2.4-2\n\n');
    await host.look('packages');
    host.runs('systemd', 'telnetd');
    assert.deepEqual(await host.found('SYS-02'), [
      '- package:inetutils-telnetd: inetutils-telnetd 2:2.4-2 runs: telnet sends passwords in clear',
    ]);
    host.file('var/log/auth.log', host.said('log'), 0o644);
    assert.deepEqual(
      (await host.found('SYS-03')).map((each) => each.split(': ')[0]),
      ['- /var/log/auth.log', '- log', 'info audit'],
    );
    assert.match((await host.found('SSH-09')).join('\n'), GUESSED);
    host.file('usr/bin/ls', 'another ls');
    const path = name === 'ubuntu-24.04' ? '/usr/bin/ls' : '/bin/ls';
    assert.deepEqual(await host.found('FIL-05'), [`- ${path}: its bytes are not those that its package brought`]);

    host.fact('firewall/nft', '');
    assert.match((await host.found('FW-01')).join('\n'), UNFILTERED);
    host.fact(
      'firewall/iptables',
      host
        .said('iptables-save')
        .replace(/.*ufw.*\n/g, '')
        .replace('COMMIT', '-A INPUT -i lo -j ACCEPT\nCOMMIT'),
    );
    assert.deepEqual(await host.found('FW-06'), [
      '- firewall:saved: there are rules, and nothing loads them after the next start',
    ]);
    host.file('etc/systemd/system/multi-user.target.wants/netfilter-persistent.service', '');
    assert.deepEqual(await host.found('FW-06'), [
      '- firewall:saved:iptables: there are rules, and /etc/iptables/rules.v4 is missing',
    ]);
    host.fact('firewall/ufw', host.said('ufw'));
    assert.deepEqual(await host.found('FW-04'), ['- firewall:managers: enabled together: ufw iptables']);
  });
}

for (const name of FAMILY) {
  test(`${name}: what is wrong with its packages, its log and its firewall is found`, async () => {
    using host = await hostOf(name);
    const [waits] = await host.found('SYS-01', { dnf: host.said('dnf') });
    assert.equal(waits, `- updates:security: ${WAITING[name]}`);
    rmSync(join(host.root, 'var/cache/dnf'), { recursive: true });
    const { verdicts } = await host.detect('SYS-01', undefined, QUIET);
    assert.ok(verdicts[0]?.verdict === 'unknown' && /dnf makecache was never run/.test(verdicts[0].reason));

    const list = host.text('packages/list');
    host.fact('packages/list', `${list}telnet-server 1:0.17-85\n`);
    assert.match((await host.found('SYS-02')).join('\n'), /^medium package:telnet-server: .* does not run just now/);
    host.file('etc/systemd/system/sockets.target.wants/telnet.socket', '');
    assert.deepEqual(await host.found('SYS-02'), [
      '- package:telnet-server: telnet-server 1:0.17-85 is started by telnet.socket for whoever connects: telnet sends passwords in clear',
    ]);
    host.runs('systemd');
    // logrotate names what it put aside by the day.
    host.file('var/log/secure', '', 0o644);
    host.file('var/log/secure-20261122', LOG, 0o600);
    assert.deepEqual(
      (await host.found('SYS-03')).map((each) => each.split(': ')[0]),
      ['- /var/log/secure', '- audit', '- log'],
    );
    assert.match((await host.found('SSH-09')).join('\n'), GUESSED);
    // Who came in with a key last week can do so without passwords.
    const passwords = 'sshd:passwordauthentication';
    assert.deepEqual((await host.fix('SSH-03', passwords)).wanted, []);
    host.add(
      'var/log/secure-20261122',
      'Nov 20 09:00:00 web sshd[77]: Accepted publickey for anna from 192.0.2.1 port 5 ssh2\n',
    );
    assert.equal((await host.fix('SSH-03', passwords)).wanted[0]?.operation, 'set_file');
    assert.deepEqual(
      await host.found('FIL-05', { rpm: 'coreutils\nS.5....T.    /usr/bin/ls\nS.5....T.  c /etc/DIR_COLORS\n' }),
      ['- /usr/bin/ls: its bytes are not those that its package brought'],
    );

    host.fact('firewall/nft', '');
    assert.match((await host.found('FW-01')).join('\n'), UNFILTERED);
    const wants = 'etc/systemd/system/multi-user.target.wants';
    host.file(`${wants}/nftables.service`, '');
    assert.deepEqual(await host.found('FW-06'), [
      '- firewall:saved: nftables loads /etc/sysconfig/nftables.conf after the next start, and it is missing',
    ]);
    rmSync(join(host.root, wants), { recursive: true });
    host.file(`${wants}/iptables.service`, '');
    host.fact('firewall/iptables', host.said('iptables-save'));
    assert.deepEqual(await host.found('FW-06'), [
      '- firewall:saved:iptables: there are rules, and /etc/sysconfig/iptables is missing',
    ]);
    host.file('etc/sysconfig/iptables', host.said('iptables-save'));
    assert.deepEqual(await host.found('FW-06'), []);
    firewalld(host);
    assert.deepEqual(await host.found('FW-04'), ['- firewall:managers: enabled together: firewalld iptables']);
  });
}

test(
  'Ubuntu Pro: an update of the archive that a host is attached to waits like any other',
  { skip: withoutDpkg },
  async () => {
    using host = await hostOf('ubuntu-22.04');
    const list = 'var/lib/apt/lists/esm.ubuntu.com_apps_ubuntu_dists_jammy-apps-security_main_binary-amd64_Packages';
    host.file(list, 'Package: coreutils\nArchitecture: amd64\nVersion: 9.0+esm1\n\n');
    assert.deepEqual(await host.found('SYS-01'), ['- updates:security: 1 waiting: coreutils']);
  },
);

test(
  'a fresh Debian: of all checks none tells anything critical or high that is not true of it',
  { skip: process.getuid?.() !== 0 && 'its files have to be root’s' },
  async () => {
    using host = await hostOf('debian-12');
    const { file } = host;
    file('etc/group', 'root:x:0:\nsudo:x:27:\nshadow:x:42:\n');
    file(
      'etc/sudoers',
      'Defaults env_reset\nroot ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n',
    );
    file('etc/crontab', 'SHELL=/bin/sh\n17 * * * * root cd / && run-parts --report /etc/cron.hourly\n');
    file('etc/cron.d/e2scrub_all', '30 3 * * 0 root test -e /run/systemd/system || /usr/lib/e2scrub_all_cron\n');
    file('root/.profile', 'if [ "$BASH" ]; then . ~/.bashrc; fi\nmesg n 2> /dev/null || true\n');
    file('root/.bashrc', "# alias ll='ls $LS_OPTIONS -l'\n");
    file('var/lib/dpkg/info/login.list', '/.\n/bin/su\n');
    file('usr/bin/su', 'su of login');
    for (const [key, value] of Object.entries({ tainted: 0, randomize_va_space: 2, core_pattern: 'core' })) {
      file(`proc/sys/kernel/${key}`, `${value}\n`);
    }
    host.folder('tmp');
    // As they are on a host, whatever the mask of whoever has this checkout.
    execFileSync('chmod', ['-R', 'u=rwX,go=rX', host.root]);
    const modes = {
      tmp: '1777',
      'usr/bin/su': '4755',
      'etc/shadow': '640',
      'etc/sudoers': '440',
      'etc/crontab': '600',
    };
    for (const [path, mode] of Object.entries({ ...modes, 'var/log/auth.log': '640' })) {
      execFileSync('chmod', [mode, join(host.root, path)]);
    }
    await host.look('packages', 'files', 'mysql');
    const told: string[] = [];
    for (const { header } of shippedChecks('linux')) {
      // It tries the numbers of all processes that there are, which are this machine's.
      if (header.id === 'PRC-06' || (header.id === 'SYS-01' && withoutDpkg)) continue;
      const { outcome, verdicts } = await host.detect(header.id, undefined, QUIET);
      assert.equal(outcome, 'done', header.id);
      for (const each of verdicts) {
        if (each.verdict !== 'fail' || !['critical', 'high'].includes(each.severity ?? header.severity)) continue;
        told.push(`${header.id} ${each.resource}`);
      }
    }
    assert.deepEqual(told, ['ACC-08 pam:faillock', 'FW-01 firewall:input']);
  },
);

test('a host of the RHEL family that has dpkg installed too is asked by rpm', async () => {
  for (const name of FAMILY) {
    using host = await hostOf(name);
    host.file('var/lib/dpkg/status', '');
    assert.equal(detectSystem(host.root, true).packages, 'rpm');
    assert.equal(asTheArchiveTells(host)[6], 'rpm');
  }
});

test('Amazon Linux 2023 is told for what it is by its later releases too, which name themselves by their day', async () => {
  using host = await hostOf('amazon-linux-2023');
  host.file('usr/lib/os-release', host.said('os-release'));
  const { osId, osVersion, osFamily, osName } = detectSystem(host.root, true);
  assert.deepEqual([osId, osVersion, osFamily, osName], ['amzn', '2023', 'rhel', 'Amazon Linux 2023.12.20260710']);
});

test('what authselect writes is for authselect to change', async () => {
  using host = await hostOf('rhel-9');
  host.edit('etc/authselect/system-auth', 'sha512', 'md5');
  assert.deepEqual(await host.found('ACC-09'), ['- /etc/pam.d/system-auth: pam_unix.so makes md5 hashes']);
  for (const id of ['ACC-08', 'ACC-09']) {
    const { wanted, verdicts } = await host.fix(id, '/etc/pam.d/system-auth');
    assert.deepEqual([wanted, verdicts.map(({ verdict }) => verdict)], [[], ['unknown']], id);
  }
});
