/** Transfers that go on when the person behind them may not any more. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import type { ObjectStore, RecordStore } from '../../src/storage/index.ts';
import { type SignedUp, startServer, type StartedServer, type StartOptions } from '../support/servers/start-server.ts';
import { keysIn } from '../support/stores/stored-objects.ts';

/** More than sockets between two programs of one machine take in. */
const SIZE = 16 * 1024 * 1024;

interface Setup {
  readonly server: StartedServer;
  readonly records: RecordStore;
  /** Resolves once another upload goes on into the store. */
  readonly nextPut: () => Promise<void>;
  readonly ada: SignedUp;
  readonly driveId: string;
  readonly files: string;
  /** Of a large file, once there is one. */
  readonly content: () => Promise<string>;
  readonly objects: () => Promise<string[]>;
}

async function setUp(t: TestContext, options: StartOptions = {}): Promise<Setup> {
  const kept: { records?: RecordStore } = {};
  let begun = Promise.withResolvers<void>();
  const server = await startServer({
    ...options,
    environment: { HOLDFAST_SESSION_RECHECK_MS: '50' },
    wrapRecords(records) {
      kept.records = records;
      return records;
    },
    wrapPrimary: (store) => tellingPuts(store, () => begun.resolve()),
  });
  t.after(() => server[Symbol.asyncDispose]());
  assert.ok(kept.records);
  const ada = await server.signUp();
  const drives = (await (await server.call('GET', '/api/v1/drives', { token: ada.token })).json()) as {
    drives: { id: string }[];
  };
  const driveId = drives.drives[0]?.id ?? '';
  const files = `/api/v1/drives/${driveId}/folders/root/files`;
  return {
    server,
    records: kept.records,
    nextPut() {
      begun = Promise.withResolvers<void>();
      return begun.promise;
    },
    ada,
    driveId,
    files,
    async content() {
      const body = randomBytes(SIZE);
      const stored = await server.call('POST', files, { token: ada.token, body, headers: fileHeaders('large.bin') });
      const { entry } = (await stored.json()) as { entry: { id: string } };
      return `/api/v1/drives/${driveId}/files/${entry.id}/content`;
    },
    objects: () => keysIn(server.workspace.stores.primary, `drives/${driveId}/o/`),
  };
}

/** Tells when the object of a file begins to be put. */
const tellingPuts = (store: ObjectStore, tell: () => void): ObjectStore => ({
  ...store,
  put(key, body, options) {
    if (key.includes('/o/')) tell();
    return store.put(key, body, options);
  },
});

const fileHeaders = (name: string): Record<string, string> => ({
  'content-type': 'application/octet-stream',
  'content-disposition': `attachment; filename*=UTF-8''${name}`,
});

function send(
  { server, ada }: Setup,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): ClientRequest {
  const authorization = `Bearer ${ada.token}`;
  return request({
    port: server.port,
    host: '127.0.0.1',
    method,
    path,
    headers: { ...headers, authorization, host: 'localhost' },
  });
}

/** A download that its client lets stand; `rest` reads on and tells how it ended. */
async function downloading(
  setup: Setup,
  path: string,
): Promise<{ rest: () => Promise<{ bytes: number; whole: boolean }> }> {
  const sent = send(setup, 'GET', path);
  sent.on('error', () => undefined);
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  assert.equal(response.statusCode, 200);
  response.on('error', () => undefined);
  // However it is cut, and whoever waits for that by then.
  const cut = new Promise((resolve) => response.socket.once('close', resolve));
  return {
    async rest() {
      let bytes = 0;
      try {
        // Not all at once: it is looked at now and then, and records that lie elsewhere take a while to answer.
        for await (const piece of response) {
          bytes += (piece as Buffer).length;
          await delay(5);
        }
      } catch {
        // Cut off, as a client sees it.
      }
      await cut;
      return { bytes, whole: response.complete };
    },
  };
}

/** An upload of which the first part was taken; `answer` is what it is refused with. */
async function uploading(
  setup: Setup,
  headers: Record<string, string>,
  start: string,
): Promise<{ answer: Promise<string> }> {
  const sent = send(setup, 'POST', setup.files, { ...headers, 'transfer-encoding': 'chunked' });
  const begun = setup.nextPut();
  sent.on('error', () => undefined);
  const answer = (async () => {
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const text = (await response.toArray()).join('');
    return `${response.statusCode} ${(JSON.parse(text) as { code: string }).code}`;
  })();
  sent.write(start);
  await begun;
  return { answer };
}

const boundary = 'x1x2x3';
const formStart = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nsome bytes`;

test('a download and a zip are cut when their session is revoked, and do not end as if they were whole', async (t) => {
  const setup = await setUp(t);
  const { server, ada, driveId } = setup;
  const content = await setup.content();
  for (const path of [content, `/api/v1/drives/${driveId}/folders/root/zip`]) {
    const made = await server.call('POST', '/api/v1/sessions', { json: { email: ada.email, password: ada.password } });
    const { token } = (await made.json()) as { token: string };
    const running = await downloading({ ...setup, ada: { ...ada, token } }, path);
    assert.equal((await server.call('DELETE', '/api/v1/sessions/current', { token })).status, 204);
    const { bytes, whole } = await running.rest();
    assert.ok(!whole && bytes < SIZE, `${bytes} bytes, whole: ${whole}`);
  }
  assert.equal((await server.call('GET', content, { token: ada.token })).status, 200);
});

test('an upload is refused when its session is revoked, and leaves nothing', async (t) => {
  const setup = await setUp(t);
  const { server, ada } = setup;
  const before = await setup.objects();
  const kinds: [Record<string, string>, string][] = [
    [fileHeaders('a'), 'some bytes'],
    [{ 'content-type': `multipart/form-data; boundary=${boundary}` }, formStart],
  ];
  for (const [headers, start] of kinds) {
    const made = await server.call('POST', '/api/v1/sessions', { json: { email: ada.email, password: ada.password } });
    const { token } = (await made.json()) as { token: string };
    const { answer } = await uploading({ ...setup, ada: { ...ada, token } }, headers, start);
    assert.equal((await server.call('DELETE', '/api/v1/sessions/current', { token })).status, 204);
    assert.equal(await answer, '401 session_invalid');
    assert.deepEqual(await setup.objects(), before);
  }
  const list = await server.call('GET', setup.files.replace(/\/files$/, '/entries'), { token: ada.token });
  assert.deepEqual(((await list.json()) as { entries: unknown[] }).entries, []);
});

test('who lost the drive in the middle reads and writes no more of it', async (t) => {
  const setup = await setUp(t);
  const { records, driveId, ada } = setup;
  const running = await downloading(setup, await setup.content());
  const before = await setup.objects();
  const { answer } = await uploading(setup, fileHeaders('a'), 'some bytes');
  await records.transact([{ op: 'delete', pk: `drive#${driveId}`, sk: `member#${ada.accountId}` }]);
  assert.equal(await answer, '404 drive_not_found');
  assert.equal((await running.rest()).whole, false);
  assert.deepEqual(await setup.objects(), before);
});

test('a session that expires in the middle ends its transfers like one that was revoked', async (t) => {
  const time = { ahead: 0 };
  const setup = await setUp(t, { clock: () => Date.now() + time.ahead });
  const running = await downloading(setup, await setup.content());
  const { answer } = await uploading(setup, fileHeaders('a'), 'some bytes');
  time.ahead = setup.server.config.settings.accounts.sessionIdleMs;
  assert.equal(await answer, '401 session_invalid');
  assert.equal((await running.rest()).whole, false);
});
