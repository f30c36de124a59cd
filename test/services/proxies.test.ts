/** Behind nginx and Caddy from Debian with the files of deploy/: people, large uploads, WebSockets, and who asks. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { startServer } from '../support/servers/start-server.ts';
import { freePort } from '../support/servers/process.ts';
import { PROXIES, startProxy, withoutProxy, type Proxy } from '../support/servers/proxy-process.ts';

/** Some 20 seconds on two quiet cores, and 4 GiB on the disk with the second copy. */
const ANNOUNCED = 2 * 2 ** 30 + 1;
const PIECE = Buffer.alloc(2 ** 20, 'holdfast');
const SEEN = 48;

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function send({ url, ca }: Proxy, { method, path, headers = {} }: Asked, more: RequestOptions = {}) {
  return httpsRequest(`${url}${path}`, { method, headers, ca, servername: 'localhost', ...more });
}

async function ask(
  proxy: Proxy,
  asked: Asked,
  more: RequestOptions = {},
): Promise<{ status: number; json: Record<string, unknown> }> {
  const request = send(proxy, asked, more);
  request.end(asked.body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const piece of response) text += String(piece);
  return { status: response.statusCode ?? 0, json: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

/** Bytes below a folder. */
function stored(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => {
      return sum + (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0);
    }, 0);
}

for (const name of PROXIES) {
  // The disk may be slow, and takes what is uploaded twice.
  const options = { skip: withoutProxy(name), timeout: 900_000 };
  test(`behind ${name} everything works as it does without`, options, async (t) => {
    const data = mkdtempSync(join(tmpdir(), 'behind-proxy-'));
    t.after(() => rmSync(data, { recursive: true, force: true }));
    const [port, plainPort] = [await freePort(), await freePort()];
    await using server = await startServer({
      data,
      environment: { HOLDFAST_TRUSTED_PROXIES: '127.0.0.1', HOLDFAST_PUBLIC_URL: `https://localhost:${port}` },
    });
    await using proxy = await startProxy(name, port, plainPort, `127.0.0.1:${server.port}`);
    const setupCode = server.workspace.setupCode ?? '';
    const person = { name: 'Ada', email: 'ada@example.org', password: 'seven quiet herons at dusk' };
    const json = { 'content-type': 'application/json' };
    const signedUp = await ask(proxy, {
      ...{ method: 'POST', path: '/api/v1/accounts' },
      ...{ headers: { ...json, origin: proxy.url }, body: JSON.stringify({ ...person, setupCode }) },
    });
    assert.equal(signedUp.status, 201, JSON.stringify(signedUp.json));
    const authorization = `Bearer ${String(signedUp.json['token'])}`;

    await t.test('a page of somebody else is refused, and a host that is not ours', async () => {
      const elsewhere = { ...json, origin: 'https://evil.example' };
      const body = JSON.stringify(person);
      const refused = await ask(proxy, { method: 'POST', path: '/api/v1/sessions', headers: elsewhere, body });
      assert.equal(refused.json['code'], 'origin_not_allowed');
      const other = { host: 'evil.example', authorization };
      const request = send(proxy, { method: 'GET', path: '/api/v1/account', headers: other });
      request.end();
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      let text = '';
      for await (const piece of response) text += String(piece);
      assert.doesNotMatch(text, /ada@example/, 'Caddy answers other names itself, with nothing');
      if (name === 'nginx') assert.match(text, /host_not_allowed/);
    });

    await t.test('the server sees who asks, and not what a client says of itself', async () => {
      const headers = { authorization };
      for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip']) {
        const said = { ...json, [header]: header === 'forwarded' ? 'for=203.0.113.9' : '203.0.113.9' };
        const body = JSON.stringify({ email: person.email, password: 'a guess' });
        const from = { localAddress: '127.0.0.2' };
        const refused = await ask(proxy, { method: 'POST', path: '/api/v1/sessions', headers: said, body }, from);
        assert.equal(refused.status, 401);
      }
      const events = await ask(proxy, { method: 'GET', path: '/api/v1/audit/events?limit=50', headers });
      assert.equal(events.status, 200);
      const text = JSON.stringify(events.json);
      assert.match(text, /127\.0\.0\.2/);
      assert.doesNotMatch(text, /203\.0\.113\.9/);
    });

    await t.test('a WebSocket opens, and hears what changes', async () => {
      const socket = new WebSocket(`${proxy.url.replace('https', 'wss')}/api/v1/live`, {
        ca: proxy.ca,
        headers: { authorization },
      });
      // The first message may come with the answer that opens it.
      const [, [message]] = (await Promise.all([once(socket, 'open'), once(socket, 'message')])) as [unknown, [Buffer]];
      assert.equal(typeof (JSON.parse(message.toString('utf8')) as { type: unknown }).type, 'string');
      socket.close();
      await once(socket, 'close');
    });

    await t.test(
      'an upload of more than 2 GiB reaches the server as it is sent, and nothing of it the disk of the proxy',
      { timeout: 900_000 },
      async () => {
        const { json: drives } = await ask(proxy, {
          method: 'GET',
          path: '/api/v1/drives',
          headers: { authorization },
        });
        const [drive] = drives['drives'] as { id: string }[];
        const before = stored(server.data);
        const upload = send(proxy, {
          ...{ method: 'POST', path: `/api/v1/drives/${drive?.id}/folders/root/files` },
          headers: {
            ...{ authorization, 'content-type': 'application/octet-stream', 'content-length': String(ANNOUNCED) },
            'content-disposition': 'attachment; filename="large.bin"',
          },
        });
        const answered = once(upload, 'response') as Promise<[IncomingMessage]>;
        answered.catch(() => undefined);
        let left = ANNOUNCED;
        const write = async (): Promise<void> => {
          const piece = left < PIECE.length ? PIECE.subarray(0, left) : PIECE;
          left -= piece.length;
          if (!upload.write(piece)) await Promise.race([once(upload, 'drain'), answered]);
        };
        for (let sent = 0; sent < SEEN; sent += 1) await write();
        // Half of it has to come out at the other end while the rest is not even sent.
        while (stored(server.data) - before < (SEEN / 2) * PIECE.length) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        assert.ok(proxy.onDisk() < PIECE.length, `${proxy.onDisk()} bytes lie at the proxy`);
        while (left > 0) await write();
        upload.end();
        const [response] = await answered;
        let text = '';
        for await (const piece of response) text += String(piece);
        assert.equal(response.statusCode, 201, text);
        assert.match(text, new RegExp(`"size":${ANNOUNCED}\\b`));
      },
    );
  });
}
