import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CopiedView, FileView, MovedView, TrashList } from '../../src/files/wire.ts';
import { startServer } from '../support/servers/start-server.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

test('moves, copies and the trash over HTTP: entity tags, repeated requests, problems', async () => {
  await using server = await startServer();
  const { token } = await server.signUp();
  const drive = await personalDrive(server, token);
  const url = `/api/v1/drives/${drive.driveId}`;
  const post = (path: string, json: object, headers: Record<string, string> = {}) =>
    server.call('POST', `${url}${path}`, { token, json, headers });
  const codeOf = async (response: Response): Promise<string> => ((await response.json()) as { code: string }).code;
  const work = await drive.makeFolder('root', 'Work');
  const file = await drive.put('root', 'plan.txt', Buffer.from('one'));
  // An answer tells of copies as they are then.
  await server.workspace.files.copyDue();

  const stale = await post(`/entries/${file.id}/move`, { name: 'x' }, { 'if-match': `"${file.id}"` });
  assert.deepEqual([stale.status, await codeOf(stale)], [412, 'version_conflict']);
  const tag = { 'if-match': `"${file.versionId}"` };
  const moved = await post(`/entries/${file.id}/move`, { folderId: work, name: 'plan 2.txt' }, tag);
  assert.equal(moved.status, 200);
  const { outcome, entry } = (await moved.json()) as MovedView;
  assert.deepEqual([outcome, entry.name, entry.folderId], ['moved', 'plan 2.txt', work]);
  const unknown = await post(`/entries/${file.id}/move`, { nmae: 'x' });
  assert.equal(unknown.status, 422);

  const copiedStale = await post(`/entries/${file.id}/copy`, { name: 'y' }, { 'if-match': `"${file.id}"` });
  assert.deepEqual([copiedStale.status, await codeOf(copiedStale)], [412, 'version_conflict']);
  const folderTag = await post(`/entries/${work}/copy`, { name: 'y' }, tag);
  assert.deepEqual([folderTag.status, await codeOf(folderTag)], [412, 'version_conflict']);

  const once = { 'idempotency-key': 'copy-1', ...tag };
  const copied = await post(`/entries/${file.id}/copy`, { folderId: 'root' }, once);
  assert.equal(copied.status, 201);
  const copy = (await copied.json()) as CopiedView;
  assert.equal(copied.headers.get('location'), `${url}/entries/${copy.entry.id}`);
  assert.deepEqual(await (await post(`/entries/${file.id}/copy`, { folderId: 'root' }, once)).json(), copy);
  const taken = await post(`/entries/${file.id}/copy`, { folderId: 'root' });
  assert.equal(taken.status, 409);
  const problem = (await taken.json()) as { code: string; entryId: string };
  assert.deepEqual([problem.code, problem.entryId], ['name_taken', copy.entry.id]);

  const thrown = await post(`/entries/${file.id}/trash`, {});
  assert.equal(thrown.status, 200);
  const listed = (await (await server.call('GET', `${url}/trash`, { token })).json()) as TrashList;
  assert.deepEqual(
    listed.entries.map(({ entry: { id }, fromPath }) => [id, fromPath]),
    [[file.id, '/Work']],
  );
  const restored = await post(`/trash/${file.id}/restore`, {});
  assert.equal(((await restored.json()) as MovedView).entry.folderId, work);
  const early = await server.call('DELETE', `${url}/trash/${file.id}`, { token });
  assert.deepEqual([early.status, await codeOf(early)], [404, 'not_in_trash']);
  await post(`/entries/${file.id}/trash`, {});
  assert.equal((await server.call('DELETE', `${url}/trash/${file.id}`, { token })).status, 204);
  const gone = await server.call('GET', `${url}/entries/${file.id}`, { token });
  assert.deepEqual([gone.status, await codeOf(gone)], [404, 'entry_not_found']);
  assert.equal((await drive.read((copy.entry as FileView).id)).toString(), 'one');
});
