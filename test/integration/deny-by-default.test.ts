import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '../../src/base/ids.ts';
import { rawRequest } from '../support/clients/raw-http.ts';
import { startServer } from '../support/servers/start-server.ts';

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
const publicRoutes = [
  'GET /',
  // The files of the web app, which are the same for everybody.
  'GET /assets/:name',
  'GET /badge-96.png',
  'GET /api/docs',
  'GET /api/openapi.json',
  'GET /api/v1/accounts/handle-proposal',
  // What the workspace says of itself to whoever is about to sign up.
  'GET /api/v1/accounts/sign-up',
  'GET /healthz',
  'GET /holdfast.webmanifest',
  'GET /icon-192.png',
  'GET /icon-512.png',
  'GET /icon-maskable-512.png',
  // To this machine, or with a token of its own.
  'GET /metrics',
  'GET /readyz',
  'GET /service-worker.js',
  'POST /api/v1/account/password-feedback',
  'POST /api/v1/account/recovery',
  'POST /api/v1/accounts',
  // The token in the address is the credential.
  'POST /api/v1/hooks/chat/:token',
  // Whoever opens the link in a letter reads that address, signed in or not.
  'POST /api/v1/notices/addresses/confirm',
  'POST /api/v1/sessions',
];

function callsOf(description: Description): { method: string; path: string; call: Call }[] {
  return Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, call]) => ({ method: method.toUpperCase(), path, call })),
  );
}

const nothing = 'A'.repeat(43);
const wrongTokens = [
  undefined,
  `hfs_AAAAAAAAAAAAAAAAAAAAAA.${nothing}`,
  `hfh_${'a'.repeat(32)}.${nothing}`,
  `hfe_01890000-0000-7000-8000-000000000000.${nothing}`,
  'x',
];

test('every route that is not one of the public ones answers 401 to nobody, and tells nothing', async () => {
  await using server = await startServer();
  // As they were registered: a route that the description leaves out is a door as well.
  const { routes } = server.workspace.server;
  assert.ok(routes.length >= 60, `only ${routes.length} routes were seen`);
  const isPublic = ({ method, path }: { method: string; path: string }): boolean =>
    publicRoutes.includes(`${method === 'HEAD' ? 'GET' : method} ${path}`);
  for (const name of publicRoutes) {
    assert.ok(
      routes.some(({ method, path }) => `${method} ${path}` === name),
      `${name} is no route any more`,
    );
  }
  for (const route of routes) {
    const address = route.path.replaceAll(/:[^/]+/g, () => newId());
    for (const token of wrongTokens) {
      const response = await server.call(route.method, address, token === undefined ? {} : { token });
      const body = await response.text();
      const what = `${route.method} ${route.path}`;
      if (isPublic(route)) {
        // A wrong credential in a public call is told as such, with another code.
        assert.ok(!/"code":"(not_signed_in|session_invalid)"/.test(body), what);
        continue;
      }
      assert.equal(response.status, 401, what);
      assert.equal(response.headers.get('www-authenticate'), 'Bearer', what);
      if (route.method === 'HEAD') continue;
      const { code } = JSON.parse(body) as { code: string };
      assert.match(code, /^(not_signed_in|session_invalid|host_token_invalid|enrolment_invalid)$/, what);
    }
  }
});

/** What the token of a host opens. A new one is a decision, to be written here. */
const hostRoutes = {
  host: ['GET /api/v1/agent/schedule', 'POST /api/v1/agent/reports'],
  buckets: [
    'GET /api/v1/agent/schedule',
    'POST /api/v1/buckets/notices',
    'POST /api/v1/findings/runs',
    'POST /api/v1/findings/runs/:runId/end',
    'PUT /api/v1/findings/runs/:runId/batches/:batch',
  ],
  network: ['GET /api/v1/agent/schedule', 'POST /api/v1/agent/network'],
  enrolment: ['POST /api/v1/agent/enrol'],
} as const;

test('the token of a host opens what it reports by and nothing else, and no person comes in by the way of hosts', async () => {
  await using server = await startServer();
  const admin = await server.signUp();
  const enrolment = async () => {
    const json = { with: ['host', 'buckets', 'network'] };
    const made = await server.call('POST', '/api/v1/hosts/enrolments', { token: admin.token, json });
    return ((await made.json()) as { token: string }).token;
  };
  const enrol = async (letter: string, part: string) => {
    const json = {
      ...{ hostId: letter.repeat(32), hostname: letter, agentVersion: '1', with: [part] },
      enrolmentKey: letter.repeat(43),
    };
    const enrolled = await server.call('POST', '/api/v1/agent/enrol', { token: await enrolment(), json });
    return ((await enrolled.json()) as { token: string }).token;
  };
  const tokens = {
    ...{ host: await enrol('a', 'host'), buckets: await enrol('b', 'buckets'), network: await enrol('c', 'network') },
    enrolment: await enrolment(),
  };
  const routes = server.workspace.server.routes.filter(({ path }) => path.startsWith('/api/v1/'));
  for (const [kind, open] of Object.entries(hostRoutes)) {
    const token = tokens[kind as keyof typeof hostRoutes];
    const through: string[] = [];
    for (const { method, path } of routes) {
      if (method === 'HEAD' || publicRoutes.includes(`${method} ${path}`)) continue;
      const response = await server.call(
        method,
        path.replaceAll(/:[^/]+/g, () => newId()),
        { token },
      );
      const { code } = (await response.json().catch(() => ({}))) as { code?: string };
      if (code !== 'scope_insufficient') through.push(`${method} ${path}`);
    }
    assert.deepEqual(through.toSorted(), [...open].toSorted(), kind);
  }
  for (const name of [...hostRoutes.host, ...hostRoutes.enrolment]) {
    const [method = '', path = ''] = name.split(' ');
    const refused = await server.call(method, path, { token: admin.token });
    assert.equal(refused.status, 403, name);
  }
});

test('asking for an upgrade opens no route: nobody is answered 401, and no public route becomes a socket', async () => {
  await using server = await startServer();
  const upgrade = {
    connection: 'upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  for (const { method, path } of server.workspace.server.routes) {
    if (method === 'HEAD') continue;
    const address = path.replaceAll(/:[^/]+/g, () => newId());
    for (const token of wrongTokens) {
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const headers = { host: 'localhost', ...upgrade, ...authorization };
      const { status } = await rawRequest({ port: server.port, method, path: address, headers });
      if (publicRoutes.includes(`${method} ${path}`)) assert.notEqual(status, 101, `${method} ${path}`);
      else assert.equal(status, 401, `${method} ${path}`);
    }
  }
});

test('the description says of just the public calls that they need no login, and describes every call', async () => {
  await using server = await startServer();
  const description = (await (await server.call('GET', '/api/openapi.json')).json()) as Description;
  assert.equal(description.openapi, '3.1.0');
  const calls = callsOf(description);
  const name = ({ method, path }: { method: string; path: string }): string =>
    `${method} ${path.replaceAll(/\{[^}]+\}|:[^/]+/g, '*')}`;
  const open = calls.filter(({ call }) => call.security?.length === 0).map(name);
  assert.deepEqual(
    open.toSorted(),
    publicRoutes
      .filter((route) => route.includes('/api/v1/'))
      .map((route) => route.replaceAll(/:[^/]+/g, '*'))
      .toSorted(),
  );
  const served = server.workspace.server.routes.filter(
    ({ method, path }) => method !== 'HEAD' && path.startsWith('/api/v1/'),
  );
  assert.deepEqual(
    served.map(name).toSorted(),
    calls
      .filter(({ method }) => method !== 'HEAD')
      .map(name)
      .toSorted(),
  );
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

test('where the web app is not built the start page says how to build it, and how to sign up at this very address', async () => {
  await using server = await startServer({ webFolder: null });
  const page = await (await server.call('GET', '/')).text();
  assert.ok(page.includes(`holdfast signup ${server.url}`));
  assert.match(page, /web app is not built[^]*npm run build/);
});
