import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, copyFileSync, mkdtempSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { scratchHost } from '../../../test/support/hosts/scratch-host.ts';
import { hiddenBy } from './probes.ts';
import { readProcesses, UNCOUNTED } from './process-table.ts';
import { addressOf, readSockets } from './socket-table.ts';

test('a process is seen with its program, its words, its start and its listening socket', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { processes } = await readProcesses('/proc');
  const own = processes.find(({ pid }) => pid === process.pid);
  assert.ok(own);
  assert.equal(own.exe, process.execPath);
  assert.equal(own.parentPid, process.ppid);
  assert.equal(own.isKernel, false);
  assert.ok(Math.abs(own.startS - (Date.now() / 1000 - process.uptime())) < 5);
  const { port } = server.address() as AddressInfo;
  const socket = readSockets('/proc', processes).find((each) => each.localPort === port && each.state === 'LISTEN');
  assert.deepEqual([socket?.protocol, socket?.localAddress, socket?.holder?.pid], ['tcp', '127.0.0.1', process.pid]);
  server.close();
});

test('a program whose file was deleted is told from one that is called so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'probes-'));
  const [gone, named] = [join(folder, 'gone'), join(folder, 'named (deleted)')];
  for (const path of [gone, named]) copyFileSync('/bin/sleep', path);
  const children = [gone, named].map((path) => spawn(path, ['600'], { stdio: 'ignore' }));
  await Promise.all(children.map((child) => once(child, 'spawn')));
  unlinkSync(gone);
  const { processes } = await readProcesses('/proc');
  const seen = children.map(({ pid }) => processes.find((each) => each.pid === pid));
  assert.deepEqual(
    seen.map((each) => [each?.isExeDeleted, each?.commandLine]),
    [
      [true, `${gone} 600`],
      [false, `${named} 600`],
    ],
  );
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const apart = ['--mount', '--pid', '--fork'];
const asNobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
const mayRead = ['sh', '-c', 'test -r "$1" && "$2" --version', '-', import.meta.filename, process.execPath];
const skip =
  spawnSync('unshare', [...apart, ...asNobody, ...mayRead]).status === 0
    ? false
    : 'needs namespaces of its own, and that nobody may read this folder';

test('where /proc lists nobody but oneself, the processes and sockets of others are told as not seen', { skip }, () => {
  const table = new URL('process-table.ts', import.meta.url).href;
  const script = fileURLToPath(new URL('linux/processes.sh', import.meta.url));
  const look = `const { readProcesses } = await import('${table}'); console.log((await readProcesses('/proc')).closed)`;
  // The first process there is root's, and waits for the two that look as nobody.
  const inside = `mount -t proc -o hidepid=2 proc /proc
as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
as_nobody "$1" --input-type=module --eval "$2"
export FACTS; FACTS=$(as_nobody mktemp -d)
ROOT='' as_nobody bash -c 'look() { . "$1"; }; look "$1"; cat "$FACTS/closed"' - "$3"
"$1" --input-type=module --eval "$2"
rm -r "$FACTS"`;
  const words = ['bash', '-c', inside, '-', process.execPath, look, script];
  const told = execFileSync('unshare', [...apart, ...words], { encoding: 'utf8' })
    .trim()
    .split('\n');
  assert.deepEqual(told, [String(UNCOUNTED), String(UNCOUNTED), '0'], 'two who are nobody, and root, who sees all');
  assert.match(hiddenBy(UNCOUNTED) ?? '', /hidepid/);
});

test('processes that come and go while they are read do no harm', async () => {
  const churn = spawn('/bin/bash', ['-c', 'while :; do /bin/true; done'], { stdio: 'ignore' });
  await once(churn, 'spawn');
  for (let round = 0; round < 10; round += 1) {
    const { processes } = await readProcesses('/proc');
    readSockets('/proc', processes);
    assert.ok(processes.some(({ pid }) => pid === process.pid));
  }
  churn.kill('SIGKILL');
});

test('addresses are written as people write them', () => {
  const hex = (text: string) => addressOf(Buffer.from(text, 'hex'));
  assert.equal(hex('7f000001'), '127.0.0.1');
  assert.equal(hex('00'.repeat(16)), '::');
  assert.equal(hex(`${'00'.repeat(15)}01`), '::1');
  assert.equal(hex('20010db8000000000000000000000001'), '2001:db8::1');
  assert.equal(hex('20010db8000000010000000000000000'), '2001:db8:0:1::');
  assert.equal(hex('00000000000000000000ffff0a000001'), '::ffff:10.0.0.1');
});

test('the walk finds what each list is for, whatever a name holds, and no FIFO, device or link loop holds it up', async () => {
  using host = scratchHost();
  host.file('etc/passwd', 'root:x:0:0::/root:/bin/bash\nada:x:1000:1000::/home/ada:/bin/bash\n');
  const odd = 'od\nd \u001b[31m';
  host.file(`usr/bin/${odd}`, 'x', 0o4755);
  host.file('srv/open', 'x', 0o666);
  host.folder('srv/open-folder', 0o777);
  host.folder('tmp', 0o1777);
  host.file('tmp/program', '#!/bin/sh\n', 0o755);
  host.file('tmp/plain-elf', Buffer.concat([Buffer.from('\u007fELF'), Buffer.alloc(8)]), 0o644);
  host.file('tmp/note', 'hello', 0o644);
  host.folder('tmp/.hidden');
  host.file('usr/local/bin/own', 'x', 0o755);
  host.file('var/www/html/a/index.php', '<?php');
  host.file('home/ada/.aws/credentials', 'x');
  host.file('home/ada/.bash_history', 'x');
  host.file('home/ada/app/node_modules/x/config.json', '{}');
  host.file('home/ada/app/config.yml', 'x');
  host.file('data/.env', 'x');
  host.file(`srv/${odd}/my.env`, 'x');
  host.file('usr/local/etc/own.conf', 'x');
  host.file('usr/share/doc/example.env', 'x');
  host.file('usr/share/doc/example.pem', 'x');
  host.file('home/ada/.ssh/id_ed25519', 'x');
  execFileSync('/usr/bin/mkfifo', [join(host.root, 'tmp/fifo'), join(host.root, 'home/ada/pipe.json')]);
  // One that never ends. Only root makes devices, and not in every container.
  for (const path of ['tmp/zero', 'home/ada/zero.env', 'var/www/html/zero.php']) {
    spawnSync('/usr/bin/mknod', ['-m', '0777', join(host.root, path), 'c', '1', '5']);
  }
  symlinkSync('..', join(host.root, 'home/ada/loop'));
  host.file('home/ada/large.env', '');
  execFileSync('/usr/bin/truncate', ['-s', '10G', join(host.root, 'home/ada/large.env')]);
  assert.deepEqual(
    (await host.look('files')).map(({ complete }) => complete),
    [true],
  );
  const paths = (name: string, fields = 7) =>
    host
      .recordsOf(`files/${name}`, fields)
      .map((each) => (each[6] ?? '').slice(host.root.length))
      .toSorted();
  assert.deepEqual(paths('suid'), [`/usr/bin/${odd}`]);
  const [record] = host.recordsOf('files/suid', 7);
  assert.equal(record?.[0], '4755');
  assert.match(record[4] ?? '', /^\d{10}$/);
  assert.deepEqual(paths('world-writable'), ['/srv/open', '/srv/open-folder']);
  assert.deepEqual(paths('tmp-suspects'), ['/tmp/.hidden', '/tmp/plain-elf', '/tmp/program']);
  assert.deepEqual(paths('path-executables'), [`/usr/bin/${odd}`, '/usr/local/bin/own'].toSorted());
  assert.deepEqual(paths('web'), ['/var/www/html/a/index.php']);
  assert.deepEqual(paths('credential-candidates'), [
    '/data/.env',
    '/home/ada/.aws/credentials',
    '/home/ada/.bash_history',
    '/home/ada/app/config.yml',
    `/srv/${odd}/my.env`,
    '/usr/local/etc/own.conf',
    '/var/www/html/a/index.php',
  ]);
  assert.deepEqual(paths('credentials-too-large'), ['/home/ada/large.env']);
  assert.deepEqual(paths('keys'), ['/home/ada/.ssh/id_ed25519']);
  assert.ok(paths('homes').includes('/home/ada/.ssh') && paths('homes').includes('/home/ada'));
});

test('what packages own is known in both spellings of a merged /usr', async () => {
  using host = scratchHost();
  host.file('var/lib/dpkg/info/bash.list', '/.\n/bin\n/bin/bash\n/usr/share/doc/bash\n');
  host.file('var/lib/dpkg/info/vim.list', '/usr/bin/vim.basic\n');
  host.file(
    'var/lib/dpkg/alternatives/vim',
    'auto\n/usr/bin/vim\nvim.1.gz\n/usr/share/man/vim.1.gz\n\n/usr/bin/vim.basic\n30\n',
  );
  host.file(
    'var/lib/dpkg/status',
    'Package: bash\nStatus: install ok installed\nVersion: 5.2-1\n\nPackage: old\nStatus: deinstall ok config-files\nVersion: 1\n',
  );
  host.folder('usr/bin');
  symlinkSync('usr/bin', join(host.root, 'bin'));
  await host.look('packages');
  const files = host.text('packages/files').trimEnd().split('\n');
  for (const path of ['/bin/bash', '/usr/bin/bash', '/usr/bin/vim', '/usr/bin/vim.basic', '/bin/vim']) {
    assert.ok(files.includes(path), path);
  }
  assert.deepEqual(files, files.toSorted());
  assert.equal(host.text('packages/list'), 'bash 5.2-1\n');
});

test(
  'of a database server only the sockets of its own account are told, and the name of no program says anything else',
  { skip: process.getuid?.() !== 0 && 'needs root for a file of somebody else' },
  async () => {
    using host = scratchHost();
    host.file('proc/7/comm', 'mysqld\n');
    symlinkSync('/tmp/x\nclient /tmp/evil\nsocket /tmp/evil.sock', join(host.root, 'proc/7/exe'));
    host.file('run/mysqld/mysqld.sock', '');
    host.folder('open', 0o777);
    host.file('open/mysqld.sock', '');
    host.file('home/ada/mysqld.sock', '');
    chownSync(join(host.root, 'home/ada'), 4711, 4711);
    const socket = (path: string) => `0000000000000000: 00000002 00000000 00010000 0001 01 4242 ${path}\n`;
    host.file(
      'proc/net/unix',
      ['/home/ada/mysqld.sock', '/open/mysqld.sock', '/run/mysqld/mysqld.sock'].map(socket).join(''),
    );
    await host.look('mysql');
    const lines = host.text('mysql').trimEnd().split('\n');
    assert.deepEqual(
      lines.filter((line) => line.startsWith('socket ')),
      ['socket /run/mysqld/mysqld.sock'],
    );
    assert.deepEqual(
      lines.filter((line) => line.startsWith('process ')),
      ['process 7 /tmp/x?client /tmp/evil?socket /tmp/evil.sock'],
    );
    assert.ok(!lines.includes('client /tmp/evil'));
  },
);
