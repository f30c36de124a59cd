import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CallOptions, type StartedServer, startServer } from '../support/servers/start-server.ts';

const ada = { email: 'ada@example.org', password: 'three unlikely words' };
const code = async (response: Response): Promise<string> => ((await response.json()) as { code: string }).code;

/** As a browser sends it from a page of this very server. */
const ours = { 'sec-fetch-site': 'same-origin' };

function cookieOf(response: Response): { readonly pair: string; readonly attributes: string } {
  const set = response.headers.getSetCookie().find((each) => /^(__Host-)?holdfast-session=/.test(each)) ?? '';
  const [pair = '', ...attributes] = set.split('; ');
  return { pair, attributes: attributes.join('; ') };
}

async function logIn(server: StartedServer): Promise<string> {
  const json = { ...ada, session: 'cookie' };
  const response = await server.call('POST', '/api/v1/sessions', { json, headers: ours });
  assert.equal(response.status, 201);
  return cookieOf(response).pair;
}

async function startWithAda(options: Parameters<typeof startServer>[0] = {}): Promise<StartedServer> {
  const server = await startServer(options);
  await server.signUp({ name: 'Ada', ...ada });
  return server;
}

test('a browser gets its session as a cookie that no script reads, and the token stands nowhere else', async () => {
  await using server = await startWithAda();
  const json = { ...ada, session: 'cookie' };
  const response = await server.call('POST', '/api/v1/sessions', { json, headers: ours });
  const { pair, attributes } = cookieOf(response);
  assert.match(pair, /^holdfast-session=hfs_/);
  assert.match(attributes, /Path=\//);
  assert.match(attributes, /HttpOnly/);
  assert.match(attributes, /SameSite=Strict/);
  assert.match(attributes, /Expires=/);
  const body = await response.text();
  assert.ok(!body.includes('hfs_') && !body.includes('hfd_'), body);
  const me = await server.call('GET', '/api/v1/account', { headers: { cookie: pair, ...ours } });
  assert.equal(((await me.json()) as { email: string }).email, ada.email);
});

test('signing up and recovering give a cookie as well, and programs get their token as before', async () => {
  await using server = await startServer();
  const setupCode = server.workspace.setupCode ?? '';
  const json = { name: 'Ada', ...ada, setupCode, session: 'cookie' };
  const made = await server.call('POST', '/api/v1/accounts', { json, headers: ours });
  assert.match(cookieOf(made).pair, /=hfs_/);
  const { recoveryKey, token } = (await made.json()) as { recoveryKey: string; token?: string };
  assert.equal(token, undefined);
  const recovery = { email: ada.email, recoveryKey, newPassword: 'four other unlikely words', session: 'cookie' };
  const recovered = await server.call('POST', '/api/v1/account/recovery', { json: recovery, headers: ours });
  assert.match(cookieOf(recovered).pair, /=hfs_/);
  assert.ok(!(await recovered.text()).includes('hfs_'));
  const program = await server.call('POST', '/api/v1/sessions', {
    json: { email: ada.email, password: recovery.newPassword },
  });
  assert.match(((await program.json()) as { token: string }).token, /^hfs_/);
  assert.equal(cookieOf(program).pair, '');
});

test('over TLS, as a proxy tells, the cookie is bound to this host and never goes over plain HTTP', async () => {
  const environment = { HOLDFAST_PUBLIC_URL: 'https://files.example.org', HOLDFAST_TRUSTED_PROXIES: '127.0.0.1,::1' };
  await using server = await startServer({ environment });
  await server.signUp({ name: 'Ada', ...ada });
  const at = `http://localhost:${server.port}`;
  const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'files.example.org', ...ours };
  const response = await fetch(`${at}/api/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...proxied },
    body: JSON.stringify({ ...ada, session: 'cookie' }),
  });
  const { pair, attributes } = cookieOf(response);
  assert.match(pair, /^__Host-holdfast-session=hfs_/);
  assert.match(attributes, /Secure/);
  assert.ok(!/Domain/i.test(attributes));
  const asks = (cookie: string) => fetch(`${at}/api/v1/account`, { headers: { cookie, ...proxied } });
  assert.equal((await asks(pair)).status, 200);
  // What a sibling host could have set: without the prefix it counts for nothing here.
  assert.equal((await asks(pair.replace('__Host-', ''))).status, 401);
});

test('a page of another site cannot write with the cookie, whatever it sends and whichever method', async () => {
  await using server = await startWithAda();
  const cookie = await logIn(server);
  const { driveId } = await drive(server, cookie);
  const foreign: readonly (readonly [what: string, headers: Record<string, string>])[] = [
    ['a foreign Origin', { origin: 'https://evil.example' }],
    ['a foreign Origin that claims to be ours', { origin: 'https://evil.example', ...ours }],
    ['no origin at all', { origin: 'null' }],
    ['another port of this host', { origin: 'http://localhost:1' }],
    ['nothing that tells the page', {}],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }],
    ['a page of a sibling host', { 'sec-fetch-site': 'same-site' }],
  ];
  const uploads = `/api/v1/drives/${driveId}/folders/root/files`;
  const form = new FormData();
  form.set('file', new File(['x'], 'planted.txt'));
  const disposition = { 'content-disposition': 'attachment; filename="planted.txt"' };
  const octets = { 'content-type': 'application/octet-stream', ...disposition };
  const writes: readonly (readonly [method: string, path: string, options: CallOptions])[] = [
    ['POST', `/api/v1/drives/${driveId}/folders/root/folders`, { json: { name: 'planted' } }],
    ['POST', uploads, { body: form }],
    ['POST', uploads, { body: 'x', headers: octets }],
    ['PUT', `/api/v1/drives/${driveId}/files/root/content`, { body: 'x', headers: octets }],
    ['POST', '/api/v1/account/kit/confirm', {}],
    ['DELETE', `/api/v1/drives/${driveId}/trash`, {}],
    ['DELETE', '/api/v1/sessions/current', {}],
    ['POST', '/api/v1/sessions', { json: { ...ada, session: 'cookie' } }],
  ];
  for (const [what, from] of foreign) {
    for (const [method, path, options] of writes) {
      const response = await server.call(method, path, {
        ...options,
        headers: { ...options.headers, ...from, cookie },
      });
      assert.equal(response.status, 403, `${what}: ${method} ${path}`);
      assert.match(await code(response), /^origin_(not_allowed|missing)$/);
      assert.equal(response.headers.getSetCookie().length, 0);
    }
  }
  const left = await server.call('GET', `/api/v1/drives/${driveId}/folders/root/entries`, {
    headers: { cookie, ...ours },
  });
  assert.deepEqual(((await left.json()) as { entries: unknown[] }).entries, []);
});

test('our own pages write with the cookie: JSON, forms and bytes', async () => {
  await using server = await startWithAda();
  const cookie = await logIn(server);
  const { driveId } = await drive(server, cookie);
  const uploads = `/api/v1/drives/${driveId}/folders/root/files`;
  const form = new FormData();
  form.set('file', new File(['x'], 'by-form.txt'));
  const octets = { 'content-type': 'application/octet-stream', 'content-disposition': 'attachment; filename="a.txt"' };
  for (const from of [ours, { origin: server.url }]) {
    const byForm = await server.call('POST', uploads, { body: form, headers: { cookie, ...from } });
    assert.equal(byForm.status, 201);
    assert.equal(
      (await server.call('POST', uploads, { body: 'x', headers: { ...octets, cookie, ...from } })).status,
      201,
    );
  }
  const confirmed = await server.call('POST', '/api/v1/account/kit/confirm', { headers: { cookie, ...ours } });
  assert.equal(confirmed.status, 204);
});

test('other sites and sibling hosts cannot even read with the cookie; a link that a person opens can', async () => {
  await using server = await startWithAda();
  const cookie = await logIn(server);
  const status = async (site: string | null) => {
    const headers = { cookie, ...(site === null ? {} : { 'sec-fetch-site': site }) };
    return (await server.call('GET', '/api/v1/account', { headers })).status;
  };
  assert.equal(await status('cross-site'), 401);
  assert.equal(await status('same-site'), 401);
  assert.equal(await status('same-origin'), 200);
  assert.equal(await status('none'), 200);
  assert.equal(await status(null), 200);
});

test('a header that proves somebody counts alone: a cookie never mends a wrong one', async () => {
  await using server = await startWithAda();
  const cookie = await logIn(server);
  const other = await server.signUp();
  const asked = await server.call('GET', '/api/v1/account', { token: other.token, headers: { cookie, ...ours } });
  assert.equal(((await asked.json()) as { email: string }).email, other.email);
  const wrong = await server.call('GET', '/api/v1/account', { token: 'hfs_wrong', headers: { cookie, ...ours } });
  assert.equal(wrong.status, 401);
  assert.equal(await code(wrong), 'session_invalid');
});

test('two cookies of one name, and one that is no token, are nobody', async () => {
  await using server = await startWithAda();
  const cookie = await logIn(server);
  for (const given of [
    `${cookie}; ${cookie}`,
    `holdfast-session=x; ${cookie}`,
    'holdfast-session=',
    'holdfast-session="x',
  ]) {
    const response = await server.call('GET', '/api/v1/account', { headers: { cookie: given, ...ours } });
    assert.equal(response.status, 401, given);
  }
});

test('an app password is never taken from a cookie', async () => {
  await using server = await startWithAda();
  const cookie = await logIn(server);
  const json = { label: 'rclone', scope: 'files', password: ada.password };
  const made = await server.call('POST', '/api/v1/account/app-passwords', { json, headers: { cookie, ...ours } });
  const { appPassword } = (await made.json()) as { appPassword: string };
  assert.equal((await server.call('GET', '/api/v1/drives', { token: appPassword })).status, 200);
  const headers = { cookie: `holdfast-session=${appPassword}`, ...ours };
  const refused = await server.call('GET', '/api/v1/drives', { headers });
  assert.equal(refused.status, 401);
  assert.equal(await code(refused), 'session_invalid');
});

test('logging out ends the session on the server and takes the cookie away', async () => {
  await using server = await startWithAda();
  const cookie = await logIn(server);
  const out = await server.call('DELETE', '/api/v1/sessions/current', { headers: { cookie, ...ours } });
  assert.equal(out.status, 204);
  const { pair, attributes } = cookieOf(out);
  assert.equal(pair, 'holdfast-session=');
  assert.match(attributes, /Expires=Thu, 01 Jan 1970/);
  const after = await server.call('GET', '/api/v1/account', { headers: { cookie, ...ours } });
  assert.equal(after.status, 401);
  assert.equal(await code(after), 'session_invalid');
});

test('a cookie whose session has run out opens nothing, and log-in and other public calls still work with it', async () => {
  let now = Date.now();
  await using server = await startWithAda({ clock: () => now });
  const cookie = await logIn(server);
  now += 400 * 24 * 3_600_000;
  const headers = { cookie, ...ours };
  assert.equal(await code(await server.call('GET', '/api/v1/drives', { headers })), 'session_invalid');
  assert.equal((await server.call('GET', '/api/v1/accounts/sign-up', { headers })).status, 200);
  const again = await server.call('POST', '/api/v1/sessions', { json: { ...ada, session: 'cookie' }, headers });
  assert.equal(again.status, 201);
  const fresh = { cookie: cookieOf(again).pair, ...ours };
  assert.equal((await server.call('GET', '/api/v1/drives', { headers: fresh })).status, 200);
});

test('new account keys come back as a cookie to who asked with one', async () => {
  await using server = await startWithAda();
  const cookie = await logIn(server);
  const json = { password: ada.password };
  const rotated = await server.call('POST', '/api/v1/account/rotate', { json, headers: { cookie, ...ours } });
  assert.equal(rotated.status, 201);
  const { pair } = cookieOf(rotated);
  assert.ok(!(await rotated.text()).includes('hfs_'));
  assert.equal((await server.call('GET', '/api/v1/account', { headers: { cookie, ...ours } })).status, 401);
  assert.equal((await server.call('GET', '/api/v1/account', { headers: { cookie: pair, ...ours } })).status, 200);
});

test('what it takes to sign up is told to who asks', async () => {
  await using server = await startServer();
  const admission = async () =>
    ((await (await server.call('GET', '/api/v1/accounts/sign-up')).json()) as { admission: string }).admission;
  assert.equal(await admission(), 'setup_code');
  const { token } = await server.signUp();
  assert.equal(await admission(), 'open');
  for (const [value, told] of [
    ['invite', 'invitation'],
    ['closed', 'closed'],
  ]) {
    await server.call('POST', '/api/v1/admin/settings', { token, json: { name: 'sign-up', value } });
    assert.equal(await admission(), told);
  }
});

async function drive(server: StartedServer, cookie: string): Promise<{ readonly driveId: string }> {
  const response = await server.call('GET', '/api/v1/drives', { headers: { cookie, ...ours } });
  const { drives } = (await response.json()) as { drives: readonly { id: string }[] };
  return { driveId: drives[0]?.id ?? '' };
}
