import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { test } from 'node:test';
import type { BackupStatusView, DriveList, EntryView, StoredView } from '../../src/files/wire.ts';
import { bytesBody, destroyObject, readBody, storageErrors, type ObjectStore } from '../../src/storage/index.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';

async function openDrive(server: StartedServer) {
  const { token } = await server.signUp();
  const { drives } = (await (await server.call('GET', '/api/v1/drives', { token })).json()) as DriveList;
  const url = `/api/v1/drives/${drives[0]?.id}`;
  return { token, url, objects: `drives/${drives[0]?.id}/o/` };
}

const upload = (server: StartedServer, drive: { token: string; url: string }, name: string, bytes: Uint8Array) =>
  server.call('POST', `${drive.url}/folders/root/files`, {
    token: drive.token,
    body: Buffer.from(bytes),
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="${name}"`,
    },
  });

/** Objects that end in an error after so many bytes, while `state.on`. */
function endingEarly(inner: ObjectStore, state: { on: boolean; afterBytes: number }): ObjectStore {
  return {
    properties: inner.properties,
    multipart: inner.multipart,
    put: (...all) => inner.put(...all),
    head: (...all) => inner.head(...all),
    delete: (...all) => inner.delete(...all),
    list: (...all) => inner.list(...all),
    copy: (...all) => inner.copy(...all),
    async get(key, options) {
      const found = await inner.get(key, options);
      if (!state.on || !key.includes('/o/')) return found;
      async function* body(): AsyncGenerator<Uint8Array> {
        let left = state.afterBytes;
        for await (const piece of found.body) {
          const part = piece.subarray(0, left);
          left -= part.byteLength;
          yield part;
          if (left <= 0) throw storageErrors('store_unavailable');
        }
      }
      return { ...found, body: body() };
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}

test('a download goes on from the second store in mid-stream; with both failing the connection is cut, never ended', async () => {
  const [first, second] = [
    { on: false, afterBytes: 3_000_000 },
    { on: false, afterBytes: 3_000_000 },
  ];
  await using server = await startServer({
    wrapPrimary: (store) => endingEarly(store, first),
    wrapBackup: (store) => endingEarly(store, second),
  });
  const drive = await openDrive(server);
  const bytes = randomBytes(8_000_000);
  const { entry } = (await (await upload(server, drive, 'a', bytes)).json()) as StoredView;
  await server.workspace.files.copyDue();
  const download = () => server.call('GET', `${drive.url}/files/${entry.id}/content`, { token: drive.token });

  first.on = true;
  assert.deepEqual(Buffer.from(await (await download()).arrayBuffer()), bytes);

  second.on = true;
  const cut = await download();
  assert.equal(cut.status, 200);
  let received = 0;
  await assert.rejects(async () => {
    for await (const piece of cut.body ?? []) received += (piece as Uint8Array).length;
  });
  assert.ok(received < bytes.length);

  first.afterBytes = 0;
  second.afterBytes = 0;
  const nothing = await download();
  assert.equal(nothing.status, 503);
  assert.equal(nothing.headers.get('content-disposition'), null);
  assert.equal(((await nothing.json()) as { code: string }).code, 'copies_unreachable');
});

test('files altered or deleted in one store are served from the other and put back', async () => {
  await using server = await startServer();
  const drive = await openDrive(server);
  const bytes = randomBytes(300_000);
  const { entry } = (await (await upload(server, drive, 'a', bytes)).json()) as StoredView;
  await server.workspace.files.copyDue();
  const store = server.workspace.stores.primary;
  const [{ key } = { key: '' }] = (await store.list({ prefix: drive.objects })).objects;
  const stored = async (): Promise<Buffer> => readBody((await store.get(key)).body);
  const good = await stored();
  const altered = Buffer.from(good);
  altered.writeUInt8(altered.readUInt8(200_000) ^ 1, 200_000);
  for (const damage of [() => destroyObject(store, key), () => store.put(key, bytesBody(altered))]) {
    await damage();
    const answer = await server.call('GET', `${drive.url}/files/${entry.id}/content`, { token: drive.token });
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes);
    await server.workspace.files.copyDue();
    assert.deepEqual(await stored(), good);
  }
  const status = await server.call('GET', '/api/v1/backup/status', { token: drive.token });
  assert.equal(((await status.json()) as BackupStatusView).verdict, 'complete');
});

test('files, versions and waiting copies are there after a restart, for the login that was open', async (t) => {
  const before = await startServer();
  t.after(() => rm(before.data, { recursive: true, force: true }));
  const drive = await openDrive(before);
  await upload(before, drive, 'a', Buffer.from('one'));
  const { entry } = (await (await upload(before, drive, 'a', Buffer.from('two'))).json()) as StoredView;
  await before.stop();
  await using after = await startServer({ data: before.data });
  const content = await after.call('GET', `${drive.url}/files/${entry.id}/content`, { token: drive.token });
  assert.equal(await content.text(), 'two');
  await after.workspace.files.copyDue();
  const found = await after.call('POST', `${drive.url}/lookup`, { token: drive.token, json: { path: '/a' } });
  const view = (await found.json()) as EntryView;
  assert.deepEqual(view.kind === 'file' && view.copies, { primary: 'verified', backup: 'verified', count: 2 });
});

test('an upload that is refused on its way is answered, and the connection serves the next request', async () => {
  await using server = await startServer({ environment: { HOLDFAST_MAX_FILE_BYTES: '1000000' } });
  const drive = await openDrive(server);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = (method: string, path: string, headers: Record<string, string>, bytes: number) =>
    new Promise<{ status: number | undefined; port: number | undefined }>((resolve, reject) => {
      const sent = request(
        `${server.url}${path}`,
        { method, agent, headers: { authorization: `Bearer ${drive.token}`, ...headers } },
        (answer) => {
          const { localPort: port } = answer.socket;
          answer.resume().on('end', () => resolve({ status: answer.statusCode, port }));
        },
      ).on('error', reject);
      for (let left = bytes; left > 0; left -= 100_000) sent.write(Buffer.alloc(100_000));
      sent.end();
    });
  const octets = { 'content-type': 'application/octet-stream' };
  const named = { ...octets, 'content-disposition': 'attachment; filename="a"' };
  const path = `${drive.url}/folders/root/files`;
  const tooLong = await send('POST', path, named, 9_000_000);
  assert.equal(tooLong.status, 413);
  const nameless = await send('POST', path, octets, 9_000_000);
  assert.equal(nameless.status, 422);
  const next = await send('GET', '/api/v1/drives', {}, 0);
  assert.equal(next.status, 200);
  assert.deepEqual([nameless.port, next.port], [tooLong.port, tooLong.port]);
  agent.destroy();
});
