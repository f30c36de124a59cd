import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { scratchHost, type ScratchHost } from '../../../../test/support/hosts/scratch-host.ts';
import type { Ran } from '../../index.ts';

const failures = ({ verdicts }: Ran) =>
  verdicts.flatMap((each) =>
    each.verdict === 'fail' ? [`${each.severity ?? ''} ${each.resource}: ${each.evidence}`.trim()] : [],
  );

/** `tcp 0.0.0.0 3306 mysqld` */
function listening(host: ScratchHost, ...lines: readonly string[]): void {
  host.records(
    'sockets',
    lines.map((line) => {
      const [protocol = '', address = '', port = '', comm = ''] = line.split(' ');
      return [protocol, protocol.startsWith('tcp') ? 'LISTEN' : 'CLOSE', address, port, '', '', 0, 1, 7, 3, comm];
    }),
  );
}

test('NET-01: databases that this host alone reaches raise nothing, nor do other servers', async () => {
  using host = scratchHost();
  listening(
    host,
    'tcp 127.0.0.1 3306 mysqld',
    'tcp6 ::1 6379 redis-server',
    'tcp 0.0.0.0 443 nginx',
    'udp 0.0.0.0 3306 mysqld',
  );
  const { verdicts, outcome, said } = await host.detect('NET-01');
  assert.deepEqual([outcome, said, verdicts.map(({ verdict }) => verdict)], ['done', '', ['pass']]);
});

test('NET-01: a database on all addresses is found, by its program on any port or by the port of a container', async () => {
  using host = scratchHost();
  listening(
    host,
    'tcp 0.0.0.0 3307 mariadbd',
    'tcp6 :: 3307 mariadbd',
    'tcp 192.0.2.7 6379 redis-server',
    'tcp 0.0.0.0 27017 docker-proxy',
    'tcp 0.0.0.0 5432 ',
    'udp 0.0.0.0 11211 memcached',
    // As RHEL 9 and Amazon Linux 2023 call them.
    'tcp 0.0.0.0 5433 postmaster',
    'tcp 0.0.0.0 6380 redis6-server',
  );
  const ran = await host.detect('NET-01');
  assert.deepEqual(failures(ran).toSorted(), [
    'listener:docker-proxy/27017: MongoDB listens on 0.0.0.0, port 27017',
    'listener:mariadbd/3307: MariaDB listens on 0.0.0.0 and ::, port 3307',
    'listener:memcached/11211: memcached listens on 0.0.0.0, port 11211',
    'listener:port/5432: PostgreSQL listens on 0.0.0.0, port 5432',
    'listener:postmaster/5433: PostgreSQL listens on 0.0.0.0, port 5433',
    'listener:redis-server/6379: Redis listens on 192.0.2.7, port 6379',
    'listener:redis6-server/6380: Redis listens on 0.0.0.0, port 6380',
  ]);
  const [first] = ran.verdicts;
  assert.match(first?.verdict === 'fail' ? (first.remedy ?? '') : '', /^Bind it to this host \(.+\) and restart it\.$/);
});

test('NET-01: the fix binds what it knows, and leaves the rest to a person', async () => {
  using host = scratchHost();
  host.folder('etc/mysql/mariadb.conf.d');
  assert.deepEqual(
    (await host.fix('NET-01', 'listener:mariadbd/3306')).wanted.map(({ operation, words }) => [operation, words[0]]),
    [
      ['set_file', join(host.root, 'etc/mysql/mariadb.conf.d/zz-holdfast-bind-address.cnf')],
      ['reload', 'systemctl'],
    ],
  );
  const { wanted, verdicts } = await host.fix('NET-01', 'listener:etcd/2379');
  assert.deepEqual([wanted, verdicts[0]?.verdict], [[], 'unknown']);
});

test('NET-02: the way out is remembered, and whatever comes or goes is found', async () => {
  using host = scratchHost();
  const route = 'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n';
  host.file(
    'proc/net/route',
    `${route}eth0\t00000000\t0102000A\t3\t0\t0\t100\t00000000\neth0\t0000000A\t0\t1\t0\t0\t0\t00FFFFFF\n`,
  );
  host.file('etc/resolv.conf', '# made\nnameserver 10.0.0.2\noptions edns0\n');
  host.file('etc/hosts', '127.0.0.1  localhost # here\n');
  assert.deepEqual((await host.detect('NET-02')).verdicts, [
    { verdict: 'pass', resource: 'network', evidence: 'remembered for later scans' },
  ]);
  assert.deepEqual(
    (await host.detect('NET-02')).verdicts.map(({ verdict }) => verdict),
    ['pass'],
  );
  host.file('etc/hosts', '127.0.0.1 localhost\n192.0.2.66\tdeb.debian.org\n');
  host.file('etc/resolv.conf', '');
  host.file('proc/net/route', `${route}eth0\t00000000\t0902000A\t3\t0\t0\t100\t00000000\n`);
  assert.deepEqual(failures(await host.detect('NET-02')), [
    'network:hosts:192.0.2.66 deb.debian.org: new: hosts 192.0.2.66 deb.debian.org',
    'network:route:default via 10.0.2.9 dev eth0: new: route default via 10.0.2.9 dev eth0',
    'network:dns:nameserver 10.0.0.2: gone: dns nameserver 10.0.0.2',
    'network:route:default via 10.0.2.1 dev eth0: gone: route default via 10.0.2.1 dev eth0',
  ]);
});

test('NET-03: an interface that takes in everything is found with who might read it, and one of a bridge is not', async () => {
  using host = scratchHost();
  host.file('sys/class/net/eth0/flags', '0x1003\n');
  host.records('sockets', []);
  assert.deepEqual(
    (await host.detect('NET-03')).verdicts.map(({ verdict }) => verdict),
    ['pass'],
  );
  host.file('sys/class/net/eth0/flags', '0x1103\n');
  host.file('sys/class/net/eth0/upper_eth0.5/uevent', 'DEVTYPE=vlan\n');
  host.file('sys/class/net/eth1/flags', '0x1103\n');
  host.folder('sys/class/net/eth1/brport');
  host.file('sys/class/net/veth0/flags', '0x1103\n');
  host.file('sys/class/net/veth0/upper_macvlan0/uevent', 'INTERFACE=macvlan0\n');
  host.records('sockets', [['packet', '', '', '', '', '', 0, 9, 7, 3, 'tcpdump']]);
  assert.deepEqual(failures(await host.detect('NET-03')), [
    'interface:eth0: eth0 is promiscuous; packet sockets are held by: tcpdump',
  ]);
});

/** An interface is made promiscuous in a network of its own, and sysfs of that network is looked at. */
test('NET-03: a real interface is seen as the kernel has it', { skip: withoutNetworks() }, async () => {
  const flags = (way: string) =>
    execFileSync(
      'unshare',
      [
        '--net',
        '--mount',
        'sh',
        '-c',
        `ip link set lo ${way} && mount -t sysfs none /sys && cat /sys/class/net/lo/flags`,
      ],
      {
        encoding: 'utf8',
      },
    );
  using host = scratchHost();
  host.records('sockets', []);
  host.file('sys/class/net/lo/flags', flags('promisc on'));
  assert.equal(failures(await host.detect('NET-03')).length, 1);
  host.file('sys/class/net/lo/flags', flags('promisc off'));
  assert.equal(failures(await host.detect('NET-03')).length, 0);
});

function withoutNetworks(): string | false {
  try {
    execFileSync('unshare', ['--net', '--mount', 'ip', 'link'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'needs root, unshare and ip';
  }
}
