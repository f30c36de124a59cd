/** Invitations, roles and guests on a real server. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId } from '../../src/base/ids.ts';
import { startServer, type SignedUp, type StartedServer } from '../support/servers/start-server.ts';

let server: StartedServer;
let admin: SignedUp;
let member: SignedUp;

before(async () => {
  server = await startServer({ environment: { HOLDFAST_SIGN_UP: 'invite' } });
  admin = await server.signUp();
  member = await invited(admin, 'member');
});
after(() => server[Symbol.asyncDispose]());

type Answer = { readonly status: number; readonly body: Record<string, unknown> };

async function call(method: string, path: string, token?: string, json?: unknown): Promise<Answer> {
  const options = { ...(token === undefined ? {} : { token }), ...(json === undefined ? {} : { json }) };
  const response = await server.call(method, `/api/v1${path}`, options);
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

async function invited(by: SignedUp, role: string): Promise<SignedUp> {
  const made = await call('POST', '/invites', by.token, { role });
  assert.equal(made.status, 201);
  return await server.signUp({ invitation: String(made.body['invitation']) });
}

test('a guest has no drive, and every id they guess is 404', async () => {
  const guest = await invited(member, 'guest');
  assert.deepEqual((await call('GET', '/drives', guest.token)).body, { drives: [] });
  const { body } = await call('GET', '/drives', member.token);
  const [drive] = body['drives'] as { id: string; rootId: string }[];
  assert.ok(drive);
  const headers = { 'content-type': 'application/octet-stream', 'content-disposition': 'attachment; filename=a.txt' };
  const stored = await server.call('POST', `/api/v1/drives/${drive.id}/folders/root/files`, {
    token: member.token,
    headers,
    body: 'secret',
  });
  const { entry } = (await stored.json()) as { entry: { id: string; versionId: string } };
  const paths = [drive.id, newId()].flatMap((driveId) => [
    ['GET', `/drives/${driveId}`],
    ['GET', `/drives/${driveId}/entries/root`],
    ['GET', `/drives/${driveId}/entries/${entry.id}`],
    ['GET', `/drives/${driveId}/folders/root/entries`],
    ['GET', `/drives/${driveId}/files/${entry.id}/content`],
    ['GET', `/drives/${driveId}/files/${entry.id}/versions`],
    ['GET', `/drives/${driveId}/files/${entry.id}/versions/${entry.versionId}/content`],
    ['POST', `/drives/${driveId}/files/${entry.id}/versions/${entry.versionId}/restore`],
    ['POST', `/drives/${driveId}/folders/root/folders`, { name: 'x' }],
    ['POST', `/drives/${driveId}/lookup`, { path: '/a.txt' }],
    ['POST', `/drives/${driveId}/keyring/export`, { password: guest.password }],
  ]) as [string, string, object?][];
  const answers = new Set<string>();
  for (const [method, path, json] of paths) {
    const answer = await call(method, path, guest.token, json);
    assert.equal(answer.status, 404, `${method} ${path}`);
    answers.add(String(answer.body['code']));
  }
  assert.deepEqual([...answers], ['drive_not_found'], 'a drive of others and none at all answer alike');
});

test('a guest invites nobody and sees neither people nor the state of the workspace', async () => {
  const guest = await invited(admin, 'guest');
  for (const [method, path, json] of [
    ['POST', '/invites', { role: 'guest' }],
    ['GET', '/invites'],
    ['DELETE', `/invites/${newId()}`],
    ['GET', '/backup/status'],
  ] as const) {
    const answer = await call(method, path, guest.token, json);
    assert.deepEqual([answer.status, answer.body['code']], [403, 'members_only'], `${method} ${path}`);
  }
  for (const token of [guest.token, member.token]) {
    for (const [method, path, json] of [
      ['GET', '/people'],
      ['POST', `/people/${member.accountId}/role`, { role: 'admin' }],
      ['POST', `/people/${admin.accountId}/disable`],
      ['POST', `/people/${admin.accountId}/enable`],
      ['GET', '/admin/settings'],
      ['POST', '/admin/settings', { name: 'sign-up', value: 'open' }],
    ] as const) {
      const answer = await call(method, path, token, json);
      assert.deepEqual([answer.status, answer.body['code']], [403, 'admin_only'], `${method} ${path}`);
    }
  }
});

test('a disabled account is shut out in the middle of its work', async () => {
  const person = await invited(admin, 'member');
  assert.equal((await call('GET', '/drives', person.token)).status, 200);
  assert.equal((await call('POST', `/people/${person.accountId}/disable`, admin.token)).body['state'], 'disabled');
  assert.equal((await call('GET', '/drives', person.token)).status, 401);
});

test('the environment fixes who may sign up', async () => {
  const shown = await call('GET', '/admin/settings', admin.token);
  const [signUp] = shown.body['settings'] as { name: string; value: string; fixed: boolean }[];
  assert.deepEqual([signUp?.name, signUp?.value, signUp?.fixed], ['sign-up', 'invite', true]);
  const changed = await call('POST', '/admin/settings', admin.token, { name: 'sign-up', value: 'open' });
  assert.deepEqual([changed.status, changed.body['code']], [409, 'workspace_setting_fixed']);
  const email = 'eve@example.org';
  const refused = await call('POST', '/accounts', undefined, { name: 'Eve', email, password: 'three unlikely words' });
  assert.deepEqual([refused.status, refused.body['code']], [403, 'invite_required']);
});

test('names and addresses with markup, commas, emoji and 300 bytes come back as they were', async () => {
  const name = `<script>alert("1")</script>, =cmd|' ' ${'é'.repeat(29)} 👩‍👩‍👧‍👦, "x"`;
  const email = `"<b>",${'ü'.repeat(100)}@example.org`;
  const tooLong = `${'é'.repeat(150)}@example.org`;
  const { body } = await call('POST', '/invites', admin.token, { email });
  const invitation = String(body['invitation']);
  const refused = await call('POST', '/accounts', undefined, { name, email: tooLong, password: 'x', invitation });
  assert.deepEqual([refused.status, refused.body['code']], [422, 'email_invalid']);
  await server.signUp({ name, email, invitation });
  const { people } = (await call('GET', '/people', admin.token)).body as { people: { name: string; email: string }[] };
  assert.ok(people.some((each) => each.name === name && each.email === email));
});
