/** Facts of a host that change under it: addresses, routes, names and rules, in a network and a file system of the test's own. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { launcher } from '../support/clients/cli-person.ts';
import { run } from '../support/servers/workspace-by-command.ts';

const skip = missing();
if (skip && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skip);

function missing(): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  return ['/usr/sbin/nft', '/usr/bin/unshare'].every((path) => existsSync(path)) && hasIp()
    ? false
    : 'needs nft, ip and unshare: npm run services:install -- nftables';
}

function hasIp(): boolean {
  return ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip', '/bin/ip'].some((path) => existsSync(path));
}

const folder = mkdtempSync(join(tmpdir(), 'host-facts-'));
const room = skip ? null : spawn('unshare', ['--net', '--mount', 'cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
after(() => {
  room?.kill();
  rmSync(folder, { recursive: true, force: true });
});
if (room) {
  // It answers once it is in its rooms.
  room.stdin.write('here\n');
  await once(room.stdout, 'data');
}
const inside = ['nsenter', `--net=/proc/${room?.pid}/ns/net`, `--mount=/proc/${room?.pid}/ns/mnt`];

function tool(...words: string[]): void {
  const [command = '', ...rest] = [...inside, ...words];
  execFileSync(command, rest);
}

const facts = (...words: string[]) =>
  run([...inside, launcher, 'host', 'facts', ...words, '--state', join(folder, 'state')], { HOME: folder });

interface Told {
  readonly id: string;
  readonly since: {
    readonly changes: readonly { readonly section: string; readonly new: string[]; readonly gone: string[] }[];
    readonly firewall: readonly string[];
  } | null;
}

async function told(...words: string[]): Promise<Told> {
  const { exitCode, stdout, stderr } = await facts('--json', ...words);
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout) as Told;
}

test('what has changed since last time is told, in all that a host is reached by', { skip }, async () => {
  const hosts = join(folder, 'hosts');
  writeFileSync(hosts, '127.0.0.1 localhost\n');
  tool('mount', '--bind', hosts, '/etc/hosts');
  tool('ip', 'link', 'add', 'wan0', 'type', 'veth', 'peer', 'name', 'wan1');
  tool('ip', 'address', 'add', '10.0.0.5/24', 'dev', 'wan0');
  tool('ip', 'link', 'set', 'wan0', 'up');
  tool('ip', 'link', 'set', 'wan1', 'up');
  tool('ip', 'route', 'add', 'default', 'via', '10.0.0.1');
  const first = await told();
  assert.equal(first.since, null);
  assert.deepEqual((await told()).since?.changes, []);

  writeFileSync(hosts, '127.0.0.1 localhost\n10.6.6.6 bank.example\u001b[2J\n');
  tool('ip', 'route', 'replace', 'default', 'via', '10.0.0.66');
  tool('ip', 'address', 'add', '10.0.0.6/24', 'dev', 'wan0');
  tool('ip', 'rule', 'add', 'fwmark', '1', 'lookup', '7');
  tool('nft', 'add', 'table', 'inet', 'guard');
  const { id, since } = await told();
  assert.notEqual(id, first.id);
  const of = (section: string) => since?.changes.find((each) => each.section === section);
  assert.deepEqual(of('routes'), {
    section: 'routes',
    gone: ['default via 10.0.0.1 dev wan0'],
    new: ['default via 10.0.0.66 dev wan0', 'rule 32765: from all fwmark 0x1 lookup 7'],
  });
  assert.match(of('addresses')?.new.join() ?? '', /^wan0 10\.0\.0\.6\/24 /);
  assert.deepEqual(of('hosts')?.new, ['10.6.6.6 bank.example\u001b[2J']);
  assert.ok(since?.firewall.includes('+table inet guard {'));

  const then = await facts('--since', first.id);
  assert.match(then.stdout, /\+ default via 10\.0\.0\.66 dev wan0/);
  assert.ok(!then.stdout.includes('\u001b[2J') && then.stdout.includes('bank.example\\u{1b}[2J'));
  assert.match((await facts()).stdout, /Nothing has changed/);
  assert.equal((await facts('--since', 'yesterday')).exitCode, 2);
  assert.equal((await facts('--since', '2001-01-01')).exitCode, 2);
});
