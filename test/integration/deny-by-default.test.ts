import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '../../src/base/ids.ts';
import { startServer } from '../support/start-server.ts';

type Call = {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
};
type Description = {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Call>>>>;
};

/** What anybody may call. A new public route is a decision, to be written here. */
const publicCalls = [
  'GET /api/v1/accounts/handle-proposal',
  'GET /api/v1/accounts/sign-up',
  'POST /api/v1/account/password-feedback',
  'POST /api/v1/account/recovery',
  'POST /api/v1/accounts',
  'POST /api/v1/sessions',
];

function callsOf(description: Description): { method: string; path: string; call: Call }[] {
  return Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, call]) => ({ method: method.toUpperCase(), path, call })),
  );
}

test('every route that is not marked public answers 401 to nobody, and tells nothing', async () => {
  await using server = await startServer();
  const { paths, openapi } = (await (await server.call('GET', '/api/openapi.json')).json()) as Description;
  assert.equal(openapi, '3.1.0');
  const calls = callsOf({ paths, openapi });
  assert.ok(calls.length >= 25, `only ${calls.length} routes are described`);
  const open: string[] = [];
  for (const { method, path, call } of calls) {
    const address = path.replaceAll(/\{[^}]+\}/g, () => newId());
    const isPublic = call.security?.length === 0;
    if (isPublic) open.push(`${method} ${path}`);
    const methods = method === 'GET' ? ['GET', 'HEAD'] : [method];
    for (const each of methods) {
      for (const token of [undefined, 'hfs_AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'x']) {
        const response = await server.call(each, address, token === undefined ? {} : { token });
        const body = await response.text();
        if (isPublic) {
          // A wrong credential in a public call is told as such, with another code.
          assert.doesNotMatch(body, /"not_signed_in"|"session_invalid"/, `${each} ${path}`);
          continue;
        }
        assert.equal(response.status, 401, `${each} ${path}`);
        assert.equal(response.headers.get('www-authenticate'), 'Bearer');
        if (each !== 'HEAD') assert.match(body, /"code":"(not_signed_in|session_invalid)"/);
      }
    }
  }
  assert.deepEqual(open.toSorted(), publicCalls);
});

test('admin calls are refused to members', async () => {
  await using server = await startServer();
  const admin = await server.signUp();
  const member = await server.signUp();
  assert.equal((await server.call('GET', '/api/v1/doctor', { token: admin.token })).status, 200);
  const refused = await server.call('GET', '/api/v1/doctor', { token: member.token });
  assert.equal(refused.status, 403);
  assert.equal(((await refused.json()) as { code: string }).code, 'admin_only');
});

test('the description names every call, and the page shows all of them without asking anybody else', async () => {
  await using server = await startServer();
  const description = (await (await server.call('GET', '/api/openapi.json')).json()) as Description;
  const calls = callsOf(description);
  const names = calls.map(({ call }) => call.operationId);
  assert.equal(new Set(names).size, names.length, 'operation ids are unique');
  for (const { method, path, call } of calls) {
    assert.match(call.operationId ?? '', /^[a-z][A-Za-z]+$/, `${method} ${path} has an operationId`);
    assert.ok(call.summary && !call.summary.endsWith('.'), `${method} ${path} has a summary`);
    assert.ok(call.tags?.length === 1, `${method} ${path} has one tag`);
  }
  const response = await server.call('GET', '/api/docs');
  const page = await response.text();
  for (const { path } of calls) assert.ok(page.includes(path), path);
  for (const code of ['login_failed', 'name_empty', 'host_not_allowed', 'store_full'])
    assert.ok(page.includes(`id="${code}"`), code);
  assert.ok(!/<script| src=|url\(|href="(?![/#]|data:,)/.test(page), 'it asks nobody else');
  assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'; style-src 'sha256-/);
});

test('the start page says how to sign up at this very address', async () => {
  await using server = await startServer();
  const page = await (await server.call('GET', '/')).text();
  assert.ok(page.includes(`holdfast signup ${server.url}`));
});
