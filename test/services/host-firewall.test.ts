/** The walk through the rules of a firewall is held against real packets, and fixes are loaded into a real kernel. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { scratchHost, type ScratchHost } from '../support/hosts/scratch-host.ts';
import type { Outcome, Task } from '../support/hosts/packet-lab.ts';

const skip = missing();
if (skip && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skip);

function missing(): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  return ['/usr/sbin/nft', '/usr/sbin/iptables-restore', '/usr/bin/unshare'].every((path) => existsSync(path))
    ? false
    : 'needs nft, iptables and unshare: npm run services:install -- nftables';
}

function meet(task: Task): Outcome {
  const out = execFileSync(
    'unshare',
    ['--net', process.execPath, join(import.meta.dirname, '../support/hosts/packet-lab.ts')],
    {
      input: JSON.stringify(task),
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  return JSON.parse(out) as Outcome;
}

/** A host whose rules are those of the lab, as the probe writes them. */
function hostOf({ nft, iptables, ip6tables }: Outcome): ScratchHost {
  const host = scratchHost();
  host.fact('firewall/nft', nft);
  host.fact('firewall/iptables', iptables);
  host.fact('firewall/ip6tables', ip6tables);
  host.records('sockets', []);
  host.folder('sys/class/net/outer0');
  host.folder('sys/class/net/lo');
  return host;
}

/** What the walk says of each port, beside what became of real packets. */
function compare(outcome: Outcome, ports: readonly number[]): readonly (readonly [string, string, string])[] {
  using host = hostOf(outcome);
  const questions = ports.flatMap((port) => [`4 tcp ${port}`, `6 tcp ${port}`]);
  const said = execFileSync(
    'awk',
    [
      ...['-v', 'interfaces=outer0', '-f', join(import.meta.dirname, '../../src/host/native/firewall.awk')],
      ...['kind=nft', join(host.root, '../facts/firewall/nft')],
      ...['kind=ipt4', join(host.root, '../facts/firewall/iptables')],
      ...['kind=ipt6', join(host.root, '../facts/firewall/ip6tables'), 'kind=query', '-'],
    ],
    { input: `${questions.join('\n')}\n`, encoding: 'utf8' },
  );
  const answers = new Map(
    said.split('\n').map((line) => [line.split(' ').slice(0, 3).join(' '), line.split(' ')[3] ?? '']),
  );
  return outcome.met.map(({ family, port, friend, stranger }) => [
    `${family} tcp ${port}`,
    answers.get(`${family} tcp ${port}`) ?? 'nothing',
    stranger ? 'open' : friend ? 'some' : 'closed',
  ]);
}

const NFT = `
table inet filter {
  set friends { type ipv4_addr; flags interval; elements = { 10.0.0.0/8 } }
  set ports { type inet_service; elements = { 80, 443 } }
  chain input {
    type filter hook input priority filter; policy drop;
    iif lo accept
    ct state vmap { established : accept, related : accept, invalid : drop }
    meta l4proto { icmp, ipv6-icmp } accept
    iifname "outer*" tcp dport 9999 accept
    iifname "other0" tcp dport 9998 accept
    tcp dport 22 ct state new limit rate 100/second accept
    tcp dport { 25, 8000-8100 } counter accept comment "mail { and } more"
    tcp dport @ports accept
    ip saddr @friends tcp dport 3306 accept
    ip6 saddr fd00::/8 tcp dport { 3306, 5432 } accept
    ip saddr != 10.0.0.0/8 tcp dport 5432 drop
    ip protocol tcp tcp dport 5432 accept
    tcp dport vmap { 2222 : accept, 23 : drop, 24 : jump more }
    meta nfproto ipv6 tcp dport 6000 accept
    tcp dport != 7000 goto rest
    tcp dport 7000 accept
  }
  chain more { tcp dport 24 accept; }
  chain rest { udp dport 53 accept; tcp dport 6379 jump more; meta l4proto tcp th dport 27017 accept; tcp dport 1-100 return; }
}
table ip early {
  chain before { type filter hook prerouting priority -300; policy accept; tcp dport 8050 drop; }
}
`;

test('the walk through nftables says of each port what a real packet meets, over IPv4 and IPv6', { skip }, () => {
  const ports = [22, 23, 24, 25, 26, 80, 443, 2222, 3306, 5432, 6000, 6379, 7000, 8000, 8050, 9998, 9999, 27017];
  const compared = compare(meet({ nft: NFT, ports }), ports);
  assert.deepEqual(
    compared.filter(([, said, met]) => said !== met),
    [],
  );
  // The test would say nothing if one answer fitted all.
  assert.deepEqual([...new Set(compared.map(([, said]) => said))].toSorted(), ['closed', 'open', 'some']);
});

const IPTABLES = (family: 4 | 6): string => `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:MINE - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p ${family === 4 ? 'icmp' : 'ipv6-icmp'} -j ACCEPT
-A INPUT -p tcp -m multiport --dports 80,8000:8100 -j MINE
-A INPUT -s ${family === 4 ? '10.0.0.0/8' : 'fd00::/8'} -p tcp -m tcp --dport 3306 -m comment --comment "for friends -j DROP" -j ACCEPT
-A INPUT ! -i other0 -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT
-A INPUT ! -s ${family === 4 ? '10.0.0.0/8' : 'fd00::/8'} -p tcp -m tcp --dport 5432 -j REJECT
-A INPUT -p tcp -m tcp --dport 5432 --syn -j ACCEPT
-A MINE -p tcp -m tcp ! --dport 8050 -j ACCEPT
-A MINE -j RETURN
COMMIT
`;

test(
  'the walk through iptables says of each port what a real packet meets, and nft shows the same rules',
  { skip },
  () => {
    const ports = [22, 80, 81, 3306, 5432, 8050, 8100];
    const outcome = meet({ iptables: IPTABLES(4), ip6tables: IPTABLES(6), ports });
    for (const seen of [outcome, { ...outcome, nft: '' }, { ...outcome, iptables: '', ip6tables: '' }]) {
      assert.deepEqual(
        compare(seen, ports).filter(([, said, met]) => said !== met),
        [],
      );
    }
  },
);

test('FW-01: the rules that the fix writes keep what listens reachable, and nothing else', { skip }, async () => {
  using host = scratchHost();
  host.fact('firewall/nft', '');
  host.records('sockets', [
    ['tcp6', 'LISTEN', '::', 22, '', '', 0, 1, 7, 3, 'sshd'],
    ['tcp', 'LISTEN', '0.0.0.0', 80, '', '', 0, 1, 7, 3, 'nginx'],
    ['tcp', 'LISTEN', '127.0.0.1', 3306, '', '', 0, 1, 7, 3, 'mariadbd'],
    ['udp', 'CLOSE', '0.0.0.0', 53, '', '', 0, 1, 7, 3, 'dnsmasq'],
  ]);
  const { wanted } = await host.fix('FW-01', 'firewall:input');
  assert.deepEqual(
    wanted.map(({ operation, words }) => [operation, words[0]]),
    [
      ['set_file', join(host.root, 'etc/nftables.conf')],
      ['validate', 'nft'],
      ['load_rules', 'nft'],
      ['set_service', 'nftables'],
    ],
  );
  // What is loaded after the next start.
  const nft = readFileSync(wanted[0]?.words[1] ?? '', 'utf8');
  const ports = [22, 80, 3306, 8080];
  const outcome = meet({ nft, ports });
  assert.deepEqual(
    outcome.met.map(({ port, stranger }) => [port, stranger]),
    ports.flatMap((port) => [0, 1].map(() => [port, port < 100])),
  );
  using mended = hostOf(outcome);
  assert.deepEqual(
    (await mended.detect('FW-01')).verdicts.map(({ verdict }) => verdict),
    ['pass'],
  );
});

test('FW-05: a port that the fix closes is closed to others, whatever the rules of others say', { skip }, async () => {
  using host = hostOf(
    meet({
      nft: 'table inet filter { chain input { type filter hook input priority 0; policy accept; tcp dport 3306 accept; }; }',
      ports: [],
    }),
  );
  host.records('sockets', [['tcp6', 'LISTEN', '::', 3306, '', '', 0, 1, 7, 3, 'mariadbd']]);
  assert.equal((await host.detect('FW-05')).verdicts[0]?.verdict, 'fail');
  const { wanted } = await host.fix('FW-05', 'port:tcp/3306');
  const loaded = wanted.find(({ operation }) => operation === 'load_rules');
  const nft = readFileSync(loaded?.words[1] ?? '', 'utf8');
  const { met } = meet({
    nft: `table inet filter { chain input { type filter hook input priority 0; policy accept; tcp dport 3306 accept; }; }\n${nft}`,
    ports: [3306, 22],
  });
  assert.deepEqual(
    met.map(({ port, stranger }) => [port, stranger]),
    [3306, 22].flatMap((port) => [0, 1].map(() => [port, port === 22])),
  );
});

test('a fix and taking it back touch its own table alone, whatever others change meanwhile', { skip }, () => {
  const out = execFileSync(
    'unshare',
    ['--net', process.execPath, join(import.meta.dirname, '../support/hosts/rules-lab.ts')],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const { shown, found, cutOff, before, during, after } = JSON.parse(out) as Record<
    'shown' | 'found' | 'cutOff' | 'before' | 'during' | 'after',
    string
  >;
  assert.equal(found, 'made');
  assert.equal(cutOff, 'made');
  assert.match(shown, /^\+table inet holdfast \{$/m);
  // Nothing of others is shown as if it went.
  assert.doesNotMatch(shown, /^-[^-]/m);
  assert.match(during, /table inet holdfast/);
  assert.equal(after, before.replace('elements = { 192.0.2.1 }', 'elements = { 192.0.2.1, 192.0.2.99 }'));
  assert.notEqual(after, before);
});

test(
  'FW-06: saved rules are read by nft itself, so that another spelling is no difference, and another rule is one',
  { skip },
  async () => {
    using host = hostOf(meet({ nft: NFT, ports: [] }));
    host.fact('firewall/iptables', '');
    host.file('etc/systemd/system/sysinit.target.wants/nftables.service', '');
    host.file(
      'etc/nftables.conf',
      `#!/usr/sbin/nft -f\nflush ruleset\n${NFT.replaceAll('\n  ', '\n\t').replace('{ 80, 443 }', '{ 443, http }')}`,
    );
    assert.deepEqual(
      (await host.detect('FW-06')).verdicts.map(({ verdict }) => verdict),
      ['pass'],
    );
    host.file('etc/nftables.conf', NFT.replace('tcp dport 7000 accept', 'tcp dport 7001 accept'));
    const [found] = (await host.detect('FW-06')).verdicts;
    assert.ok(found?.verdict === 'fail' && found.evidence === 'table inet filter now is not as in /etc/nftables.conf');
    // What the fix writes down is what runs.
    const { wanted } = await host.fix('FW-06', found.resource);
    host.file('etc/nftables.conf', readFileSync(wanted[0]?.words[1] ?? '', 'utf8'));
    assert.deepEqual(
      (await host.detect('FW-06')).verdicts.map(({ verdict }) => verdict),
      ['pass'],
    );
    host.file('etc/nftables.conf', 'table inet filter {\n');
    assert.match(JSON.stringify((await host.detect('FW-06')).verdicts), /cannot be loaded/);
  },
);
