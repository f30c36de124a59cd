/** Acts that hand out or change keys: a session alone does not do. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, test, type TestContext } from 'node:test';
import { type SignedUp, startServer, type StartedServer } from '../support/servers/start-server.ts';

const newPlace = mkdtempSync(join(tmpdir(), 'holdfast-place-'));
after(() => rmSync(newPlace, { recursive: true, force: true }));

type Answer = { readonly status: number; readonly body: Record<string, unknown> };

async function call(
  server: StartedServer,
  token: string,
  [method, path, json]: readonly [string, string, object],
): Promise<Answer> {
  const response = await server.call(method, `/api/v1${path}`, { token, json });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

interface Place {
  readonly driveId: string;
  readonly bob: SignedUp;
  readonly carl: SignedUp;
  readonly dan: SignedUp;
}

type Act = {
  readonly operationId: string;
  readonly path: (place: Place) => string;
  readonly json?: object;
  readonly field?: string;
};

/** Everything that takes the password again. A call that takes one and is missing here fails the test. */
const acts: readonly Act[] = [
  { operationId: 'exportKeyring', path: ({ driveId }) => `/drives/${driveId}/keyring/export` },
  { operationId: 'makeAppPassword', path: () => '/account/app-passwords', json: { label: 'sync', scope: 'files' } },
  { operationId: 'makeInvite', path: () => '/invites', json: { role: 'admin' } },
  { operationId: 'changeRole', path: ({ bob }) => `/people/${bob.accountId}/role`, json: { role: 'admin' } },
  // Carl is an admin who was disabled.
  { operationId: 'enablePerson', path: ({ carl }) => `/people/${carl.accountId}/enable` },
  { operationId: 'resetPerson', path: ({ dan }) => `/people/${dan.accountId}/reset` },
  {
    operationId: 'moveStore',
    path: () => '/admin/stores/backup/move',
    json: { url: pathToFileURL(join(newPlace, 'backup')).href },
  },
  { operationId: 'rotateWorkspaceKey', path: () => '/admin/workspace-key/rotate' },
  {
    operationId: 'changePassword',
    path: () => '/account/password',
    json: { newPassword: 'gravel umbrella tenor 77' },
    field: 'currentPassword',
  },
  { operationId: 'rotateAccount', path: () => '/account/rotate' },
  { operationId: 'deleteAccount', path: () => '/account/delete' },
];

async function setUp(t: TestContext): Promise<{ server: StartedServer; admin: SignedUp; place: Place }> {
  const server = await startServer();
  t.after(() => server[Symbol.asyncDispose]());
  const admin = await server.signUp();
  const [bob, carl, dan] = [await server.signUp(), await server.signUp(), await server.signUp()];
  const { password } = admin;
  const made = await call(server, admin.token, ['POST', `/people/${carl.accountId}/role`, { role: 'admin', password }]);
  assert.equal(made.status, 200);
  assert.equal((await call(server, admin.token, ['POST', `/people/${carl.accountId}/disable`, {}])).status, 200);
  const drives = (await (await server.call('GET', '/api/v1/drives', { token: admin.token })).json()) as {
    drives: { id: string }[];
  };
  return { server, admin, place: { driveId: drives.drives[0]?.id ?? '', bob, carl, dan } };
}

test('every act that hands out or changes a key asks for the password again, and does nothing without it', async (t) => {
  const { server, admin, place } = await setUp(t);
  const password = { current: admin.password };
  const logIn = async (): Promise<string> => {
    const json = { email: admin.email, password: password.current };
    return ((await (await server.call('POST', '/api/v1/sessions', { json })).json()) as { token: string }).token;
  };
  const acted = async (): Promise<string[]> => {
    const page = await server.call('GET', '/api/v1/audit/events?limit=200', { token: await logIn() });
    const { events } = (await page.json()) as { events: { act: string }[] };
    return events.map(({ act }) => act).filter((act) => !/^(session\.|audit\.read|password\.refused)/.test(act));
  };
  for (const { operationId, path, json = {}, field = 'password' } of acts) {
    // Wrong passwords are counted by session; each act has one of its own.
    const token = await logIn();
    if (operationId === 'deleteAccount') {
      // The last admin could not, whatever the password.
      const role = { role: 'admin', password: password.current };
      await call(server, token, ['POST', `/people/${place.bob.accountId}/role`, role]);
    }
    const before = await acted();
    const without = await call(server, token, ['POST', path(place), json]);
    assert.match(
      `${without.status} ${String(without.body['code'])}`,
      /^(403 password_required|422 request_invalid)$/,
      operationId,
    );
    const wrong = await call(server, token, ['POST', path(place), { ...json, [field]: 'not the right words' }]);
    assert.deepEqual([wrong.status, wrong.body['code']], [403, 'password_wrong'], operationId);
    assert.deepEqual(await acted(), before, `${operationId} did something`);
    const right = await call(server, token, ['POST', path(place), { ...json, [field]: password.current }]);
    assert.ok(right.status < 300, `${operationId}: ${right.status} ${String(right.body['code'])}`);
    if (operationId === 'changePassword') password.current = 'gravel umbrella tenor 77';
  }
});

test('the acts above are all calls that take the password again', async (t) => {
  const server = await startServer();
  t.after(() => server[Symbol.asyncDispose]());
  type Call = {
    readonly operationId: string;
    readonly security?: readonly object[];
    readonly requestBody?: { readonly content: Record<string, { readonly schema: { readonly properties?: object } }> };
  };
  const api = (await (await server.call('GET', '/api/openapi.json')).json()) as {
    paths: Record<string, Record<string, Call>>;
  };
  const asking = Object.values(api.paths)
    .flatMap((methods) => Object.values(methods))
    .filter(({ security }) => security === undefined || security.length > 0)
    .filter(({ requestBody }) => {
      const names = Object.keys(requestBody?.content['application/json']?.schema.properties ?? {});
      return names.includes('password') || names.includes('currentPassword');
    })
    .map(({ operationId }) => operationId);
  assert.deepEqual(asking.toSorted(), acts.map(({ operationId }) => operationId).toSorted());
});
