import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHeader } from '../checks/header.ts';
import type { Facts } from '../facts/facts.ts';
import type { FirewallRules } from '../firewall/rules.ts';
import type { Verdict } from '../running/answers.ts';
import type { HostScan } from '../scanning/scan.ts';
import { detectSystem } from '../system/system.ts';
import { hostReportOf, type Reported } from './host-report.ts';

const system = detectSystem('/nonexistent', true);
const none = { items: [], unread: null };
const facts: Facts = { system, addresses: none, routes: none, dns: none, hosts: none, listeners: none };
const text = ['title: A test', 'severity: low', 'rationale: None.', 'needs: nothing', 'fix: M', 'remedy: None.'];

function scanOf(checks: readonly (readonly Verdict[])[], rules: FirewallRules | null = null): HostScan {
  return {
    ...{ system, probes: [], rules, tookMs: 12.5 },
    checks: checks.map((verdicts, index) => {
      const id = `OWN-${String(index).padStart(2, '0')}`;
      const header = parseHeader(`${id}.sh`, [`id: ${id}`, ...text].map((line) => `# ${line}\n`).join(''));
      return { script: { path: import.meta.filename, header }, outcome: 'done', verdicts, said: '', tookMs: 1.5 };
    }),
  };
}
const made = (scan: HostScan, own: Partial<Reported> = {}) =>
  hostReportOf({
    ...{ scan, facts, reportId: '0190a5b0-0000-7000-8000-000000000000', origin: 'agent', startedMs: 0 },
    ...{ selection: 'all', mostOfACheck: 200, ...own },
  });
const wrong = (count: number, evidence = 'x'): readonly Verdict[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ verdict: 'fail', severity: null, resource: `/${index}`, evidence, remedy: null },
  }));

test('a report says of each check what came of it, and why where it could not look', () => {
  const { report } = made(
    scanOf([
      wrong(1),
      [{ verdict: 'pass', resource: null, evidence: null }],
      [{ verdict: 'unknown', resource: null, reason: 'only root can look' }],
      [{ verdict: 'not_applicable', reason: 'there is no package x' }],
    ]),
  );
  assert.deepEqual(
    report.checks.map(({ outcome, why }) => [outcome, why]),
    [
      ['wrong', null],
      ['right', null],
      ['not_looked_at', 'only root can look'],
      ['not_applicable', 'there is no package x'],
    ],
  );
  assert.deepEqual(report.whole, ['OWN-00', 'OWN-01', 'OWN-03']);
  assert.ok(report.observations.every(({ resource }) => resource.uid.startsWith(`host/${system.hostId}`)));
});

test('a host with very much that is wrong makes a report that a server takes, and says what it left out', () => {
  const { report } = made(scanOf(Array.from({ length: 60 }, () => wrong(300, 'y'.repeat(900)))));
  assert.ok(report.observations.length <= 10_000);
  assert.ok(JSON.stringify(report).length < 4 * 2 ** 20, `${JSON.stringify(report).length} bytes`);
  for (const { id } of report.checks) {
    const own = report.observations.filter(({ check }) => check === id);
    const [more] = own.flatMap(({ evidence }) =>
      evidence.flatMap(({ value }) => /^and (\d+) more$/.exec(value) ?? []).slice(1),
    );
    assert.equal(own.length - 1 + Number(more), 300);
  }
});

test('counters and numbers of processes make no new state; a rule and a listener do', () => {
  const rules = (rule: string): FirewallRules => ({
    tools: { nft: { state: 'read', text: `table inet f {\n\tchain i {\n\t\t${rule}\n\t}\n}\n` } },
    isIptablesOverNft: false,
  });
  const listener = {
    protocol: 'tcp',
    address: '::',
    port: 22,
    user: 'root',
    process: 'sshd',
    exe: '',
    isPassing: false,
  };
  const hashes = (rule: string, pid: number, port = 22) => {
    const listeners = { items: [{ ...listener, port, pid }], unread: null };
    const { parts } = made(scanOf([], rules(rule)), { facts: { ...facts, listeners } });
    return [parts.facts?.hash, parts.firewall?.hash];
  };
  const before = hashes('counter packets 1 bytes 2 accept', 1);
  assert.deepEqual(hashes('counter packets 7 bytes 9 accept', 2), before);
  assert.notEqual(hashes('drop', 1)[1], before[1]);
  assert.notEqual(hashes('drop', 1, 23)[0], before[0]);
});

test('what is longer than a server takes is cut, and what is left out is told', () => {
  const items = Array.from({ length: 6000 }, (_, index) => ({ address: `10.0.0.${index}`, names: 'n'.repeat(9000) }));
  const large: FirewallRules = {
    tools: { nft: { state: 'read', text: 'x'.repeat(3 * 2 ** 20) }, ufw: { state: 'read', text: 'active' } },
    isIptablesOverNft: false,
  };
  const { parts } = made(scanOf([], large), {
    facts: { ...facts, hosts: { items: items.slice(0, 5500), unread: null } },
  });
  const hosts = parts.facts?.state?.hosts;
  assert.equal(hosts?.items[0]?.names.length, 4096);
  assert.ok(JSON.stringify(hosts).length <= 2 * 2 ** 20);
  assert.match(hosts?.unread ?? '', /^5\d\d\d more were left out/);
  const tools = parts.firewall?.state?.tools as FirewallRules['tools'];
  assert.equal(tools.nft?.state, 'unread');
  assert.equal(tools.ufw?.state, 'read');
});
