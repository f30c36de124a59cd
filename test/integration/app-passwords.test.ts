/** What programs may do with an app password, on a real server. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId } from '../../src/base/ids.ts';
import { startServer, type SignedUp, type StartedServer } from '../support/start-server.ts';

let server: StartedServer;
let ada: SignedUp;
let driveId: string;

before(async () => {
  server = await startServer();
  ada = await server.signUp({ name: 'Ada', email: 'ada@example.org' });
  const { drives } = (await (await server.call('GET', '/api/v1/drives', { token: ada.token })).json()) as {
    drives: { id: string }[];
  };
  driveId = drives[0]?.id ?? '';
});
after(() => server[Symbol.asyncDispose]());

async function made(scope: string): Promise<string> {
  const json = { label: `for ${scope}`, scope, password: ada.password };
  const response = await server.call('POST', '/api/v1/account/app-passwords', { token: ada.token, json });
  assert.deepEqual([response.status, response.headers.get('cache-control')], [201, 'no-store']);
  return ((await response.json()) as { appPassword: string }).appPassword;
}

const basic = (user: string, password: string): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});
const codeOf = async (response: Response): Promise<unknown> => ((await response.json()) as { code: unknown }).code;

test('an app password opens just the calls of its scope, whatever the person may do', async () => {
  const description = (await (await server.call('GET', '/api/openapi.json')).json()) as {
    paths: Record<string, Record<string, { security?: object[]; 'x-holdfast-scope'?: string }>>;
  };
  const tokens = { files: await made('files'), chat: await made('chat'), agent: await made('agent') };
  let open = 0;
  for (const [path, calls] of Object.entries(description.paths)) {
    for (const [method, call] of Object.entries(calls)) {
      if (call.security?.length === 0) continue;
      const address = path.replaceAll(/\{[^}]+\}/g, () => newId());
      for (const [scope, token] of Object.entries(tokens)) {
        const answer = await server.call(method.toUpperCase(), address, { token });
        const text = await answer.text();
        const where = `${scope}: ${method} ${path}`;
        if (call['x-holdfast-scope'] === scope) {
          open += 1;
          assert.doesNotMatch(text, /scope_insufficient|session_invalid/, where);
          continue;
        }
        assert.equal(answer.status, 403, where);
        if (method !== 'head') assert.match(text, /"code":"scope_insufficient"/, where);
      }
    }
  }
  assert.ok(open >= 12, `only ${open} calls take app passwords`);
});

test('no app password reaches accounts, keys, people or settings', async () => {
  const token = await made('files');
  for (const [method, path, json] of [
    ['GET', '/account'],
    ['POST', '/account/password', { currentPassword: ada.password, newPassword: 'another unlikely phrase' }],
    ['POST', '/account/app-passwords', { label: 'x', scope: 'files', password: ada.password }],
    ['POST', `/drives/${driveId}/keyring/export`, { password: ada.password }],
    ['GET', '/sessions'],
    ['POST', '/invites', {}],
    ['GET', '/people'],
    ['GET', '/doctor'],
  ] as const) {
    const answer = await server.call(method, `/api/v1${path}`, { token, ...(json && { json }) });
    assert.deepEqual([answer.status, await codeOf(answer)], [403, 'scope_insufficient'], path);
  }
});

test('Basic takes an app password under the handle or the e-mail address, and nothing else', async () => {
  const password = await made('files');
  const url = `/api/v1/drives/${driveId}/folders/root/entries`;
  for (const user of ['ada', 'ADA', '@ada', 'ada@example.org', ' Ada@Example.org']) {
    assert.equal((await server.call('GET', url, { headers: basic(user, password) })).status, 200, user);
  }
  for (const [user, given, code] of [
    ['bob', password, 'session_invalid'],
    ['', password, 'session_invalid'],
    ['ada', `${password}x`, 'session_invalid'],
    ['ada', ada.password, 'app_password_required'],
    ['ada', ada.token, 'app_password_required'],
    ['ada', '', 'app_password_required'],
  ] as const) {
    const answer = await server.call('GET', url, { headers: basic(user, given) });
    assert.deepEqual([answer.status, await codeOf(answer)], [401, code], `${user}:${given.slice(0, 4)}`);
    assert.equal(answer.headers.get('www-authenticate'), 'Basic realm="Holdfast", charset="UTF-8"');
  }
  for (const authorization of ['Basic', 'Basic !', 'Basic YQ==', 'Digest x', `Basic ${'QUFB'.repeat(2_000)}`]) {
    assert.equal(
      (await server.call('GET', url, { headers: { authorization } })).status,
      401,
      authorization.slice(0, 20),
    );
  }
});

test('a program stores and fetches a file with Basic', async () => {
  const headers = basic('ada', await made('files'));
  const stored = await server.call('POST', `/api/v1/drives/${driveId}/folders/root/files`, {
    headers: {
      ...headers,
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename=notes.txt',
    },
    body: 'kept twice',
  });
  const { entry } = (await stored.json()) as { entry: { id: string } };
  const fetched = await server.call('GET', `/api/v1/drives/${driveId}/files/${entry.id}/content`, { headers });
  assert.deepEqual([stored.status, fetched.status, await fetched.text()], [201, 200, 'kept twice']);
});

test('a revoked app password is worth nothing from the next request on', async () => {
  const token = await made('files');
  const url = `/api/v1/drives/${driveId}`;
  assert.equal((await server.call('GET', url, { token })).status, 200);
  const { appPasswords } = (await (
    await server.call('GET', '/api/v1/account/app-passwords', { token: ada.token })
  ).json()) as { appPasswords: { appPasswordId: string }[] };
  for (const { appPasswordId } of appPasswords) {
    const path = `/api/v1/account/app-passwords/${appPasswordId}`;
    assert.equal((await server.call('DELETE', path, { token: ada.token })).status, 204);
  }
  assert.equal((await server.call('GET', url, { token })).status, 401);
});

test('Basic is refused where others could read it on the way', async () => {
  await using lab = await startServer({
    flags: { insecureHttp: true },
    environment: { HOLDFAST_TRUSTED_PROXIES: '127.0.0.0/8,::1', HOLDFAST_PUBLIC_URL: 'https://files.example.org' },
  });
  const person = await lab.signUp();
  const json = { label: 'x', scope: 'files', password: person.password };
  const reply = await lab.call('POST', '/api/v1/account/app-passwords', { token: person.token, json });
  const { appPassword } = (await reply.json()) as { appPassword: string };
  const from = { ...basic(person.email, appPassword), 'x-forwarded-for': '192.0.2.7' };
  const plain = await lab.call('GET', '/api/v1/drives', { headers: { ...from, 'x-forwarded-proto': 'http' } });
  assert.deepEqual([plain.status, await codeOf(plain)], [403, 'basic_needs_tls']);
  const tls = await lab.call('GET', '/api/v1/drives', { headers: { ...from, 'x-forwarded-proto': 'https' } });
  assert.equal(tls.status, 200);
});
