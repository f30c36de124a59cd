/** The SSH server as Debian has it: what it says that it would do is judged, fixes change it, and its log is read. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { scratchHost, type ScratchHost } from '../support/hosts/scratch-host.ts';
import { freePort } from '../support/servers/process.ts';
import type { Ran } from '../../src/host/index.ts';

const SSHD = join(import.meta.dirname, '../../.services/openssh-server/sshd');
const skip = missing();
if (skip && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skip);

function missing(): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  return [SSHD, '/usr/bin/ssh', '/usr/bin/ssh-keygen'].every((path) => existsSync(path))
    ? false
    : 'needs sshd and ssh: npm run services:install -- openssh-server';
}

const PASSWORD = 'right and proper';

/** With a host key, and an account that a password opens, which this host alone has. */
function serverWith(settings: string): ScratchHost {
  const host = scratchHost();
  const key = join(host.folder('etc/ssh'), 'ssh_host_ed25519_key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  host.folder('etc/ssh/sshd_config.d');
  host.file(
    'etc/ssh/sshd_config',
    `Include ${host.root}/etc/ssh/sshd_config.d/*.conf\nHostKey ${key}\nUsePAM no\nPidFile none\n${settings}`,
  );
  const hash = execFileSync('openssl', ['passwd', '-6', '-stdin'], { input: PASSWORD, encoding: 'utf8' }).trim();
  host.file(
    'etc/passwd',
    'root:x:0:0:root:/root:/bin/sh\nsshd:x:105:65534::/run/sshd:/usr/sbin/nologin\ntester:x:1234:65534::/:/bin/sh\n',
  );
  host.file('etc/shadow', `root:*:19000::::::\ntester:${hash}:19000:0:99999:7:::\n`);
  host.folder('run/sshd', 0o755);
  return host;
}

/** The words to start the server with, where the accounts of the host are those of the machine. */
function within(host: ScratchHost, words: readonly string[]): readonly string[] {
  const mounts = ['etc/passwd', 'etc/shadow'].map((path) => `mount --bind '${host.root}/${path}' /${path}`);
  const folder = `mount -t tmpfs -o mode=0755 tmpfs /run && mkdir -m 0755 /run/sshd`;
  return [
    '--mount',
    'sh',
    '-c',
    `${[...mounts, folder].join(' && ')} && exec "$@"`,
    'sh',
    SSHD,
    '-f',
    `${host.root}/etc/ssh/sshd_config`,
    ...words,
  ];
}

/** As the probe keeps it. */
function ask(host: ScratchHost): void {
  host.fact('sshd', execFileSync('unshare', within(host, ['-T']), { encoding: 'utf8' }));
}

const failuresOf = ({ verdicts }: Ran) => verdicts.flatMap((each) => (each.verdict === 'fail' ? [each.resource] : []));
const CHECKS = ['SSH-01', 'SSH-02', 'SSH-04', 'SSH-05', 'SSH-07'];

test('a server that is set up badly says so, and does otherwise after the fixes', { skip }, async () => {
  using host = serverWith(
    [
      'PermitEmptyPasswords yes',
      'PermitRootLogin yes',
      'Ciphers +aes128-cbc,3des-cbc',
      'MACs +hmac-md5',
      'KexAlgorithms +diffie-hellman-group1-sha1',
      'HostKeyAlgorithms +ssh-rsa',
      'MaxAuthTries 10',
      'LoginGraceTime 0',
      'MaxStartups 100:30:200',
      'HostbasedAuthentication yes',
      'IgnoreRhosts no',
      'PermitUserEnvironment yes',
      '',
    ].join('\n'),
  );
  ask(host);
  const found: (readonly [string, string])[] = [];
  for (const id of CHECKS) for (const resource of failuresOf(await host.detect(id))) found.push([id, resource]);
  assert.deepEqual(
    found.map(([, resource]) => resource.slice('sshd:'.length)),
    [
      ...['permitemptypasswords', 'permitrootlogin', 'ciphers', 'macs', 'kexalgorithms', 'hostkeyalgorithms'],
      ...[
        'maxauthtries',
        'logingracetime',
        'maxstartups',
        'hostbasedauthentication',
        'ignorerhosts',
        'permituserenvironment',
      ],
    ],
  );
  for (const [id, resource] of found) {
    for (const { operation, words } of (await host.fix(id, resource)).wanted) {
      if (operation === 'set_file')
        host.file((words[0] ?? '').slice(host.root.length), readFileSync(words[1] ?? '', 'utf8'));
    }
  }
  execFileSync('unshare', within(host, ['-t']), { stdio: ['ignore', 'inherit', 'inherit'] });
  ask(host);
  for (const id of CHECKS) assert.deepEqual(failuresOf(await host.detect(id)), [], id);
});

test('a password that is guessed at a real server is found in what it writes', { skip }, async () => {
  using host = serverWith('MaxAuthTries 20\nPasswordAuthentication yes\nStrictModes no\n');
  const port = await freePort();
  const server = spawn('unshare', within(host, ['-D', '-e', '-p', String(port), '-o', 'ListenAddress=127.0.0.1']), {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(server, 'exit');
  const lines: string[] = [];
  const heard = new EventEmitter();
  createInterface(server.stderr).on('line', (line) => {
    lines.push(`${new Date().toISOString().replace('Z', '000+00:00')} web sshd[7]: ${line.trim()}`);
    heard.emit('line');
  });
  /** Until the server has written so many of them. */
  const written = async (text: string, times: number): Promise<void> => {
    while (lines.filter((line) => line.includes(text)).length < times) {
      if (server.exitCode !== null) throw new Error(lines.join('\n'));
      await Promise.race([once(heard, 'line'), ended]);
    }
    host.file('var/log/auth.log', `${lines.join('\n')}\n`);
  };
  try {
    await written('listening on', 1);
    assert.notEqual(await login(host, port, 'wrong', 5), 0);
    await written('Failed password', 5);
    assert.deepEqual(failuresOf(await host.detect('SSH-09')), ['ssh:guessing']);
    assert.equal(await login(host, port, PASSWORD, 1), 0);
    await written('Accepted password', 1);
    assert.deepEqual(failuresOf(await host.detect('SSH-09')), ['source:127.0.0.1', 'ssh:guessing']);
  } finally {
    server.kill();
    await ended;
  }
});

/** The exit status of ssh. */
async function login(host: ScratchHost, port: number, password: string, times: number): Promise<number | null> {
  const asks = host.file('ask.sh', `#!/bin/sh\necho '${password}'\n`, 0o700);
  const client = spawn(
    'ssh',
    [
      ...[
        '-F',
        'none',
        '-o',
        'StrictHostKeyChecking=no',
        '-o',
        'UserKnownHostsFile=/dev/null',
        '-o',
        'PubkeyAuthentication=no',
      ],
      ...[
        '-o',
        `NumberOfPasswordPrompts=${times}`,
        '-o',
        'LogLevel=ERROR',
        '-p',
        String(port),
        'tester@127.0.0.1',
        'true',
      ],
    ],
    { env: { PATH: '/usr/bin:/bin', SSH_ASKPASS: asks, SSH_ASKPASS_REQUIRE: 'force' }, stdio: 'ignore' },
  );
  await once(client, 'exit');
  return client.exitCode;
}
