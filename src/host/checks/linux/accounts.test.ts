import assert from 'node:assert/strict';
import { chmodSync, chownSync, lstatSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { scratchHost, type ScratchHost } from '../../../../test/support/hosts/scratch-host.ts';
import type { Ran } from '../../index.ts';

/** Files of accounts belong to root, which only root can arrange. */
const skip = process.getuid?.() === 0 ? false : 'needs root';

const PASSWD = [
  'root:x:0:0:root:/root:/bin/bash',
  'daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin',
  'sync:x:4:65534:sync:/bin:/bin/sync',
  'www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin',
  'anna:x:1000:1000:Anna:/home/anna:/bin/bash',
  'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
];
const SHADOW = ['root:*:19000:0:99999:7:::', 'daemon:*:1::::::', 'www-data:!:1::::::', 'anna:$y$j9T$salt$hash:1::::::'];
const GROUP = [
  'root:x:0:',
  'daemon:x:1:',
  'shadow:x:42:',
  'staff:x:50:',
  'www-data:x:33:',
  'anna:x:1000:',
  'team:x:2000:anna,ben',
];
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin';

/** As Debian comes, with one person. */
function hostWith(
  more: { passwd?: readonly string[]; shadow?: readonly string[]; group?: readonly string[] } = {},
): ScratchHost {
  const host = scratchHost();
  const lines = (...each: readonly (readonly string[])[]) => `${each.flat().join('\n')}\n`;
  host.file('etc/passwd', lines(PASSWD, more.passwd ?? []), 0o644);
  host.file('etc/shadow', lines(SHADOW, more.shadow ?? []), 0o640);
  host.file('etc/group', lines(GROUP, more.group ?? []), 0o644);
  host.file('etc/gshadow', 'root:*::\n', 0o640);
  for (const name of ['shadow', 'gshadow']) chownSync(join(host.root, 'etc', name), 0, 42);
  host.file('etc/login.defs', `UID_MIN\t\t\t 1000\nENV_SUPATH\tPATH=${PATH}\nENCRYPT_METHOD YESCRYPT\n`);
  host.file(
    'etc/sudoers',
    `Defaults env_reset\nDefaults secure_path="${PATH}"\nroot ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n`,
    0o440,
  );
  host.folder('etc/sudoers.d', 0o750);
  host.file(
    'etc/pam.d/common-auth',
    'auth required pam_faillock.so preauth\nauth [success=1 default=ignore] pam_unix.so\n',
  );
  host.file('etc/pam.d/common-password', 'password [success=1 default=ignore] pam_unix.so obscure yescrypt\n');
  for (const folder of ['usr/local/bin', 'usr/sbin', 'usr/bin', 'root', 'home']) host.folder(folder, 0o755);
  host.records('processes', []);
  host.folder('home/anna', 0o750);
  chownSync(join(host.root, 'home/anna'), 1000, 1000);
  homes(host, ['home/anna']);
  return host;
}

/** The fact of homes, of what is there. */
function homes(host: ScratchHost, paths: readonly string[]): void {
  host.records(
    'files/homes',
    paths.map((path) => {
      const { mode, uid, gid, size } = lstatSync(join(host.root, path));
      return [(mode & 0o7777).toString(8), uid, gid, size, 0, 0, join(host.root, path)];
    }),
  );
}

const failures = ({ verdicts }: Ran) =>
  verdicts.flatMap((each) =>
    each.verdict === 'fail' ? [`${each.severity ?? ''} ${each.resource}: ${each.evidence}`.trim()] : [],
  );

/** What a fix wants done, or that it leaves it to a person. */
const operationsOf = ({ wanted, verdicts }: Ran) => [
  ...wanted.map(({ operation }) => operation),
  ...verdicts.map(({ verdict }) => (verdict === 'unknown' ? 'by_hand' : verdict)),
];

const IDS = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10'].map((number) => `ACC-${number}`);

test('accounts as Debian makes them raise nothing', { skip }, async () => {
  using host = hostWith();
  for (const id of IDS) {
    const { verdicts, outcome, said } = await host.detect(id);
    assert.deepEqual([outcome, said], ['done', ''], id);
    assert.ok(
      verdicts.length > 0 && verdicts.every(({ verdict }) => verdict === 'pass'),
      `${id}: ${JSON.stringify(verdicts)}`,
    );
  }
});

test('ACC-01: an empty password is found wherever it stands, and a locked one is none', { skip }, async () => {
  using host = hostWith({
    passwd: ['guest::1001:1001::/home/guest:/bin/sh', '+::::::', 'lp:*:7:7::/:/bin/false'],
    shadow: ['ben::1::::::', 'carl:!!:1::::::', 'dora:!:1::::::'],
  });
  assert.deepEqual(failures(await host.detect('ACC-01')), [
    'account:guest: guest has an empty password in /etc/passwd',
    'account:ben: ben has an empty password in /etc/shadow',
  ]);
  const { wanted } = await host.fix('ACC-01', 'account:ben');
  assert.deepEqual(wanted, [{ operation: 'set_account', words: ['ben', 'lock'] }]);
});

test('ACC-02: whoever has the number of root is found, however it is written', { skip }, async () => {
  using host = hostWith({ passwd: ['toor:x:0:0::/root:/bin/zsh', 'zero:x:00:0::/:', 'zeta:x:100:0::/:'] });
  assert.deepEqual(failures(await host.detect('ACC-02')), [
    'account:toor: toor has the UID 0 and the shell /bin/zsh',
    'account:zero: zero has the UID 0 and the shell /bin/sh',
  ]);
});

test(
  'ACC-03: files of accounts that others may read or write are found, and the fix takes away just that',
  { skip },
  async () => {
    using host = hostWith({ passwd: ['old:$6$salt$hash:1005:1005::/:/bin/sh'] });
    host.file('etc/passwd-', '', 0o666);
    host.file('etc/shadow', SHADOW.join('\n'), 0o644);
    host.file('etc/security/opasswd', '', 0o600);
    chownSync(join(host.root, 'etc/gshadow'), 0, 50);
    chownSync(join(host.root, 'etc/group'), 1000, 0);
    const ran = await host.detect('ACC-03');
    assert.deepEqual(failures(ran).toSorted(), [
      '/etc/group: it belongs to UID 1000',
      '/etc/gshadow: it belongs to GID 50',
      '/etc/passwd-: its mode is 666, where 644 is the most',
      '/etc/shadow: its mode is 644, where 640 is the most',
      'account:old: the password hash of old stands in /etc/passwd, which everybody may read',
    ]);
    assert.doesNotMatch(JSON.stringify(ran), /\$6\$/);
    assert.deepEqual((await host.fix('ACC-03', '/etc/shadow')).wanted, [
      { operation: 'set_owner', words: [join(host.root, 'etc/shadow'), 'root:shadow'] },
      { operation: 'set_mode', words: [join(host.root, 'etc/shadow'), '0640'] },
    ]);
    // No account has a file of its own to be mended.
    assert.deepEqual(operationsOf(await host.fix('ACC-03', 'account:old')), ['by_hand']);
  },
);

test('ACC-04: numbers and names that are given twice are found, each once', { skip }, async () => {
  using host = hostWith({
    passwd: ['ben:x:1000:1001::/home/ben:/bin/sh', 'www-data:x:34:34::/:/bin/false', 'toor:x:0:0::/:/bin/sh'],
    group: ['more:x:50:', 'anna:x:3000:'],
  });
  assert.deepEqual(failures(await host.detect('ACC-04')), [
    'uid:1000: the UID 1000 is given 2 times in /etc/passwd: anna, ben',
    'account:www-data: the name www-data is given 2 times in /etc/passwd: www-data, www-data',
    'gid:50: the GID 50 is given 2 times in /etc/group: staff, more',
    'group:anna: the name anna is given 2 times in /etc/group: anna, anna',
  ]);
});

test('ACC-05: the account of a program with a shell matters as much as what lets somebody in', { skip }, async () => {
  using host = hostWith({
    passwd: [
      'postgres:x:110:110::/var/lib/postgresql:/bin/bash',
      'backup:x:34:34::/var/backups:',
      'git:x:120:120::/srv/git:/bin/sh',
    ],
    shadow: ['postgres:*:1::::::', 'backup:$6$a$b:1::::::', 'git:!:1::::::'],
  });
  host.file('srv/git/.ssh/authorized_keys', 'ssh-ed25519 AAAA\n');
  assert.deepEqual(failures(await host.detect('ACC-05')), [
    'info account:postgres: postgres has the shell /bin/bash, but neither password nor SSH key',
    'account:backup: backup has the shell /bin/sh and a password',
    'account:git: git has the shell /bin/sh and an SSH key',
  ]);
  const { wanted } = await host.fix('ACC-05', 'account:backup');
  const [operation] = wanted;
  assert.deepEqual(
    [wanted.length, operation?.operation, operation?.words[0]],
    [1, 'set_file', join(host.root, 'etc/passwd')],
  );
  const before = readFileSync(join(host.root, 'etc/passwd'), 'utf8');
  assert.equal(
    readFileSync(operation?.words[1] ?? '', 'utf8'),
    before.replace('backup:x:34:34::/var/backups:\n', 'backup:x:34:34::/var/backups:/usr/sbin/nologin\n'),
  );
});

test(
  'ACC-06: an entry of PATH that somebody else can fill is found, and a missing one that nobody can make is not',
  { skip },
  async () => {
    using host = hostWith();
    host.file('root/.profile', '# PATH=.\nexport PATH="$PATH:$HOME/bin:/opt/missing/bin:/opt/open/new/bin"\nFPATH=.\n');
    host.file('root/.bashrc', "PATH='/srv/tools:/srv/team':$PATH\n");
    host.folder('opt/open', 0o1777);
    host.folder('srv/tools', 0o757);
    host.folder('srv/team', 0o775);
    host.file('etc/crontab', 'SHELL=/bin/sh\nPATH=/usr/bin:bin::/usr/sbin\n');
    chownSync(join(host.root, 'srv/team'), 0, 2000);
    assert.deepEqual(failures(await host.detect('ACC-06')).toSorted(), [
      '/etc/crontab: the PATH in /etc/crontab has an empty entry, which is whatever folder root is in',
      '/etc/crontab: the PATH in /etc/crontab has the entry bin, which depends on the folder that root is in',
      '/opt/open: /opt/open may be written by everybody, and /opt/open/new/bin is not there yet; root looks for programs in /opt/open/new/bin (/root/.profile)',
      '/srv/team: /srv/team may be written by the group with the GID 2000; root looks for programs in /srv/team (/root/.bashrc)',
      '/srv/tools: /srv/tools may be written by everybody; root looks for programs in /srv/tools (/root/.bashrc)',
    ]);
    assert.deepEqual((await host.fix('ACC-06', '/srv/tools')).wanted, [
      { operation: 'set_mode', words: [join(host.root, 'srv/tools'), '0755'] },
    ]);
    assert.deepEqual(operationsOf(await host.fix('ACC-06', '/etc/crontab')), ['by_hand']);
    // The folder of somebody is not taken away from him.
    chownSync(join(host.root, 'srv/tools'), 1000, 1000);
    assert.deepEqual(operationsOf(await host.fix('ACC-06', '/srv/tools')), ['by_hand']);
  },
);

test('ACC-06: a group without members and a folder below a sticky one are no way in', { skip }, async () => {
  using host = hostWith();
  host.folder('tmp/tools', 0o755);
  host.folder('tmp', 0o1777);
  host.folder('usr/local/bin', 0o2775);
  chownSync(join(host.root, 'usr/local/bin'), 0, 50);
  host.file('root/.profile', 'PATH=/tmp/tools:/usr/local/bin\n');
  assert.deepEqual(failures(await host.detect('ACC-06')), []);
  host.folder('tmp', 0o777);
  assert.equal(failures(await host.detect('ACC-06')).length, 1);
});

test('ACC-07: sudo without a password is found in every form, and single commands are not', { skip }, async () => {
  using host = hostWith({ shadow: ['cloud:!:1::::::'] });
  const rules = [
    '%ops ALL=(ALL) NOPASSWD: ALL # a team',
    'anna ALL=(root) PASSWD: /bin/ls, NOPASSWD: /usr/bin/systemctl restart app, \\',
    '    ALL',
    'cloud ALL=(ALL) NOPASSWD:ALL',
    'ben ALL=NOPASSWD: EVERY',
    'carl ALL=(ALL) NOPASSWD: /usr/bin/true, PASSWD: ALL',
    'Cmnd_Alias EVERY = /bin/ls, ALL',
    'Defaults:dora !authenticate',
    'root ALL=(ALL) NOPASSWD: ALL',
    '# eve ALL=(ALL) NOPASSWD: ALL',
    'frank ALL=(ALL) NOPASSWD: /srv/deploy.sh --now',
    'gina ALL=(app, www-data:www-data) NOPASSWD: ALL, /bin/bash',
    'hans ALL=(app) NOPASSWD: ALL, (root) /usr/bin/python3.11, /usr/bin/less ""',
  ];
  host.file('etc/sudoers.d/90-own', `Cmnd_Alias EVERY = ALL\n${rules.join('\n')}\n`, 0o440);
  host.file('etc/sudoers.d/passed.over', 'eve ALL=(ALL) NOPASSWD: ALL\n', 0o440);
  host.file('srv/deploy.sh', '', 0o775);
  assert.deepEqual(failures(await host.detect('ACC-07')), [
    'sudo:%ops: %ops may run everything as root without a password, by /etc/sudoers.d/90-own',
    'sudo:anna: anna may run everything as root without a password, by /etc/sudoers.d/90-own',
    'medium sudo:cloud: cloud may run everything as root without a password, by /etc/sudoers.d/90-own; the account has no password that could be asked for',
    'sudo:ben: ben may run everything as root without a password, by /etc/sudoers.d/90-own',
    '/etc/sudoers.d/90-own: sudo asks nobody for a password: Defaults:dora !authenticate',
    '/srv/deploy.sh: frank may run it as root without a password, by /etc/sudoers.d/90-own, and not only root can change it (mode 775, UID 0)',
    'sudo:hans:/usr/bin/python3.11: hans may run it with any words as root without a password, by /etc/sudoers.d/90-own, which is as good as everything',
  ]);
});

test('ACC-07: files of sudo that others may write are found', { skip }, async () => {
  using host = hostWith();
  host.folder('etc/sudoers.d', 0o777);
  host.file('etc/sudoers.d/a', '', 0o440);
  chownSync(join(host.root, 'etc/sudoers.d/a'), 1000, 0);
  assert.deepEqual(failures(await host.detect('ACC-07')), [
    '/etc/sudoers.d: not only root can change what sudo goes by (mode 777, UID 0)',
    '/etc/sudoers.d/a: not only root can change what sudo goes by (mode 440, UID 1000)',
  ]);
});

test(
  'ACC-08: guessing without end weighs as much as who can guess, and nullok as much as there are empty passwords',
  { skip },
  async () => {
    using host = hostWith();
    host.file(
      'etc/pam.d/common-auth',
      'auth\t[success=1 default=ignore]\tpam_unix.so nullok try_first_pass\nauth requisite pam_deny.so\n',
    );
    assert.deepEqual(failures(await host.detect('ACC-08')), [
      'low /etc/pam.d/common-auth: nullok would let empty passwords in; no account has one',
      'low pam:faillock: nothing counts failures; sshd asks for no passwords',
    ]);
    host.fact('sshd', 'passwordauthentication yes\n');
    host.file('etc/shadow', 'anna::1::::::\n');
    assert.deepEqual(failures(await host.detect('ACC-08')), [
      '/etc/pam.d/common-auth: nullok lets empty passwords in, and an account has one',
      'pam:faillock: nothing counts failures, and sshd asks for passwords',
    ]);
    host.file('proc/self/mounts', 'proc /proc proc rw,hidepid=2 0 0\n');
    assert.equal(failures(await host.detect('ACC-08', { isRoot: false })).length, 1);
    host.records('processes', [[7, 1, 0, 0, 1, 1, 0, 'S', 'fail2ban-server', '/usr/bin/python3', 0, '/', '', '']]);
    assert.equal(failures(await host.detect('ACC-08')).length, 1);
    const [operation] = (await host.fix('ACC-08', '/etc/pam.d/common-auth')).wanted;
    assert.equal(
      readFileSync(operation?.words[1] ?? '', 'utf8'),
      'auth\t[success=1 default=ignore]\tpam_unix.so try_first_pass\nauth requisite pam_deny.so\n',
    );
  },
);

test('ACC-09: weak hashes are found in what is set and in what is there, and no hash is told', { skip }, async () => {
  using host = hostWith({ shadow: ['ben:$1$salt$hash:1::::::', 'carl:!abJnggxhB/yWI:1::::::', 'dora:$5$s$h:1::::::'] });
  host.file('etc/login.defs', '#ENCRYPT_METHOD SHA512\nENCRYPT_METHOD\tMD5\n');
  host.file('etc/pam.d/common-password', 'password sufficient pam_unix.so sha512\npassword optional x.so\n');
  host.file('etc/pam.d/passwd', 'password required pam_unix.so obscure md5 use_authtok\n');
  const ran = await host.detect('ACC-09');
  assert.deepEqual(failures(ran), [
    '/etc/login.defs: ENCRYPT_METHOD is MD5',
    '/etc/pam.d/passwd: pam_unix.so makes md5 hashes',
    'account:ben: the password of ben is kept as MD5',
    'account:carl: the password of carl is kept as DES',
  ]);
  assert.doesNotMatch(JSON.stringify(ran), /salt|abJ/);
  const contentOf = async (path: string) =>
    readFileSync((await host.fix('ACC-09', path)).wanted[0]?.words[1] ?? '', 'utf8');
  assert.equal(await contentOf('/etc/login.defs'), '#ENCRYPT_METHOD SHA512\nENCRYPT_METHOD\tSHA512\n');
  assert.equal(await contentOf('/etc/pam.d/passwd'), 'password required pam_unix.so obscure yescrypt use_authtok\n');
});

test(
  'ACC-10: homes and dot files that others may write are found, whatever their names hold; links and private groups are not',
  { skip },
  async () => {
    using host = hostWith({ passwd: ['ben:x:1001:2000::/home/ben:/bin/bash'] });
    const own = (path: string, mode: number, uid: number, gid: number) => {
      host.file(path, '', mode);
      chownSync(join(host.root, path), uid, gid);
      return path;
    };
    host.folder('home/ben', 0o777);
    chownSync(join(host.root, 'home/ben'), 1001, 2000);
    symlinkSync('/dev/null', join(host.root, 'home/anna/.link'));
    homes(host, [
      'home/anna',
      'home/ben',
      'home/anna/.link',
      own('home/anna/.private', 0o664, 1000, 1000),
      own('home/anna/.team', 0o664, 1000, 2000),
      own('home/anna/.a\nb\u001b[31m', 0o666, 1000, 1000),
      own('home/ben/.profile', 0o644, 1000, 2000),
      own('home/ben/.ours', 0o644, 0, 0),
    ]);
    assert.deepEqual(failures(await host.detect('ACC-10')), [
      '/home/ben: everybody may write it (mode 777); it is of ben',
      '/home/anna/.team: the group with the GID 2000 may write it (mode 664); it is of anna',
      '/home/anna/.a\nb\u001b[31m: everybody may write it (mode 666); it is of anna',
      '/home/ben/.profile: it belongs to UID 1000, and is of ben',
    ]);
    assert.deepEqual((await host.fix('ACC-10', '/home/anna/.a\nb\u001b[31m')).wanted, [
      { operation: 'set_mode', words: [join(host.root, 'home/anna/.a\nb\u001b[31m'), '0644'] },
    ]);
  },
);

test('accounts as RHEL makes them raise nothing, and fixes speak its words', { skip }, async () => {
  using host = hostWith({ passwd: ['tool:x:200:200::/opt/tool:/bin/bash'], shadow: ['tool:$6$a$b:1::::::'] });
  const rhel = { osFamily: 'rhel', packages: 'rpm' } as const;
  for (const name of ['shadow', 'gshadow']) {
    chownSync(join(host.root, 'etc', name), 0, 0);
    chmodSync(join(host.root, 'etc', name), 0);
  }
  rmSync(join(host.root, 'etc/pam.d'), { recursive: true });
  const stack =
    'auth required pam_env.so\nauth required pam_faillock.so preauth\nauth sufficient pam_unix.so\npassword sufficient pam_unix.so sha512 shadow\n';
  for (const name of ['system-auth', 'password-auth']) host.file(`etc/pam.d/${name}`, stack);
  for (const id of ['ACC-01', 'ACC-03', 'ACC-08', 'ACC-09'])
    assert.deepEqual(failures(await host.detect(id, rhel)), [], id);
  const contentOf = async (id: string, resource: string) =>
    readFileSync((await host.fix(id, resource, rhel)).wanted[0]?.words[1] ?? '', 'utf8');
  assert.match(await contentOf('ACC-05', 'account:tool'), /^tool:x:200:200::\/opt\/tool:\/sbin\/nologin$/m);
  host.file('etc/login.defs', 'ENCRYPT_METHOD DES\n');
  assert.equal(await contentOf('ACC-09', '/etc/login.defs'), 'ENCRYPT_METHOD SHA512\n');
});
