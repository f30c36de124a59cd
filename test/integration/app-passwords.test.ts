/** What programs may do with an app password, on a real server. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId } from '../../src/base/ids.ts';
import { observation } from '../../src/findings/test-findings.ts';
import { startServer, type SignedUp, type StartedServer } from '../support/servers/start-server.ts';

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
    paths: Record<string, Record<string, { security?: object[]; 'x-holdfast-scope'?: string | string[] }>>;
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
        if ([call['x-holdfast-scope']].flat().includes(scope)) {
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

test('a guard reports with its app password and reads nothing; another cannot go on with its look', async () => {
  const [token, other] = [await made('agent'), await made('agent')];
  const send = async (method: string, path: string, as: string, json?: object) => {
    const answer = await server.call(method, `/api/v1${path}`, { token: as, ...(json && { json }) });
    return { status: answer.status, body: (await answer.json()) as { runId: string; code?: string } };
  };
  const begun = await send('POST', '/findings/runs', token, { source: 'host', scope: 'a host', checks: null });
  assert.equal(begun.status, 201);
  const run = `/findings/runs/${begun.body.runId}`;
  const findings = { findings: [observation()] };
  for (const [method, path, json] of [
    ['PUT', `${run}/batches/0`, findings],
    ['POST', `${run}/end`, { complete: true }],
  ] as const) {
    for (const stranger of [other, ada.token]) {
      const refused = await send(method, path, stranger, json);
      assert.deepEqual([refused.status, refused.body.code], [404, 'finding_run_not_found'], path);
    }
    assert.equal((await send(method, path, token, json)).status, 200, path);
  }
  for (const path of ['/findings', '/findings/totals', '/findings/export', '/findings/runs', '/findings/rules']) {
    const answer = await send('GET', path, token);
    assert.deepEqual([answer.status, answer.body.code], [403, 'scope_insufficient'], path);
  }
  const listed = await send('GET', '/findings', ada.token);
  assert.match(JSON.stringify(listed.body), /Everybody can read the bucket photos/);
});

test('only an admin makes an app password for a guard, and it ends with the admin role of its maker', async () => {
  const invited = await server.call('POST', '/api/v1/invites', { token: ada.token, json: { role: 'member' } });
  const { invitation } = (await invited.json()) as { invitation: string };
  const bob = await server.signUp({ name: 'Bob', email: 'bob@example.org', invitation });
  const json = { label: 'host', scope: 'agent', password: bob.password };
  const make = () => server.call('POST', '/api/v1/account/app-passwords', { token: bob.token, json });
  const refused = await make();
  assert.deepEqual([refused.status, await codeOf(refused)], [403, 'agent_password_admins_only']);
  const change = (role: string) =>
    server.call('POST', `/api/v1/people/${bob.accountId}/role`, {
      token: ada.token,
      json: { role, password: ada.password },
    });
  assert.equal((await change('admin')).status, 200);
  const { appPassword } = (await (await make()).json()) as { appPassword: string };
  const begin = () =>
    server.call('POST', '/api/v1/findings/runs', {
      token: appPassword,
      json: { source: 'host', scope: 'a host', checks: null },
    });
  assert.equal((await begin()).status, 201);
  assert.equal((await change('member')).status, 200);
  const late = await begin();
  assert.deepEqual([late.status, await codeOf(late)], [403, 'admin_only']);
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
