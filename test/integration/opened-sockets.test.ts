import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { plainEnvironment } from '../support/servers/process.ts';

const ROOT = join(import.meta.dirname, '../..');
const HOLDFAST = join(ROOT, 'src/entry/holdfast.js');
const linux = process.platform === 'linux' ? false : 'sockets are handed over by systemd, on Linux';

/** A socket that listens, as systemd would open it. */
async function openedSocket() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { fd } = (server as Server & { readonly _handle: { readonly fd: number } })._handle;
  const address = server.address();
  return { fd, port: typeof address === 'object' && address !== null ? address.port : 0, close: () => server.close() };
}

async function started(
  t: TestContext,
  words: readonly string[],
  sockets: readonly { fd: number; close: () => void }[],
  env: Record<string, string>,
) {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-sockets-'));
  const [command = '', ...rest] = words;
  const child = spawn(command, [...rest, process.execPath, HOLDFAST, 'serve', '--data', join(folder, 'data')], {
    env: { ...plainEnvironment(), HOLDFAST_CHAT_LINE_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...sockets.map(({ fd }) => fd)],
  });
  // Else this process would take connections as well.
  for (const socket of sockets) socket.close();
  let said = '';
  child.stdout?.on('data', (piece: Buffer) => (said += piece.toString()));
  child.stderr?.on('data', (piece: Buffer) => (said += piece.toString()));
  const ended = once(child, 'exit');
  t.after(async () => {
    if (child.exitCode === null) child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  const ready = async (): Promise<string> => {
    while (!said.includes('is ready')) {
      assert.equal(child.exitCode, null, said);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return said;
  };
  return { ready, ended, said: () => said };
}

/** What systemd sets, for the process that the shell becomes. */
const forItself = ['/bin/sh', '-c', 'LISTEN_PID=$$ exec "$@"', 'sh'];

test(
  'the server answers on a socket that was opened for it, and the redirect on another',
  { skip: linux },
  async (t) => {
    const [main, plain] = [await openedSocket(), await openedSocket()];
    const server = await started(t, forItself, [plain, main], {
      ...{ LISTEN_FDS: '2', LISTEN_FDNAMES: 'redirect:https', HOLDFAST_TLS: 'self-made' },
    });
    const welcome = await server.ready();
    assert.match(welcome, new RegExp(`https://localhost:${main.port}`));
    assert.match(
      welcome,
      new RegExp(`In clear http://localhost:${plain.port} +\\(sends browsers`),
      'every listener is told',
    );
    const answer = await fetch(`http://127.0.0.1:${plain.port}/files`, { redirect: 'manual' });
    assert.equal(answer.headers.get('location'), `https://127.0.0.1:${main.port}/files`);
  },
);

test('sockets that are for another process do not count', { skip: linux }, async (t) => {
  const server = await started(t, ['env'], [await openedSocket()], {
    LISTEN_FDS: '1',
    LISTEN_PID: '1',
    HOLDFAST_PORT: '0',
  });
  assert.match(await server.ready(), /http:\/\/localhost:\d+/);
});

test('what is no socket is refused with what to do', { skip: linux }, async (t) => {
  const server = await started(t, forItself, [], { LISTEN_FDS: '40' });
  const [code] = (await server.ended) as [number];
  assert.notEqual(code, 0);
  assert.match(server.said(), /descriptor 3.*ListenStream=/s);
});

// A namespace of its own, where ports below 1024 are not open to everybody and nothing else listens.
const tools = ['unshare', 'setpriv'].every((tool) => spawnSync(tool, ['--version']).status === 0);
const mayUnshare = tools && spawnSync('unshare', ['-n', 'true']).status === 0;
const asNobody = (capabilities: readonly string[]) => [
  ...['unshare', '-n', 'setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...capabilities],
];

test('a user without rights opens port 443 by a capability alone, and is told so without it', async (t) => {
  if (!mayUnshare) return t.skip('needs root, unshare and setpriv');
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-capability-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  spawnSync('chown', ['65534', folder]);
  const env = { HOLDFAST_TLS: 'self-made', HOLDFAST_PORT: '443', HOME: folder, HOLDFAST_DATA: join(folder, 'data') };
  const start = (words: readonly string[]) => {
    const child = spawn(words[0] ?? '', [...words.slice(1), process.execPath, HOLDFAST, 'serve'], {
      env: { ...plainEnvironment(), HOLDFAST_CHAT_LINE_PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (piece: Buffer) => (said += piece.toString()));
    const ended = once(child, 'exit');
    t.after(async () => {
      if (child.exitCode === null) child.kill('SIGKILL');
      await ended;
    });
    return { child, ended, said: () => said };
  };
  const without = start(asNobody([]));
  await without.ended;
  assert.match(without.said(), /may not open the port.*CAP_NET_BIND_SERVICE/s);
  const withIt = start(asNobody(['--inh-caps=+net_bind_service', '--ambient-caps=+net_bind_service']));
  while (!withIt.said().includes('is ready')) {
    assert.equal(withIt.child.exitCode, null, withIt.said());
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.match(withIt.said(), /https:\/\/localhost:443/);
});
