import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openSnapshots } from '../state/snapshots.ts';
import { changesBetween, factsAt, keepFacts, type KeptFacts } from './changes.ts';
import type { Facts, Listener } from './facts.ts';
import { lookAtFacts } from './look.ts';
import { readDns, readHosts, readUsers } from './named-files.ts';
import { readAddresses, readRoutes } from './network.ts';

const { signal } = new AbortController();

function folderOf(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-facts-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'etc'));
  return folder;
}

test('files are read line by line, without comments, and a missing one is empty', (context) => {
  const root = folderOf(context);
  assert.deepEqual(readDns(root), { items: [], unread: null });
  writeFileSync(
    join(root, 'etc/resolv.conf'),
    '# made by hand\nnameserver 10.0.0.2\n;x\n\nsearch a.example  b.example\n',
  );
  writeFileSync(join(root, 'etc/hosts'), '127.0.0.1\tlocalhost\n  # no\n10.6.6.6 bank.example # ours\n');
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\ntoor:x:0:0::/:/bin/sh\nweb:x:33:33::/:/bin/sh\n');
  assert.deepEqual(readDns(root).items, [
    { keyword: 'nameserver', value: '10.0.0.2' },
    { keyword: 'search', value: 'a.example b.example' },
  ]);
  assert.deepEqual(readHosts(root).items, [
    { address: '127.0.0.1', names: 'localhost' },
    { address: '10.6.6.6', names: 'bank.example' },
  ]);
  assert.equal(readUsers(root).get(0), 'root');
  assert.equal(readUsers(root).get(33), 'web');
});

test('a pipe in the place of a file is not waited for, and what is too large is told', (context) => {
  const root = folderOf(context);
  execFileSync('mkfifo', [join(root, 'etc/hosts')]);
  assert.deepEqual(readHosts(root), { items: [], unread: 'it is no file' });
  writeFileSync(join(root, 'etc/resolv.conf'), `search ${'x'.repeat(993)}\n`.repeat(9000));
  const { items, unread } = readDns(root);
  assert.match(unread ?? '', /first 8 MiB/);
  assert.ok(items.length > 8000 && items.every(({ value }) => value.length === 993));
});

test('without ip it says so, and sees what the kernel shows', async () => {
  const deps = { path: '/nonexistent', signal };
  const addresses = await readAddresses(deps);
  assert.match(addresses.unread ?? '', /ip \(iproute2\) is missing/);
  assert.ok(addresses.items.some(({ address }) => address === '127.0.0.1/8'));
  const routes = await readRoutes(deps);
  assert.match(routes.unread ?? '', /ip \(iproute2\) is missing/);
});

test('a server of this process is among the listeners, with its user', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as { port: number };
    const { listeners } = await lookAtFacts(signal);
    const own = listeners.items.find((each) => each.port === port && each.protocol === 'tcp');
    assert.equal(own?.pid, process.pid);
    assert.equal(own?.address, '127.0.0.1');
    assert.notEqual(own?.user, '');
  } finally {
    server.close();
  }
});

const ssh: Listener = {
  ...{ protocol: 'tcp', address: '0.0.0.0', port: 22, user: 'root', process: 'sshd', exe: '/usr/sbin/sshd', pid: 1 },
  isPassing: false,
};

async function someFacts(): Promise<Facts> {
  const facts = await lookAtFacts(signal);
  const address = { interface: 'eth0', state: 'up', mac: '', address: '10.0.0.5/24', isPassing: false };
  return {
    ...facts,
    addresses: { items: [address], unread: null },
    routes: { items: [{ route: 'default via 10.0.0.1 dev eth0' }], unread: null },
    listeners: { items: [ssh], unread: null },
  };
}

test('what is new and what is gone is told, and what comes and goes by itself is not', async () => {
  const before = await someFacts();
  const with_ = (listeners: readonly Listener[], unread: string | null = null): Facts => ({
    ...before,
    listeners: { items: listeners, unread },
  });
  // Another pid, one more process of the same service, a port that was lent.
  const lent = { ...ssh, protocol: 'udp', port: 40_000, isPassing: true };
  assert.deepEqual(changesBetween(before, with_([{ ...ssh, pid: 2 }, { ...ssh, pid: 3 }, lent])), []);
  assert.deepEqual(changesBetween(before, with_([{ ...ssh, process: 'nc', exe: '/tmp/nc' }])), [
    { section: 'listeners', gone: ['tcp 0.0.0.0:22 sshd (root)'], new: ['tcp 0.0.0.0:22 nc (root)'] },
  ]);
  // Without root it is not known whose they are; that they are there is.
  const some = with_(
    [
      { ...ssh, process: '' },
      { ...ssh, address: '::', protocol: 'tcp6' },
    ],
    '9 do not show',
  );
  assert.deepEqual(changesBetween(before, some), [{ section: 'listeners', gone: [], new: ['tcp6 [::]:22'] }]);
  const unread = { ...before, routes: { items: [], unread: 'ip is missing' } };
  assert.deepEqual(changesBetween(before, unread), []);
  const moved = { ...before, routes: { items: [{ route: 'default via 10.0.0.66 dev eth0' }], unread: null } };
  assert.deepEqual(changesBetween(before, moved), [
    { section: 'routes', gone: ['default via 10.0.0.1 dev eth0'], new: ['default via 10.0.0.66 dev eth0'] },
  ]);
});

test('a look that is no other than the last is not kept again, and one of a time is found', async (context) => {
  const timeline = openSnapshots<KeptFacts>(join(folderOf(context), 'facts'), { count: 10, bytes: 1_000_000 });
  const facts = await someFacts();
  const first = await keepFacts(timeline, { atMs: 1000, facts, firewallId: 'a' });
  assert.equal(await keepFacts(timeline, { atMs: 2000, facts, firewallId: 'a' }), first);
  const second = await keepFacts(timeline, { atMs: 3000, facts, firewallId: 'b' });
  assert.notEqual(second, first);
  assert.equal((await factsAt(timeline, 2999))?.id, first);
  assert.equal((await factsAt(timeline, 3000))?.id, second);
  assert.equal(await factsAt(timeline, 999), null);
});
