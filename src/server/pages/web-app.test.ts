import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { serve } from '../test-server.ts';

const page = '<!doctype html><meta property="csp-nonce" nonce="__HOLDFAST_NONCE__"><title>App</title>';
const script = 'console.log("hello")';
const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

/** A folder as the build leaves it. */
async function built(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'web-app-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), page);
  await writeFile(join(folder, 'secret.txt'), 'not an asset');
  await writeFile(join(folder, 'assets', 'app-1a2b.js'), script);
  await writeFile(join(folder, 'assets', 'app-1a2b.js.br'), brotliCompressSync(script));
  await writeFile(join(folder, 'assets', 'app-1a2b.js.gz'), gzipSync(script));
  return folder;
}

test('the page comes with a policy that lets nothing run but our own files, and a nonce of its own each time', async (t) => {
  const server = await serve(t, { webFolder: await built(t) });
  const nonces = new Set<string>();
  for (let round = 0; round < 2; round++) {
    const response = await fetch(`http://localhost:${server.port}/`);
    const policy = response.headers.get('content-security-policy') ?? '';
    const nonce = /'nonce-([A-Za-z0-9+/=]{24,})'/.exec(policy)?.[1] ?? '';
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-/);
    assert.ok(!/unsafe|\*|https?:/.test(policy), policy);
    assert.equal(await response.text(), page.replace('__HOLDFAST_NONCE__', nonce));
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.equal(response.headers.get('x-frame-options'), 'DENY');
    nonces.add(nonce);
  }
  assert.equal(nonces.size, 2);
});

test('files never change under their name, so browsers keep them; they go out as compressed as the browser takes', async (t) => {
  const server = await serve(t, { webFolder: await built(t) });
  for (const [accepts, gets] of [
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['identity', null],
  ] as const) {
    const headers = { 'accept-encoding': accepts };
    const response = await fetch(`http://localhost:${server.port}/assets/app-1a2b.js`, { headers });
    assert.equal(response.headers.get('content-encoding'), gets, accepts);
    assert.equal(await response.text(), script);
    assert.equal(response.headers.get('content-type'), 'text/javascript; charset=utf-8');
    assert.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.equal(response.headers.get('vary'), 'Accept-Encoding');
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  }
});

test('the service worker reaches all pages, is looked for anew each time, and may ask this server and nobody else', async (t) => {
  const folder = await built(t);
  await writeFile(join(folder, 'service-worker.js'), 'addEventListener("push", () => {})');
  const server = await serve(t, { webFolder: folder });
  const response = await fetch(`http://localhost:${server.port}/service-worker.js`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/javascript; charset=utf-8');
  assert.equal(response.headers.get('cache-control'), 'no-cache');
  assert.equal(
    response.headers.get('content-security-policy'),
    "default-src 'none'; connect-src 'self'; img-src 'self'",
  );
  assert.equal(response.headers.get('service-worker-allowed'), null, 'its own address is its reach');
  // One that the build did not make.
  assert.equal((await fetch(`http://localhost:${server.port}/icon-192.png`)).status, 404);
});

test('an address of people is answered with the page; programs and unknown calls are told 404', async (t) => {
  const server = await serve(t, { webFolder: await built(t) });
  const at = `http://localhost:${server.port}`;
  const deep = await fetch(`${at}/drives/0199/folders/0199?versions=1`, { headers: html });
  assert.equal(deep.status, 200);
  assert.match(await deep.text(), /<title>App/);
  for (const path of ['/api', '/api/v1/nothing', '/api/nothing', '/assets/nothing.js', '/assets/']) {
    const response = await fetch(at + path, { headers: html });
    assert.equal(response.status, 404, path);
    assert.equal(((await response.json()) as { code: string }).code, 'route_not_found', path);
  }
  const program = await fetch(`${at}/drives/0199`, { headers: { accept: 'application/json' } });
  assert.equal(program.status, 404);
  assert.equal((await fetch(`${at}/files`, { method: 'POST', headers: html })).status, 404);
});

test('nothing outside of the built files can be asked for', async (t) => {
  const server = await serve(t, { webFolder: await built(t) });
  for (const name of [
    '..%2Fsecret.txt',
    '..%2Findex.html',
    '%2e%2e%2fsecret.txt',
    'app-1a2b.js.br',
    '__proto__',
    '%00',
  ]) {
    const response = await fetch(`http://localhost:${server.port}/assets/${name}`);
    assert.equal(response.status, 404, name);
  }
});

test('without a built app the start page says so and how to build it, and no address turns into a page', async (t) => {
  const server = await serve(t, { webFolder: join(tmpdir(), 'there-is-no-such-folder') });
  const at = `http://localhost:${server.port}`;
  const start = await fetch(at, { headers: html });
  assert.match(await start.text(), /web app is not built[^]*npm ci[^]*npm run build[^]*holdfast signup/);
  assert.equal((await fetch(`${at}/files`, { headers: html })).status, 404);
});

test('an app that is built while the server runs is there with the next request', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'web-app-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const server = await serve(t, { webFolder: folder });
  const title = async () =>
    /<title>(.*?)<\/title>/.exec(await (await fetch(`http://localhost:${server.port}/`)).text())?.[1];
  assert.equal(await title(), 'Holdfast');
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), page);
  assert.equal(await title(), 'App');
});
