/** What each release left behind opens with today's code, by whoever could open it then. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode } from '../../src/base/errors.ts';
import { silentLog } from '../../src/base/log.ts';
import { doctorOffline } from '../../src/compose.ts';
import { openSqliteRecordStore } from '../../src/storage/index.ts';
import { digestOf, type Release, releases } from '../support/stores/release-data.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

const all = releases();

async function copyOf(t: TestContext, release: Release): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-release-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const data = join(folder, 'data');
  release.copyTo(data);
  return data;
}

/** A server on it, at the time when it was made: app passwords and the like end. */
const serve = (data: string, { expected }: Release): Promise<StartedServer> =>
  startServer({ data, clock: () => expected.madeMs + 60_000 + Math.round(performance.now()) });

async function asked<Reply>(server: StartedServer, token: string, method: string, path: string, json?: unknown) {
  const response = await server.call(method, `/api/v1${path}`, { token, ...(json === undefined ? {} : { json }) });
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`);
  return (await response.json()) as Reply;
}

async function logIn(server: StartedServer, { email, password }: Release['expected']): Promise<string> {
  const answer = await server.call('POST', '/api/v1/sessions', { json: { email, password } });
  assert.equal(answer.status, 201, await answer.clone().text());
  return ((await answer.json()) as { token: string }).token;
}

test('there is at least the first release', () => {
  assert.ok(all.some(({ version }) => version === '0.1.0'));
});

for (const release of all) {
  const { version, expected } = release;

  test(`${version}: people log in, and find their files in all versions, what was said, what guards found and what crossed the wire`, async (t) => {
    const data = await copyOf(t, release);
    await using server = await serve(data, release);
    const token = await logIn(server, expected);
    const drive = await personalDrive(server, token);
    for (const [path, versions] of Object.entries(expected.files)) {
      let folderId = 'root';
      const names = path.split('/');
      for (const name of names.slice(0, -1)) {
        folderId = (await drive.list(folderId)).find((entry) => entry.name === name)?.id ?? '';
      }
      const file = (await drive.list(folderId)).find(({ name }) => name === names.at(-1));
      const kept = await asked<{ versions: { versionId: string }[] }>(
        ...([server, token, 'GET', `/drives/${drive.driveId}/files/${file?.id}/versions`] as const),
      );
      const texts = await Promise.all(
        kept.versions.map(async ({ versionId }) => {
          const address = `/api/v1/drives/${drive.driveId}/files/${file?.id}/versions/${versionId}/content`;
          return await (await server.call('GET', address, { token })).text();
        }),
      );
      assert.deepEqual(texts.toReversed().map(digestOf), versions, path);
    }
    const { rooms } = await asked<{ rooms: { roomId: string }[] }>(server, token, 'GET', '/chat/rooms');
    const spoken = rooms.map(({ roomId }) => asked(server, token, 'GET', `/chat/rooms/${roomId}/messages`));
    const said = JSON.stringify(await Promise.all(spoken));
    for (const text of expected.messages) assert.ok(said.includes(JSON.stringify(text)), text);
    const found = await asked<{ findings: { check: string; state: string }[] }>(server, token, 'GET', '/findings');
    assert.ok(found.findings.some(({ check, state }) => check === expected.finding && state === 'open'));
    const crossed = await asked<{ conn: { uid: string; service?: string } }>(
      ...([server, token, 'GET', `/network/flows/${expected.flow.uid}`] as const),
    );
    assert.deepEqual({ uid: crossed.conn.uid, service: crossed.conn.service }, expected.flow);
    const people = JSON.stringify(await asked(server, token, 'GET', '/people'));
    for (const handle of expected.handles) assert.ok(people.includes(handle), handle);
  });

  test(`${version}: programs get in, new things are stored, and the trail of acts still verifies`, async (t) => {
    const data = await copyOf(t, release);
    let token = '';
    {
      await using server = await serve(data, release);
      const basic = Buffer.from(`${expected.email}:${expected.appPassword}`).toString('base64');
      const listed = await server.call('GET', '/api/v1/drives', { headers: { authorization: `Basic ${basic}` } });
      assert.equal(listed.status, 200, await listed.clone().text());
      token = await logIn(server, expected);
      await (await personalDrive(server, token)).put('root', 'new.txt', Buffer.from('later'));
    }
    await using again = await serve(data, release);
    const names = (await (await personalDrive(again, token)).list('root')).map(({ name }) => name);
    assert.ok(names.includes('new.txt'));
    const verified = await again.workspace.audit.verify();
    assert.equal(verified.verdict, 'intact', JSON.stringify(verified));
  });

  test(`${version}: the recovery key opens the account`, async (t) => {
    const data = await copyOf(t, release);
    await using server = await serve(data, release);
    const { email, recoveryKey } = expected;
    const answer = await server.call('POST', '/api/v1/account/recovery', {
      json: { email, recoveryKey, newPassword: 'another one of some length' },
    });
    assert.ok(answer.ok, await answer.text());
  });
}

test('records of a later release are refused by server and doctor alike, and stay as they are', async (t) => {
  const [release] = all;
  assert.ok(release);
  const data = await copyOf(t, release);
  const path = join(data, 'records.sqlite');
  const records = await openSqliteRecordStore({ path, clock: Date.now, log: silentLog });
  const value = { shape: 99, writtenBy: '9.9.9' };
  await records.transact([{ op: 'put', pk: 'records-shape', sk: 'shape', value }]);
  await records[Symbol.asyncDispose]();
  await assert.rejects(startServer({ data }), (error: Error) => {
    return hasCode(error, 'records_shape_newer') && /shape 99 of Holdfast 9\.9\.9/.test(error.message);
  });
  const { checks } = await doctorOffline(data);
  assert.equal(checks[0]?.id, 'records_shape_newer');
});
