/** Rules of a real nftables and iptables, in a network of the test's own, kept over time and brought back. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { launcher } from '../support/clients/cli-person.ts';
import { run } from '../support/servers/workspace-by-command.ts';

const skip = missing();
if (skip && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skip);

function missing(): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  return ['/usr/sbin/nft', '/usr/sbin/iptables-restore', '/usr/bin/unshare'].every((path) => existsSync(path))
    ? false
    : 'needs nft, iptables and unshare: npm run services:install -- nftables';
}

const folder = mkdtempSync(join(tmpdir(), 'host-firewall-'));
const state = join(folder, 'state');
const room = skip ? null : spawn('unshare', ['--net', 'cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
after(() => {
  room?.kill();
  rmSync(folder, { recursive: true, force: true });
});
if (room) {
  // It answers once it is in its network.
  room.stdin.write('here\n');
  await once(room.stdout, 'data');
}
const inside = ['nsenter', `--net=/proc/${room?.pid}/ns/net`];

function tool(input: string, ...words: string[]): string {
  const [command = '', ...rest] = [...inside, ...words];
  return execFileSync(command, rest, { input, encoding: 'utf8' });
}

/** Without counters, and without the frames that iptables makes for itself in nftables and leaves there. */
function rulesNow(): string {
  const tables = tool('', 'nft', 'list', 'ruleset')
    .split(/^(?=table )/m)
    .filter((table) => !/^table (?:ip6? filter|ip nat)/.test(table));
  return [...tables.toSorted(), tool('', 'iptables-save'), tool('', 'ip6tables-save')]
    .join('')
    .replaceAll(/^#.*\n| \[\d+:\d+\]| packets \d+ bytes \d+/gm, '');
}

const holdfast = (...words: string[]) =>
  run([...inside, launcher, 'host', 'firewall', ...words, '--state', state], { HOME: folder });

async function json<Value>(...words: string[]): Promise<Value> {
  const ran = await holdfast(...words, '--json');
  assert.equal(ran.exitCode, 0, ran.stderr);
  return JSON.parse(ran.stdout) as Value;
}

interface State {
  readonly id: string;
  readonly changed: { readonly new: number; readonly gone: number } | null;
}

const FIRST = `table inet guard {
  set banned { type ipv4_addr; flags dynamic,timeout; timeout 1h; }
  chain input {
    type filter hook input priority filter; policy drop;
    tcp dport 22 counter accept comment "ssh \u001b[31m"
  }
}`;

async function loadFirst(): Promise<string> {
  tool('', 'nft', 'flush', 'ruleset');
  tool(FIRST, 'nft', '-f', '-');
  tool('', 'iptables', '-A', 'INPUT', '-p', 'tcp', '--dport', '80', '-j', 'ACCEPT');
  return (await json<{ id: string }>('save')).id;
}

function loadOther(): void {
  tool('', 'nft', 'add', 'rule', 'inet', 'guard', 'input', 'tcp', 'dport', '4444', 'accept');
  tool('', 'nft', 'add', 'table', 'ip', 'mine');
  tool('', 'iptables', '-D', 'INPUT', '1');
  tool('', 'iptables', '-t', 'nat', '-A', 'POSTROUTING', '-j', 'MASQUERADE');
  tool('', 'ip6tables', '-P', 'INPUT', 'DROP');
}

test('only what is really different is kept, and shown as a diff with escapes made visible', { skip }, async () => {
  const first = await loadFirst();
  // What a rule adds at work, and what it counts.
  tool('', 'nft', 'add', 'element', 'inet', 'guard', 'banned', '{ 10.0.0.1 }');
  assert.deepEqual(await json('save'), { id: first, isSame: true, unread: [] });
  loadOther();
  const second = await json<{ id: string; isSame: boolean }>('save');
  assert.equal(second.isSame, false);

  const { states } = await json<{ states: State[] }>('list');
  assert.deepEqual(
    states.map(({ id }) => id),
    [second.id, first],
  );
  assert.equal(states[1]?.changed, null);
  assert.ok((states[0]?.changed?.new ?? 0) > 1);

  const { stdout } = await holdfast('diff', first, second.id);
  assert.match(stdout, /^\+ +tcp dport 4444 accept$/m);
  assert.match(stdout, /^-+A INPUT -p tcp -m tcp --dport 80 -j ACCEPT$/m);
  assert.ok(!stdout.includes('\u001b[31m') && stdout.includes('ssh \\u{1b}[31m'));
  assert.match((await holdfast('diff')).stdout, /^Nothing is different/);
  assert.match((await holdfast('show', first)).stdout, /policy drop[\s\S]*# iptables\n\*filter/);
});

test('a restore is shown first, loads all tools, and stays once it is confirmed', { skip }, async () => {
  const first = await loadFirst();
  const wanted = rulesNow();
  loadOther();
  const other = rulesNow();
  const planned = await holdfast('restore', first);
  assert.match(planned.stdout, /^- +tcp dport 4444 accept$/m);
  assert.equal(rulesNow(), other, 'a dry run changes nothing');

  const loaded = await json<{ state: string; beforeId: string }>('restore', first, '--yes');
  assert.equal(loaded.state, 'waiting');
  const twice = await holdfast('restore', loaded.beforeId, '--yes');
  assert.match(twice.stderr, /wait to be confirmed/);
  assert.equal((await holdfast('confirm')).exitCode, 0);
  assert.equal((await holdfast('confirm')).exitCode, 3);
  assert.match((await holdfast('diff', first)).stdout, /^Nothing is different/);
  // A table that iptables emptied stays as a frame that lets everything through.
  const frame = '*nat\n:PREROUTING ACCEPT\n:INPUT ACCEPT\n:OUTPUT ACCEPT\n:POSTROUTING ACCEPT\nCOMMIT\n';
  const v6 = '*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\nCOMMIT\n';
  assert.equal(rulesNow(), wanted.replace(/$/, `${frame}${v6}`));
});

test('rules that nobody confirms go back, though whoever loaded them was killed meanwhile', { skip }, async () => {
  const first = await loadFirst();
  loadOther();
  const before = rulesNow();
  const words = [launcher, 'host', 'firewall', 'restore', first, '--yes', '--within', '3'];
  const [command = '', ...rest] = [...inside, ...words, '--state', state];
  const child = spawn(command, rest, { detached: true, stdio: 'ignore', env: { HOME: folder } });
  const pending = join(state, 'host/firewall-restore');
  const ended = once(child, 'exit');
  // Loaded, and maybe in the midst of it: the table goes with the first of three tools.
  while (tool('', 'nft', 'list', 'tables').includes('ip mine')) {
    assert.ok(!existsSync(join(pending, 'outcome')), 'they were never loaded');
  }
  child.kill('SIGKILL');
  await ended;
  while (!existsSync(join(pending, 'outcome'))) await sleep(50);
  assert.equal(readFileSync(join(pending, 'outcome'), 'utf8').trim(), 'back');
  assert.equal(rulesNow(), before);
  const late = await holdfast('confirm');
  assert.match(late.stderr, /have gone back already/);
  assert.match((await holdfast('list')).stdout, /went back to [0-9a-f-]{36} as nobody confirmed/);
});

/**
 * In the network of the test: a look, other rules, the fix of FW-07, and its undo; then the fix again, and rules that another program
 * changes before its time is up. Prints what there was after each.
 */
const FIXING = `
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { scratchHost } from '../support/hosts/scratch-host.ts';
import { openHostFirewall } from '../../src/host/index.ts';
import { writeKeptRules } from '../../src/host/firewall/kept-facts.ts';
import { lookAtRules } from '../../src/host/firewall/look.ts';
import { saveRules } from '../../src/host/firewall/timeline.ts';
const host = scratchHost();
const { timeline } = openHostFirewall(join(dirname(host.root), 'kept'), { hostSnapshots: 9, hostSnapshotsBytes: 1e9 });
const look = async (atMs) => {
  await host.look('firewall');
  await saveRules(timeline, { atMs, by: 'scan', rules: await lookAtRules(new AbortController().signal) });
  const { verdicts } = await host.detect('FW-07');
  return verdicts.flatMap((each) => (each.verdict === 'fail' ? [each.resource] : []));
};
const told = [await look(1)];
execFileSync('nft', ['add', 'rule', 'inet', 'guard', 'input', 'tcp', 'dport', '4444', 'accept']);
execFileSync('iptables', ['-D', 'INPUT', '1']);
execFileSync('iptables', ['-t', 'nat', '-A', 'POSTROUTING', '-j', 'MASQUERADE']);
told.push(await look(2));
await writeKeptRules(timeline, join(dirname(host.root), 'facts'));
const { lines, undo } = await host.mend('FW-07', told[1][0]);
told.push(await look(3));
await undo();
told.push(await look(4));
const again = await host.mend('FW-07', told[1][0]);
execFileSync('nft', ['add', 'rule', 'inet', 'guard', 'input', 'tcp', 'dport', '5555', 'drop']);
const refused = await again.undo().then(() => '', ({ code }) => code);
await again.undo({ isTimer: true });
told.push(await look(5));
console.log(JSON.stringify({ told, lines, refused }));
host[Symbol.dispose]();
`;

test(
  'FW-07: the fix brings back the rules that are known, and taking it back those of before it, at the end of its time whatever others changed',
  { skip },
  async () => {
    await loadFirst();
    const [command = '', ...rest] = [...inside, process.execPath, '--input-type=module', '--eval', FIXING];
    const said = execFileSync(command, rest, { cwd: import.meta.dirname, encoding: 'utf8' });
    const { told, lines, refused } = JSON.parse(said) as {
      told: readonly string[][];
      lines: readonly string[];
      refused: string;
    };
    assert.deepEqual([told[0], told[2]], [[], []]);
    assert.ok((told[1]?.length ?? 0) >= 2);
    assert.deepEqual(told[3], told[1]);
    assert.equal(refused, 'host_undo_changed');
    assert.deepEqual(told[4], told[1]);
    assert.ok(
      lines.some((line) => /^-.*tcp dport 4444 accept/.test(line)),
      lines.join('\n'),
    );
  },
);

test('what a tool refuses changes nothing, and what fails half-way is taken back as a whole', { skip }, async () => {
  const first = await loadFirst();
  const path = join(state, 'host/firewall', `${first}.json`);
  const kept = readFileSync(path, 'utf8');
  loadOther();
  const before = rulesNow();

  writeFileSync(path, kept.replace('tcp dport 22', 'tcp dport nonsense'));
  const refused = await holdfast('restore', first);
  assert.equal(refused.exitCode, 3);
  assert.match(refused.stderr, /cannot be loaded[\s\S]*nonsense/);

  // iptables itself takes it; the kernel knows no DNAT in this table.
  writeFileSync(path, kept.replace('--dport 80 -j ACCEPT', '--dport 80 -j DNAT --to-destination 10.0.0.1'));
  const failed = await holdfast('restore', first, '--yes');
  assert.equal(failed.exitCode, 3, failed.stdout);
  assert.match(failed.stderr, /were not loaded/);
  assert.equal(rulesNow(), before);
});
