import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { chmodSync, chownSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { scratchHost, type ScratchHost } from '../../../../test/support/hosts/scratch-host.ts';
import type { Ground, Ran } from '../../index.ts';

/** What `sshd -T` says of a server that is set up well. */
const SETTINGS: Readonly<Record<string, string>> = {
  port: '22',
  permitemptypasswords: 'no',
  permitrootlogin: 'no',
  passwordauthentication: 'no',
  kbdinteractiveauthentication: 'no',
  usepam: 'yes',
  maxauthtries: '4',
  logingracetime: '60',
  maxstartups: '10:30:60',
  hostbasedauthentication: 'no',
  ignorerhosts: 'yes',
  permituserenvironment: 'no',
  authorizedkeysfile: '.ssh/authorized_keys .ssh/authorized_keys2',
  ciphers: 'chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes256-ctr',
  macs: 'hmac-sha2-256-etm@openssh.com,umac-128@openssh.com',
  kexalgorithms: 'sntrup761x25519-sha512@openssh.com,curve25519-sha256,diffie-hellman-group14-sha256',
  hostkeyalgorithms: 'ssh-ed25519,rsa-sha2-512,ecdsa-sha2-nistp256',
};
const DEBIAN_CONFIG = '# Debian\nInclude /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\n';

function serverWith(changed: Readonly<Record<string, string>> = {}, config = DEBIAN_CONFIG): ScratchHost {
  const host = scratchHost();
  const said = Object.entries({ ...SETTINGS, ...changed }).map(([key, value]) => `${key} ${value}\n`);
  host.fact('sshd', said.join(''));
  host.file('etc/ssh/sshd_config', config, 0o644);
  host.folder('etc/ssh/sshd_config.d', 0o755);
  host.folder('etc/ssh', 0o755);
  host.file('etc/ssh/ssh_host_ed25519_key', 'a key', 0o600);
  host.file('etc/ssh/ssh_host_ed25519_key.pub', 'a key', 0o644);
  host.file('etc/passwd', 'root:x:0:0:root:/root:/bin/bash\nanna:x:1000:1000::/home/anna:/bin/bash\n');
  host.file('etc/group', 'root:x:0:\nssh_keys:x:998:\n');
  host.file('var/log/auth.log', '');
  host.file('proc/net/fib_trie', trie('127.0.0.1', '10.0.0.5'));
  listening(host, '0.0.0.0');
  return host;
}

/** As the kernel shows the addresses of its interfaces. */
function trie(...addresses: readonly string[]): string {
  return [
    'Main:',
    '  +-- 0.0.0.0/0 3 0 5',
    ...addresses.flatMap((each) => [`     |-- ${each}`, '        /32 host LOCAL']),
  ].join('\n');
}

function listening(host: ScratchHost, address: string): void {
  host.records('sockets', [['tcp', 'LISTEN', address, 22, '', '', 0, 1, 7, 3, 'sshd']]);
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

const IDS = ['01', '02', '03', '04', '05', '06', '07', '08', '09'].map((number) => `SSH-${number}`);
const needsRoot = process.getuid?.() === 0 ? false : 'needs root';
const withoutOpenSsh = needsRoot || (existsSync('/usr/bin/ssh-keygen') ? false : 'needs ssh-keygen');

test('a server that is set up well raises nothing', { skip: withoutOpenSsh }, async () => {
  using host = serverWith();
  for (const id of IDS) {
    const { verdicts, outcome, said } = await host.detect(id);
    assert.deepEqual([outcome, said], ['done', ''], id);
    assert.ok(
      verdicts.length > 0 && verdicts.every(({ verdict }) => verdict === 'pass'),
      `${id}: ${JSON.stringify(verdicts)}`,
    );
  }
});

test('a host without a server is not judged, and a server that gives no answer is unknown', async () => {
  using host = scratchHost();
  for (const id of ['SSH-01', 'SSH-02', 'SSH-03', 'SSH-04', 'SSH-05', 'SSH-07']) {
    assert.ok(
      (await host.detect(id)).verdicts.every(({ verdict }) => verdict === 'not_applicable'),
      id,
    );
  }
  host.fact('sshd.error', '/etc/ssh/sshd_config: line 3: Bad configuration option: Prot\n');
  for (const id of ['SSH-01', 'SSH-02', 'SSH-03', 'SSH-04', 'SSH-05', 'SSH-07']) {
    const [verdict] = (await host.detect(id)).verdicts;
    assert.ok(verdict?.verdict === 'unknown' && /line 3/.test(verdict.reason), id);
  }
});

const BAD: readonly (readonly [string, Record<string, string>, string, string])[] = [
  [
    'SSH-01',
    { permitemptypasswords: 'yes' },
    'sshd:permitemptypasswords: permitemptypasswords is yes',
    'PermitEmptyPasswords no\n',
  ],
  [
    'SSH-02',
    { permitrootlogin: 'yes', passwordauthentication: 'yes' },
    'high sshd:permitrootlogin: permitrootlogin is yes',
    'PermitRootLogin prohibit-password\n',
  ],
  [
    'SSH-02',
    { permitrootlogin: 'yes' },
    'low sshd:permitrootlogin: permitrootlogin is yes',
    'PermitRootLogin prohibit-password\n',
  ],
  [
    'SSH-04',
    { ciphers: 'aes256-ctr,aes128-cbc,3des-cbc' },
    'medium sshd:ciphers: aes128-cbc (CBC tells plaintext bit by bit (CVE-2008-5161)), 3des-cbc (blocks of 64 bits (Sweet32, CVE-2016-2183))',
    'ciphers aes256-ctr\n',
  ],
  ['SSH-04', { macs: 'hmac-sha2-256,hmac-sha1' }, 'low sshd:macs: hmac-sha1 (SHA-1)', 'macs hmac-sha2-256\n'],
  ['SSH-05', { maxauthtries: '6' }, 'sshd:maxauthtries: MaxAuthTries is 6, where 4 is enough', 'MaxAuthTries 4\n'],
  [
    'SSH-05',
    { logingracetime: '0' },
    'sshd:logingracetime: LoginGraceTime is 0: a connection that never logs in is never ended',
    'LoginGraceTime 60\n',
  ],
  [
    'SSH-05',
    { maxstartups: '10:30:100' },
    'sshd:maxstartups: MaxStartups is 10:30:100, where 10:30:60 is enough',
    'MaxStartups 10:30:60\n',
  ],
  [
    'SSH-07',
    { permituserenvironment: 'yes' },
    'sshd:permituserenvironment: permituserenvironment is yes',
    'PermitUserEnvironment no\n',
  ],
  [
    'SSH-07',
    { hostbasedauthentication: 'yes' },
    'sshd:hostbasedauthentication: hostbasedauthentication is yes',
    'HostbasedAuthentication no\n',
  ],
];

test('what the server would do wrongly is found, and the fix sets it where it is read first', async (t) => {
  for (const [id, changed, found, lines] of BAD) {
    await t.test(found, async () => {
      using host = serverWith(changed);
      assert.deepEqual(failures(await host.detect(id)), [found]);
      const resource = /sshd:[a-z]+/.exec(found)?.[0] ?? '';
      const { wanted } = await host.fix(id, resource);
      assert.deepEqual(
        wanted.map(({ operation }) => operation),
        ['set_file', 'validate', 'reload'],
      );
      assert.equal(wanted[0]?.words[0], join(host.root, `etc/ssh/sshd_config.d/00-holdfast-${resource.slice(5)}.conf`));
      assert.equal(readFileSync(wanted[0]?.words[1] ?? '', 'utf8'), lines);
    });
  }
});

test('the service that is reloaded is the one of the system, and without systemd its process', async () => {
  using host = serverWith({ permitemptypasswords: 'yes' });
  host.file('run/sshd.pid', '4711\n');
  const reloaded = async (other: Partial<Ground>) =>
    (await host.fix('SSH-01', 'sshd:permitemptypasswords', other)).wanted.at(-1)?.words.join(' ');
  assert.equal(await reloaded({}), 'systemctl try-reload-or-restart ssh');
  assert.equal(await reloaded({ osFamily: 'rhel' }), 'systemctl try-reload-or-restart sshd');
  assert.equal(await reloaded({ init: 'none' }), 'kill -HUP 4711');
});

test('where no folder is read first, the fix writes to the top of the file itself', async () => {
  const config = 'UsePAM yes\nInclude /etc/ssh/sshd_config.d/*.conf\n';
  using host = serverWith({ permitemptypasswords: 'yes' }, config);
  const [file] = (await host.fix('SSH-01', 'sshd:permitemptypasswords')).wanted;
  assert.equal(file?.words[0], join(host.root, 'etc/ssh/sshd_config'));
  assert.equal(readFileSync(file.words[1] ?? '', 'utf8'), `PermitEmptyPasswords no\n${config}`);
});

test('what holds below Match alone is found with its place, and left to a person', async () => {
  using host = serverWith(
    {},
    `${DEBIAN_CONFIG}Match User backup\n  PermitEmptyPasswords "yes"\nMatch all\nPermitEmptyPasswords yes\n`,
  );
  host.file(
    'etc/ssh/sshd_config.d/50-own.conf',
    'match address 10.0.0.0/8\n\tPermitRootLogin=yes\nMatch User ci\n  PermitRootLogin no # never\n',
  );
  assert.deepEqual(failures(await host.detect('SSH-01')), [
    'sshd:permitemptypasswords:User backup: permitemptypasswords is yes for User backup (/etc/ssh/sshd_config:5)',
  ]);
  assert.deepEqual(failures(await host.detect('SSH-02')), [
    'sshd:permitrootlogin:address 10.0.0.0/8: permitrootlogin is yes for address 10.0.0.0/8 (/etc/ssh/sshd_config.d/50-own.conf:2)',
  ]);
  assert.deepEqual(operationsOf(await host.fix('SSH-01', 'sshd:permitemptypasswords:User backup')), ['by_hand']);
});

test('SSH-03: asking for passwords weighs as much as where that is reached', async () => {
  using host = serverWith({ passwordauthentication: 'yes' });
  assert.deepEqual(failures(await host.detect('SSH-03')), [
    'medium sshd:passwordauthentication: PasswordAuthentication is on, at 10.0.0.5; whether a router or a cloud makes that public is not seen from here',
  ]);
  host.file('proc/net/fib_trie', trie('10.0.0.5', '93.184.216.34'));
  assert.deepEqual(failures(await host.detect('SSH-03')), [
    'sshd:passwordauthentication: PasswordAuthentication is on, at the public address 93.184.216.34',
  ]);
  listening(host, '127.0.0.1');
  assert.deepEqual(failures(await host.detect('SSH-03')), []);
  listening(host, '::');
  host.file('proc/net/fib_trie', trie('10.0.0.5'));
  host.file(
    'proc/net/if_inet6',
    '00000000000000000000000000000001 01 80 10 80 lo\n20010db8000000000000000000000001 02 40 00 80 eth0\nfe80000000000000 02 40 20 80 eth0\n',
  );
  assert.match(failures(await host.detect('SSH-03'))[0] ?? '', /public address 2001:0db8:/);
  using both = serverWith({
    passwordauthentication: 'yes',
    authenticationmethods: 'publickey,password publickey,keyboard-interactive:pam',
  });
  assert.deepEqual(failures(await both.detect('SSH-03')), []);
  for (const authenticationmethods of ['any', 'publickey password']) {
    using either = serverWith({ passwordauthentication: 'yes', authenticationmethods });
    assert.equal(failures(await either.detect('SSH-03')).length, 1, authenticationmethods);
  }
});

test('SSH-03: passwords are turned off only where somebody has come in with a key', async () => {
  using host = serverWith({ passwordauthentication: 'yes', kbdinteractiveauthentication: 'yes' });
  const operations = async () => operationsOf(await host.fix('SSH-03', 'sshd:passwordauthentication'));
  assert.deepEqual(await operations(), ['by_hand']);
  host.file(
    'var/log/auth.log',
    '2026-11-28T10:00:00.1+00:00 h sshd[7]: Accepted publickey for anna from 10.0.0.9 port 9 ssh2: ED25519 SHA256:x\n',
  );
  assert.deepEqual(await operations(), ['set_file', 'validate', 'reload']);
});

test(
  'SSH-06: private keys and settings that others reach are found, and the fix takes away just that',
  { skip: needsRoot },
  async () => {
    using host = serverWith();
    const key = '/etc/ssh/ssh_host_ed25519_key';
    chmodSync(join(host.root, key), 0o640);
    chownSync(join(host.root, key), 0, 998);
    assert.deepEqual(failures(await host.detect('SSH-06')), []);
    chownSync(join(host.root, key), 0, 50);
    host.file('etc/ssh/sshd_config.d/a.conf', '', 0o664);
    chownSync(join(host.root, 'etc/ssh/sshd_config.d/a.conf'), 0, 50);
    chownSync(join(host.root, 'etc/ssh/sshd_config'), 1000, 0);
    assert.deepEqual(failures(await host.detect('SSH-06')), [
      '/etc/ssh/sshd_config: it belongs to UID 1000',
      '/etc/ssh/sshd_config.d/a.conf: others may write it (mode 664)',
      `${key}: the group with the GID 50 may read this private key (mode 640)`,
    ]);
    assert.deepEqual((await host.fix('SSH-06', key)).wanted, [
      { operation: 'set_owner', words: [join(host.root, key), 'root:root'] },
      { operation: 'set_mode', words: [join(host.root, key), '0600'] },
    ]);
  },
);

test(
  'SSH-08: a queue in the place of the keys of one account hides none of the others',
  { skip: withoutOpenSsh },
  async () => {
    using host = serverWith();
    host.folder('home/anna/.ssh');
    execFileSync('mkfifo', [join(host.root, 'home/anna/.ssh/authorized_keys')]);
    host.file('root/.ssh/authorized_keys', `${makeKey('one').line}\n`, 0o666);
    const { outcome, verdicts } = await host.detect('SSH-08');
    assert.equal(outcome, 'done');
    assert.ok(verdicts.some(({ verdict }) => verdict === 'unknown'));
    assert.ok(verdicts.some(({ verdict }) => verdict === 'fail'));
  },
);

test('SSH-08: of thousands of keys each is told from all others', { skip: withoutOpenSsh }, async () => {
  using host = serverWith();
  const many = Array.from({ length: 1500 }, () => makeKey('x').line);
  const [late, odd] = [makeKey('holdfast:1503'), makeKey('y')];
  host.file('root/.ssh/authorized_keys', many.join('\n'), 0o600);
  await host.detect('SSH-08');
  const lines = [
    ...many,
    'no key',
    '',
    `from="10.0.0.1" ${late.line}`,
    '# nor this',
    `command="say \\"ssh-rsa AAAA\\"" ${odd.line}`,
  ];
  host.file('root/.ssh/authorized_keys', lines.join('\n'), 0o600);
  const found = await host.detect('SSH-08');
  assert.equal(found.outcome, 'done');
  assert.deepEqual(
    failures(found).filter((each) => each.includes('a new key')),
    [
      `key:${late.print}@root: a new key opens root (/root/.ssh/authorized_keys:1503)`,
      `key:${odd.print}@root: a new key opens root (/root/.ssh/authorized_keys:1505)`,
    ],
  );
  const [file] = (await host.fix('SSH-08', `key:${late.print}@root`)).wanted;
  assert.equal(readFileSync(file?.words[1] ?? '', 'utf8'), lines.toSpliced(1502, 1).join('\n'));
});

/** A line of authorized_keys (RFC 4253 section 6.6, RFC 8709), and the fingerprint of its key. */
function makeKey(name: string): { readonly line: string; readonly print: string } {
  const { publicKey } = generateKeyPairSync('ed25519');
  const key = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const blob = Buffer.concat(['ssh-ed25519', key].flatMap((each) => [lengthOf(each), Buffer.from(each)]));
  const print = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
  return { line: `ssh-ed25519 ${blob.toString('base64')} ${name}`, print: `SHA256:${print}` };
}

function lengthOf(of: string | Uint8Array): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(of.length);
  return bytes;
}

test(
  'SSH-08: new, shared and root keys are found, and those with options that do harm',
  { skip: withoutOpenSsh },
  async () => {
    using host = serverWith({ permitrootlogin: 'prohibit-password' });
    const [one, two, three] = ['one', 'two', 'three'].map((name) => makeKey(name));
    assert.ok(one && two && three);
    const anna = (text: string) => {
      const path = host.file('home/anna/.ssh/authorized_keys', text, 0o600);
      chownSync(path, 1000, 1000);
    };
    anna(`# mine\n${one.line}\nno key at all\n`);
    assert.deepEqual(failures(await host.detect('SSH-08')), []);
    anna(
      `${one.line}\nfrom="10.0.0.1",command="/tmp/.x/run a b" ${two.line}\nenvironment="LD_PRELOAD=/x.so" ${three.line}`,
    );
    host.file('root/.ssh/authorized_keys', `${one.line}\n`, 0o600);
    const found = await host.detect('SSH-08');
    assert.equal(found.outcome, 'done');
    assert.deepEqual(
      failures(found).toSorted(),
      [
        `key:${one.print}@root: a new key opens root (/root/.ssh/authorized_keys:1)`,
        `key:${two.print}@anna: a new key opens anna (/home/anna/.ssh/authorized_keys:2)`,
        `key:${two.print}@anna:command: the key starts /tmp/.x/run as anna (/home/anna/.ssh/authorized_keys:2)`,
        `key:${three.print}@anna: a new key opens anna (/home/anna/.ssh/authorized_keys:3)`,
        `low key:${one.print}: one key opens several accounts: root anna`,
        `low key:${one.print}@root:root: a key opens root from everywhere (/root/.ssh/authorized_keys:1)`,
        `medium key:${three.print}@anna:environment: the key sets the environment of anna (/home/anna/.ssh/authorized_keys:3)`,
      ].toSorted(),
    );
    host.file('root/.ssh/authorized_keys', `command="echo log in as anna" ${one.line}\n`, 0o600);
    assert.ok(!failures(await host.detect('SSH-08')).some((each) => each.includes('several accounts')));
    const [file] = (await host.fix('SSH-08', `key:${two.print}@anna:command`)).wanted;
    assert.equal(file?.words[0], join(host.root, 'home/anna/.ssh/authorized_keys'));
    assert.equal(
      readFileSync(file.words[1] ?? '', 'utf8'),
      `${one.line}\nenvironment="LD_PRELOAD=/x.so" ${three.line}`,
    );
    chmodSync(join(host.root, 'home/anna/.ssh/authorized_keys'), 0o666);
    assert.ok(
      failures(await host.detect('SSH-08')).some((each) =>
        each.startsWith('/home/anna/.ssh/authorized_keys: others can add'),
      ),
    );
    assert.deepEqual(operationsOf(await host.fix('SSH-08', '/home/anna/.ssh/authorized_keys')), ['by_hand']);
  },
);
