import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { rawRequest } from '../support/clients/raw-http.ts';

const entry = join(import.meta.dirname, '../../src/entry/holdfast.js');

/** Tests of this file run one after the other, so these are the processes of the running one. */
const started: Serving[] = [];

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-serve-'));
  t.after(async () => {
    // First those who still write into it.
    for (const { child, exited } of started.splice(0)) {
      child.kill('SIGKILL');
      await exited;
    }
    await rm(path, { recursive: true, force: true });
  });
  return path;
}

interface Serving {
  readonly child: ChildProcess;
  /** What it has printed on stdout until now. */
  readonly out: () => string;
  readonly err: () => string;
  readonly exited: Promise<readonly [code: number | null, signal: string | null]>;
}

function serve(args: readonly string[], environment: Record<string, string> = {}): Serving {
  const ours = Object.entries(process.env).filter(([name]) => !name.startsWith('HOLDFAST_'));
  const child = spawn(process.execPath, [entry, 'serve', ...args], {
    // The default port of the chat line is one for all servers of this machine.
    env: { ...Object.fromEntries(ours), HOLDFAST_CHAT_LINE_PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (err += piece.toString()));
  const exited = once(child, 'close') as Promise<[number | null, string | null]>;
  const serving = { child, out: () => out, err: () => err, exited };
  started.push(serving);
  return serving;
}

/** Resolves with the port once the welcome is printed; rejects when the process ends before. */
async function ready({ child, out, err, exited }: Serving): Promise<number> {
  const failed = exited.then(() => Promise.reject(new Error(`It ended: ${out()}${err()}`)));
  failed.catch(() => {});
  for (;;) {
    const port = /http:\/\/localhost:(\d+)/.exec(out())?.[1];
    if (port !== undefined && out().includes('Ctrl-C')) return Number(port);
    await Promise.race([once(child.stdout ?? process, 'data'), failed]);
  }
}

/** Signs up as the first person there; what calls as this person need. */
async function firstAccount(port: number, data: string) {
  const url = `http://localhost:${port}/api/v1`;
  const setupCode = (await readFile(join(data, 'setup-code'), 'utf8')).trim();
  const json = { 'content-type': 'application/json' };
  const person = { name: 'Ada', email: 'ada@example.org', password: 'three unlikely words', setupCode };
  const signedUp = await fetch(`${url}/accounts`, { method: 'POST', headers: json, body: JSON.stringify(person) });
  const { token } = (await signedUp.json()) as { token: string };
  const authorization = `Bearer ${token}`;
  const { drives } = (await (await fetch(`${url}/drives`, { headers: { authorization } })).json()) as {
    drives: { id: string }[];
  };
  return { url, authorization, drive: drives[0]?.id ?? '' };
}

test('serve says where it is, how to make the first account, and stops when told', async (t) => {
  const data = join(await folder(t), 'data');
  const serving = serve(['--data', data, '--port', '0']);
  const port = await ready(serving);
  const code = (await readFile(join(data, 'setup-code'), 'utf8')).trim();
  assert.ok(serving.out().includes(code), 'the setup code is printed');
  assert.match(serving.out(), new RegExp(`signup http://localhost:${port} --name .* --email .*`));
  assert.match(serving.out(), /--setup-code-file \S+setup-code/);
  assert.equal((await stat(join(data, 'setup-code'))).mode & 0o777, 0o600);
  assert.equal((await rawRequest({ port, path: '/readyz', headers: { host: 'localhost' } })).status, 200);
  serving.child.kill('SIGTERM');
  assert.deepEqual(await serving.exited, [0, null]);
  assert.doesNotMatch(serving.err(), /error/i);
});

test('the log holds no address, no token and no secret', async (t) => {
  const data = await folder(t);
  const serving = serve(['--data', data, '--port', '0'], { HOLDFAST_LOG_LEVEL: 'debug' });
  const port = await ready(serving);
  const headers = { host: 'localhost', authorization: 'Bearer hfs_very-secret-token' };
  await rawRequest({ port, path: '/api/v1/drives/some-drive?token=very-secret', headers });
  await rawRequest({ port, path: '/api/v1/accounts/handle-proposal?name=Secret+Person', headers });
  serving.child.kill('SIGINT');
  await serving.exited;
  const lines = serving
    .err()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { route?: string; status?: number });
  assert.ok(lines.some(({ route, status }) => route === '/api/v1/drives/:driveId' && status === 401));
  const code = (await readFile(join(data, 'setup-code'), 'utf8')).trim();
  assert.doesNotMatch(serving.err(), /secret|some-drive|handle-proposal\?/i);
  assert.ok(!serving.err().includes(code), 'the setup code is not in the log');
});

test('a second process on the same data folder refuses to start, until the first one is killed', async (t) => {
  const data = await folder(t);
  const first = serve(['--data', data, '--port', '0']);
  await ready(first);
  const second = serve(['--data', data, '--port', '0']);
  assert.deepEqual(await second.exited, [3, null]);
  assert.match(second.err(), /data_in_use/);
  assert.match(second.err(), new RegExp(String(first.child.pid)), 'it says which process has it');
  first.child.kill('SIGKILL');
  await first.exited;
  const third = serve(['--data', data, '--port', '0']);
  await ready(third);
});

test('a taken port is told and another one offered', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  const serving = serve(['--data', await folder(t), '--port', String(port)]);
  assert.deepEqual(await serving.exited, [3, null]);
  assert.match(serving.err(), new RegExp(`port ${port}.*--port ${port + 1}|--port ${port + 1}`));
  assert.match(serving.err(), /port_taken/);
});

test('off loopback without protection it refuses before anything is made', async (t) => {
  const data = join(await folder(t), 'data');
  const serving = serve(['--data', data, '--host', '0.0.0.0', '--port', '0']);
  const [code] = await serving.exited;
  assert.ok(code !== 0 && code !== null);
  assert.match(serving.err(), /--tls-cert.*--insecure-http/s);
  assert.ok(!existsSync(data));
});

test('with --insecure-http it serves everywhere and warns', async (t) => {
  const serving = serve(['--data', await folder(t), '--host', '0.0.0.0', '--port', '0', '--insecure-http']);
  await Promise.race([once(serving.child.stdout ?? process, 'data'), serving.exited]);
  assert.match(serving.out(), /Warning.*without TLS/);
  // An address that can be opened, from here and from elsewhere.
  assert.match(serving.out(), /Address {2}http:\/\/localhost:/);
  assert.doesNotMatch(serving.out(), /0\.0\.0\.0/);
});

test('all mistakes in the environment are told at once', async (t) => {
  const data = await folder(t);
  const serving = serve(['--data', data], {
    HOLDFAST_PORT: 'x',
    HOLDFAST_BACKUP: 's3://b',
    HOLDFAST_PUBLIC_ULR: 'y',
  });
  const [code] = await serving.exited;
  assert.ok(code !== 0 && code !== null);
  for (const said of [/port/, /HOLDFAST_BACKUP/, /HOLDFAST_PUBLIC_URL/, /config_invalid/])
    assert.match(serving.err(), said);
});

test('a download that runs when the server is told to stop is finished', async (t) => {
  const data = await folder(t);
  const serving = serve(['--data', data, '--port', '0']);
  const port = await ready(serving);
  const { url, authorization, drive } = await firstAccount(port, data);
  const content = Buffer.alloc(48 * 1024 * 1024, 'holdfast');
  const stored = await fetch(`${url}/drives/${drive}/folders/root/files`, {
    method: 'POST',
    headers: {
      authorization,
      'content-type': 'application/octet-stream',
      'content-disposition': "attachment; filename*=UTF-8''big.bin",
    },
    body: content,
  });
  const { entry } = (await stored.json()) as { entry: { id: string } };
  const download = await fetch(`${url}/drives/${drive}/files/${entry.id}/content`, { headers: { authorization } });
  const reader = (download.body ?? new ReadableStream<Uint8Array>()).getReader();
  let got = (await reader.read()).value?.length ?? 0;
  serving.child.kill('SIGTERM');
  while (!serving.out().includes('Stopping')) await once(serving.child.stdout ?? process, 'data');
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) got += piece.value.length;
  assert.equal(got, content.length);
  assert.deepEqual(await serving.exited, [0, null]);
});

test('an older Node is told what it lacks and which Node to use', async (t) => {
  const stub = join(await folder(t), 'lacking.mjs');
  // The same file, with the runtime's functions taken away first.
  await writeFile(
    stub,
    `import crypto from 'node:crypto'; import { syncBuiltinESMExports } from 'node:module';
delete crypto.argon2; delete crypto.encapsulate; syncBuiltinESMExports(); await import(${JSON.stringify(entry)});`,
  );
  const child = spawn(process.execPath, [stub, 'serve'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let err = '';
  child.stderr.on('data', (piece: Buffer) => (err += piece.toString()));
  const [code] = (await once(child, 'close')) as [number];
  assert.equal(code, 3);
  assert.match(err, /lacks ML-KEM-768, Argon2id/);
  assert.match(err, /24\.21|node_modules\/\.bin\/node/);
});

test('an upload that a crash of the server ended is done by its repetition, with the same Idempotency-Key', async (t) => {
  const data = await folder(t);
  const first = serve(['--data', data, '--port', '0']);
  const port = await ready(first);
  const { authorization, drive } = await firstAccount(port, data);
  const path = `/api/v1/drives/${drive}/folders/root/files`;
  const headers = {
    authorization,
    'content-type': 'application/octet-stream',
    'content-disposition': "attachment; filename*=UTF-8''a.txt",
    'content-length': '4',
    'idempotency-key': 'k',
  };

  const beginHalf = (): (() => boolean) => {
    const half = request({ port, method: 'POST', path, headers, agent: false });
    let answered = false;
    half.on('response', () => (answered = true)).on('error', () => undefined);
    half.write('on');
    return () => answered;
  };
  const whole = async (at: number): Promise<{ status: number; code?: string }> => {
    const { status, text } = await rawRequest({ port: at, method: 'POST', path, headers, body: 'once' });
    return { status, ...(JSON.parse(text) as { code?: string }) };
  };
  // Until it is told that the key is in use, which is then used by the half upload: this request is refused at once
  // otherwise, and when the two meet it may be the half upload that is told so.
  let wasAnswered = beginHalf();
  for (;;) {
    const refused = { ...headers, 'if-match': '"none"' };
    const { text } = await rawRequest({ port, method: 'POST', path, headers: refused, body: 'once' });
    if (text.includes('idempotency_in_progress')) break;
    if (wasAnswered()) wasAnswered = beginHalf();
  }
  first.child.kill('SIGKILL');
  await first.exited;

  const next = await ready(serve(['--data', data, '--port', '0']));
  assert.equal((await whole(next)).status, 201);
  assert.equal((await whole(next)).status, 201, 'and the answer is kept');
  const listed = await fetch(`http://localhost:${next}/api/v1/drives/${drive}/folders/root/entries`, {
    headers: { authorization },
  });
  assert.equal(((await listed.json()) as { entries: unknown[] }).entries.length, 1);
});

test('serve says how to reach the chat line', async (t) => {
  const serving = serve(['--data', await folder(t), '--port', '0'], { HOLDFAST_CHAT_LINE_PORT: 'any' });
  await ready(serving);
  const line = Number(/^ {2}Chat +nc localhost (\d+)$/m.exec(serving.out())?.[1]);
  const client = connect({ port: line, host: '127.0.0.1' });
  const [asked] = (await once(client, 'data')) as [Buffer];
  assert.equal(asked.toString(), 'NICKNAME');
  serving.child.kill('SIGTERM');
  assert.deepEqual(await serving.exited, [0, null]);
});

test('a port of the chat line that nobody asked for is a warning when it is taken, and no reason not to start', async (t) => {
  const other = createServer();
  // By somebody else, if not by us.
  other.on('error', () => {});
  await new Promise((resolve) => other.once('listening', resolve).once('error', resolve).listen(3040, '127.0.0.1'));
  t.after(() => other.close());
  const serving = serve(['--data', await folder(t), '--port', '0'], { HOLDFAST_CHAT_LINE_PORT: '' });
  await ready(serving);
  assert.match(serving.out(), /Warning {2}The chat line is off: port 3040 is used by another program\./);
  assert.doesNotMatch(serving.out(), /nc localhost/);
});
