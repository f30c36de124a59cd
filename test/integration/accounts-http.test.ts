/** The routes of accounts/ on a real server. */
import assert from 'node:assert/strict';
import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { silentLog } from '../../src/base/log.ts';
import { startServer, type StartedServer, type StartOptions } from '../support/servers/start-server.ts';

const ada = { name: 'Ada Lovelace', email: 'ada@example.org', password: 'plover-quartz-lantern-41' };
const other = 'gravel umbrella tenor 77';

async function started(t: TestContext, options: StartOptions = {}): Promise<StartedServer> {
  const server = await startServer(options);
  t.after(() => server[Symbol.asyncDispose]());
  return server;
}

type Answer = { status: number; headers: Headers; body: Record<string, unknown> };

async function call(
  server: StartedServer,
  method: string,
  path: string,
  json?: unknown,
  token?: string,
): Promise<Answer> {
  const response = await server.call(method, `/api/v1${path}`, {
    ...(json === undefined ? {} : { json }),
    ...(token === undefined ? {} : { token }),
  });
  const text = await response.text();
  const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  return { status: response.status, headers: response.headers, body };
}

const signUpAda = (server: StartedServer): Promise<Answer> =>
  call(server, 'POST', '/accounts', { ...ada, setupCode: server.workspace.setupCode, device: 'laptop' });

test('a person signs up, works, logs out, and the token is worth nothing afterwards', async (t) => {
  const server = await started(t);
  const made = await signUpAda(server);
  assert.equal(made.status, 201);
  assert.equal(made.headers.get('cache-control'), 'no-store');
  const members = Object.keys(made.body).toSorted().join(' ');
  assert.equal(members, 'account deviceToken expiresTime recoveryKey recoveryKit sessionId token');
  await assert.rejects(access(join(server.data, 'setup-code')), { code: 'ENOENT' });

  const token = String(made.body['token']);
  const me = await call(server, 'GET', '/account', undefined, token);
  assert.deepEqual([me.status, me.body['role'], me.body['kitConfirmed']], [200, 'admin', false]);
  assert.equal((await call(server, 'POST', '/account/kit/confirm', undefined, token)).status, 204);
  assert.equal((await call(server, 'GET', '/account', undefined, token)).body['kitConfirmed'], true);
  assert.equal((await call(server, 'DELETE', '/sessions/current', undefined, token)).status, 204);
  const after = await call(server, 'GET', '/account', undefined, token);
  assert.deepEqual([after.status, after.body['code']], [401, 'session_invalid']);
});

test('a session survives a restart of the server', async (t) => {
  const server = await started(t);
  const made = await signUpAda(server);
  await server.stop();
  const again = await started(t, { data: server.data });
  const me = await call(again, 'GET', '/account', undefined, String(made.body['token']));
  assert.deepEqual([me.status, me.body['handle'], again.workspace.setupCode], [200, 'ada.lovelace', null]);
});

test('a wrong password and an unknown address get the same answer to the byte', async (t) => {
  const server = await started(t);
  await signUpAda(server);
  const answers = new Set<string>();
  for (const email of [ada.email, 'nobody@example.org']) {
    const { status, body, headers } = await call(server, 'POST', '/sessions', { email, password: other });
    answers.add(JSON.stringify([status, body, [...headers].filter(([name]) => name !== 'date')]));
  }
  assert.equal(answers.size, 1, [...answers].join('\n'));
});

test('sessions are listed and revoked, and a password change ends the others', async (t) => {
  const server = await started(t);
  const token = String((await signUpAda(server)).body['token']);
  const logIn = async (device: string) =>
    (await call(server, 'POST', '/sessions', { email: ada.email, password: ada.password, device })).body;
  const [phone, tablet] = [await logIn('phone'), await logIn('tablet')];
  const revoked = await call(server, 'DELETE', `/sessions/${String(phone['sessionId'])}`, undefined, token);
  assert.equal(revoked.status, 204);
  const listed = (await call(server, 'GET', '/sessions', undefined, token)).body['sessions'] as { device: string }[];
  assert.deepEqual(
    listed.map(({ device }) => device),
    ['tablet', 'laptop'],
  );
  const passwords = { currentPassword: ada.password, newPassword: other };
  const changed = await call(server, 'POST', '/account/password', passwords, token);
  assert.deepEqual([changed.status, changed.body], [200, { endedSessions: 1 }]);
  assert.equal((await call(server, 'GET', '/account', undefined, String(tablet['token']))).status, 401);
  assert.equal((await call(server, 'GET', '/account', undefined, token)).status, 200);
});

test('the recovery kit sets a new password', async (t) => {
  const server = await started(t);
  const { recoveryKit } = (await signUpAda(server)).body;
  const request = { email: ada.email, recoveryKey: recoveryKit, newPassword: other };
  const recovered = await call(server, 'POST', '/account/recovery', request);
  assert.deepEqual([recovered.status, recovered.headers.get('cache-control')], [201, 'no-store']);
  assert.equal((await call(server, 'POST', '/sessions', { email: ada.email, password: other })).status, 201);
});

test('a server that is reached from elsewhere admits nobody unasked, and offers no handles', async (t) => {
  const server = await started(t, { environment: { HOLDFAST_PUBLIC_URL: 'https://files.example.org' } });
  const first = await signUpAda(server);
  assert.equal(first.status, 201, 'the setup code admits all the same');
  const bob = { name: 'Bob', email: 'bob@example.org', password: other };
  const refused = await call(server, 'POST', '/accounts', bob);
  assert.deepEqual([refused.status, refused.body['code']], [403, 'invite_required']);
  const offer = await call(server, 'GET', '/accounts/handle-proposal?name=Ada');
  assert.deepEqual([offer.status, offer.body['code']], [403, 'invite_required']);
});

test('a password is judged for whoever is logged in or may sign up, for nobody else', async (t) => {
  const server = await started(t, { environment: { HOLDFAST_PUBLIC_URL: 'https://files.example.org' } });
  const judge = async (more: object, token?: string) => {
    const body = { password: 'password123', ...more };
    const { status, body: reply } = await call(server, 'POST', '/account/password-feedback', body, token);
    return status === 200 ? 'judged' : reply['code'];
  };
  const { setupCode } = server.workspace;
  assert.deepEqual(
    [await judge({}), await judge({ setupCode: 'wrong' })],
    ['setup_code_invalid', 'setup_code_invalid'],
  );
  assert.equal(await judge({ setupCode }), 'judged');
  const token = String((await signUpAda(server)).body['token']);
  assert.deepEqual([await judge({}), await judge({ setupCode })], ['invite_required', 'invite_required']);
  assert.equal(await judge({ invitation: `hfi_${'x'.repeat(43)}` }), 'invite_invalid');
  const { body: invite } = await call(server, 'POST', '/invites', {}, token);
  for (let times = 0; times < 2; times += 1) assert.equal(await judge({ invitation: invite['invitation'] }), 'judged');
  assert.equal(await judge({}, token), 'judged');
});

test('where sign-up is open a free handle is offered, and feedback on a password given', async (t) => {
  const server = await started(t);
  await signUpAda(server);
  const offer = await call(server, 'GET', '/accounts/handle-proposal?name=Ada%20Lovelace');
  assert.deepEqual(offer.body, { handle: 'ada.lovelace-2' });
  const feedback = await call(server, 'POST', '/account/password-feedback', { password: 'password123' });
  assert.deepEqual([feedback.status, feedback.body['acceptable']], [200, false]);
});

test('what is wrong with a sign-up is told, and nothing is made', async (t) => {
  const server = await started(t);
  const good = { ...ada, setupCode: server.workspace.setupCode };
  for (const [change, status, code] of [
    [{ email: 'ada' }, 422, 'email_invalid'],
    [{ name: '\u0000' }, 422, 'account_name_invalid'],
    [{ name: '🦑'.repeat(101) }, 422, 'account_name_invalid'],
    [{ handle: '../x' }, 422, 'handle_invalid'],
    [{ password: 'short' }, 422, 'password_length'],
    [{ password: 'x'.repeat(300) }, 422, 'password_length'],
    [{ password: 'password123' }, 422, 'password_too_easy'],
    [{ setupCode: 'wrong' }, 403, 'setup_code_invalid'],
    [{ email: 7 }, 422, 'request_invalid'],
    [{ role: 'admin' }, 422, 'request_invalid'],
    [{ password: 'x'.repeat(5_000) }, 422, 'request_invalid'],
  ] as const) {
    const refused = await call(server, 'POST', '/accounts', { ...good, ...change });
    assert.deepEqual([refused.status, refused.body['code']], [status, code], JSON.stringify(refused.body));
  }
  await stat(join(server.data, 'setup-code'));
  const odd = { ...good, name: '<b>"Ada" & 李小龍 👩‍👩‍👧‍👦</b>', email: `${'é'.repeat(100)}@example.org` };
  const made = await call(server, 'POST', '/accounts', odd);
  assert.deepEqual([made.status, (made.body['account'] as { name: string }).name], [201, odd.name]);
});

test('whatever is sent to the public routes, the server answers and stays up', async (t) => {
  const server = await started(t);
  await signUpAda(server);
  const routes = ['/accounts', '/sessions', '/account/recovery', '/account/password-feedback'];
  const field = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.jsonValue({ maxDepth: 1 }));
  const body = fc.record(
    {
      name: field,
      email: field,
      password: field,
      newPassword: field,
      recoveryKey: field,
      handle: field,
      device: field,
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...routes), body, async (route, json) => {
      const { status } = await call(server, 'POST', route, json);
      assert.ok((status >= 400 && status < 500) || status === 200, `${route} answered ${status}`);
    }),
    { numRuns: 60 },
  );
});

test('more logins at once than can wait are told to come back', async (t) => {
  const server = await started(t, { environment: { HOLDFAST_KDF_WORKERS: '1', HOLDFAST_KDF_QUEUE_LIMIT: '2' } });
  const attempts = Array.from({ length: 12 }, () => call(server, 'POST', '/sessions', { email: 'x', password: other }));
  const answers = await Promise.all(attempts);
  const busy = answers.filter(({ status }) => status === 503);
  assert.ok(busy.length > 0 && answers.some(({ status }) => status === 401));
  assert.deepEqual([busy[0]?.body['code'], busy[0]?.headers.get('retry-after')], ['busy', '2']);
});

test('guessing has to wait, and is told how long', async (t) => {
  const server = await started(t, { environment: { HOLDFAST_LOGIN_FAILURE_LIMIT: '3' } });
  const guess = () => call(server, 'POST', '/sessions', { email: 'x@example.org', password: other });
  for (let attempt = 0; attempt < 3; attempt++) assert.equal((await guess()).status, 401);
  const refused = await guess();
  assert.deepEqual([refused.status, refused.body['code']], [429, 'too_many_attempts']);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
});

test('the log tells of none of the secrets, nor of who the people are', async (t) => {
  const lines: string[] = [];
  const note = (fields: object, message: string): void => void lines.push(JSON.stringify([fields, message]));
  const log = { ...silentLog, info: note, warn: note, error: note, debug: note };
  const server = await started(t, { log });
  const made = await signUpAda(server);
  const token = String(made.body['token']);
  await call(server, 'POST', '/sessions', { email: ada.email, password: other });
  await call(server, 'GET', '/accounts/handle-proposal?name=Ada', undefined, token);
  const recovery = { email: ada.email, recoveryKey: made.body['recoveryKey'], newPassword: other };
  await call(server, 'POST', '/account/recovery', recovery);
  assert.ok(lines.length > 0);
  const text = lines.join('\n');
  for (const secret of [ada.password, other, ada.email, 'Ada', token.slice(4, 26), 'AGE-SECRET', 'hfs_']) {
    assert.equal(text.includes(secret), false, secret);
  }
});

test('a device that logged in before is known by its cookie or its token, and no stranger locks it out', async (t) => {
  const server = await started(t, { environment: { HOLDFAST_LOGIN_FAILURE_LIMIT: '3' } });
  await signUpAda(server);
  const { email, password } = ada;
  const first = await call(server, 'POST', '/sessions', { email, password });
  const [cookie = ''] = first.headers.getSetCookie();
  const device = String(first.body['deviceToken']);
  assert.match(cookie, /^holdfast-device=hfd_[^;]+; Max-Age=\d+; Path=\/api\/v1\/sessions; HttpOnly; SameSite=Strict$/);
  for (let guess = 0; guess < 3; guess++) await call(server, 'POST', '/sessions', { email, password: other });
  const stranger = await call(server, 'POST', '/sessions', { email, password });
  assert.deepEqual([stranger.status, stranger.body['code']], [429, 'too_many_attempts']);
  assert.equal((await call(server, 'POST', '/sessions', { email, password, deviceToken: device })).status, 201);
  const browser = await server.call('POST', '/api/v1/sessions', {
    json: { email, password },
    headers: { cookie: cookie.replace(/;.*/, ''), 'sec-fetch-site': 'same-origin' },
  });
  assert.equal(browser.status, 201);
});

test('a flood of calls without a login is turned away, and people who are logged in do not notice', async (t) => {
  const server = await started(t, { environment: { HOLDFAST_PUBLIC_REQUESTS_PER_MINUTE: '10' } });
  const token = String((await signUpAda(server)).body['token']);
  const statuses: number[] = [];
  for (let request = 0; request < 12; request++) {
    const answer = await call(server, 'POST', '/account/password-feedback', { password: 'x' });
    statuses.push(answer.status);
    if (answer.status !== 429) continue;
    assert.equal(answer.body['code'], 'request_flood');
    assert.ok(Number(answer.headers.get('retry-after')) > 0);
    assert.equal(answer.headers.get('x-ratelimit-limit'), null);
  }
  assert.deepEqual([statuses.at(0), statuses.at(-1)], [200, 429]);
  for (let request = 0; request < 12; request++) {
    assert.equal((await call(server, 'GET', '/account', undefined, token)).status, 200);
  }
});
