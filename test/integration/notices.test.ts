/** Notices on a real server: every source tells what it should, over HTTP, the command line and the live connection. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { lookForTrouble } from '../../src/compose/notices/watch.ts';
import { observation } from '../../src/findings/test-findings.ts';
import type { RunView } from '../../src/findings/wire.ts';
import type {
  ChannelsReply,
  ChannelView,
  NoticesReply,
  PreferencesReply,
  PushReply,
} from '../../src/notifications/wire.ts';
import { type RecordStore, storageErrors } from '../../src/storage/index.ts';
import { cliPerson } from '../support/clients/cli-person.ts';
import { connectLive } from '../support/clients/live-client.ts';
import { withFaults } from '../support/faults/object-faults.ts';
import { freePort } from '../support/servers/process.ts';
import { startServer, type StartedServer, type StartOptions } from '../support/servers/start-server.ts';

async function started(t: TestContext, options: StartOptions = {}): Promise<StartedServer> {
  const server = await startServer(options);
  t.after(() => server[Symbol.asyncDispose]());
  return server;
}

async function notices(server: StartedServer, token: string): Promise<NoticesReply['notices']> {
  await server.workspace.notifications.make();
  const response = await server.call('GET', '/api/v1/notices', { token });
  assert.equal(response.status, 200);
  return ((await response.json()) as NoticesReply).notices;
}

/** `unreadable` for what the present key does not open. */
async function kinds(server: StartedServer, token: string): Promise<string[]> {
  return (await notices(server, token)).map(({ kind }) => kind ?? 'unreadable').toSorted();
}

async function report(server: StartedServer, token: string, seen: readonly object[]): Promise<void> {
  const call = async <Body>(method: string, path: string, json: unknown): Promise<Body> => {
    const response = await server.call(method, `/api/v1${path}`, { token, json });
    assert.ok(response.ok, await response.clone().text());
    return (await response.json()) as Body;
  };
  const { runId } = await call<RunView>('POST', '/findings/runs', { source: 'buckets', scope: 'one', checks: null });
  await call('PUT', `/findings/runs/${runId}/batches/0`, { findings: seen });
  await call('POST', `/findings/runs/${runId}/end`, { complete: true });
}

test('a login from a device that is not known is told, and one from a known device is not', async (t) => {
  const server = await started(t);
  const ada = await server.signUp();
  const { email, password, token } = ada;
  assert.deepEqual(await kinds(server, token), []);
  const logIn = async (deviceToken?: string) => {
    const json = { email, password, ...(deviceToken === undefined ? {} : { deviceToken }) };
    const response = await server.call('POST', '/api/v1/sessions', { json });
    return (await response.json()) as { deviceToken: string };
  };
  const { deviceToken } = await logIn();
  const [notice, ...others] = await notices(server, token);
  assert.equal(others.length, 0);
  assert.equal(notice?.kind, 'login_new');
  assert.match(notice.details[0] ?? '', /^From (127\.0\.0\.1|::1|::ffff:127\.0\.0\.1)$/);
  await logIn(deviceToken);
  assert.equal((await notices(server, token))[0]?.count, 1);
});

test('what happens to the credentials of an account is told to its owner, and to no admin', async (t) => {
  const server = await started(t);
  const admin = await server.signUp();
  const bo = await server.signUp();
  const newPassword = 'an orchard of tin whistles';
  const change = { currentPassword: bo.password, newPassword };
  const changed = await server.call('POST', '/api/v1/account/password', { token: bo.token, json: change });
  assert.equal(changed.status, 200);
  const wanted = { label: 'phone', scope: 'files', password: newPassword };
  const made = await server.call('POST', '/api/v1/account/app-passwords', { token: bo.token, json: wanted });
  assert.equal(made.status, 201);
  const recovery = { email: bo.email, recoveryKey: bo.recoveryKey, newPassword: 'nine grey lanterns at sea' };
  const recovered = await server.call('POST', '/api/v1/account/recovery', { json: recovery });
  assert.equal(recovered.status, 201);
  const { token } = (await recovered.json()) as { token: string };
  assert.deepEqual(await kinds(server, token), ['app_password_made', 'password_changed', 'recovery_key_used']);
  assert.deepEqual(await kinds(server, admin.token), []);
});

test('new keys for an account are told under the new keys, and what came before says that it cannot be read', async (t) => {
  const server = await started(t);
  const ada = await server.signUp();
  await server.call('POST', '/api/v1/sessions', { json: { email: ada.email, password: ada.password } });
  assert.deepEqual(await kinds(server, ada.token), ['login_new']);
  const rotated = await server.call('POST', '/api/v1/account/rotate', {
    token: ada.token,
    json: { password: ada.password },
  });
  assert.equal(rotated.status, 201);
  const { token } = (await rotated.json()) as { token: string };
  assert.deepEqual(await kinds(server, token), ['account_rotated', 'unreadable']);
});

test('findings are told to admins, named unless the workspace says otherwise, and again when they are open again', async (t) => {
  const server = await started(t);
  const { token } = await server.signUp();
  const member = await server.signUp();
  await report(server, token, [observation({}, 'photos'), observation({ severity: 'low' }, 'logs')]);
  const [opened] = await notices(server, token);
  assert.deepEqual(
    [opened?.kind, opened?.severity, opened?.count, opened?.title],
    ['finding_opened', 'critical', 2, 'Guards found 2 things'],
  );
  assert.ok(opened?.details.includes('critical: Everybody can read the bucket photos'));
  await report(server, token, [observation({ verdict: 'pass' }, 'photos'), observation({ severity: 'low' }, 'logs')]);
  const setting = await server.call('POST', '/api/v1/admin/settings', {
    token,
    json: { name: 'guard-notice-names', value: 'off' },
  });
  assert.equal(setting.status, 204);
  await report(server, token, [observation({}, 'photos')]);
  const reopened = (await notices(server, token)).find(({ kind }) => kind === 'finding_reopened');
  assert.deepEqual([reopened?.count, reopened?.details], [1, []]);
  assert.deepEqual(await kinds(server, member.token), []);
});

test('a notice is hinted at over the live connection, in no words', async (t) => {
  const server = await started(t, { environment: { HOLDFAST_LIVE_GATHER_MS: '0', HOLDFAST_NOTICE_POLL_MS: '50' } });
  const { token, email, password } = await server.signUp();
  const live = await connectLive(server.url, { authorization: `Bearer ${token}` });
  t.after(() => live[Symbol.asyncDispose]());
  await live.next(({ type }) => type === 'ready');
  await server.call('POST', '/api/v1/sessions', { json: { email, password } });
  assert.deepEqual(await live.next(({ type }) => type === 'notices'), { type: 'notices' });
});

test('people read and mark their notices on the command line', async (t) => {
  const server = await started(t);
  await using ada = await cliPerson();
  const code = join(server.data, 'setup-code');
  const facts = ['--name', 'Ada', '--email', 'ada@example.org', '--password-file', ada.passwordFile];
  const ran = await ada.run('signup', server.url, ...facts, '--setup-code-file', code, '--kit', ada.path('kit.txt'));
  assert.equal(ran.exitCode, 0, ran.stderr);
  assert.match((await ada.run('notices', 'list')).stdout, /Nothing new\./);
  const password = readFileSync(ada.passwordFile, 'utf8').trim();
  await server.call('POST', '/api/v1/sessions', { json: { email: 'ada@example.org', password } });
  await server.workspace.notifications.make();
  const listed = await ada.run('notices', 'list');
  assert.equal(listed.exitCode, 0, listed.stderr);
  assert.match(listed.stdout, /Login from a new device +just now\n {2}From .+\n {2}If that was not you/);
  assert.match(listed.stdout, /1 notice not read/);
  assert.match((await ada.run('notices', 'read')).stdout, /1 notice marked as read\./);
  assert.match((await ada.run('notices', 'list')).stdout, /Nothing new\./);
  const { notices: all } = await ada.json<NoticesReply>('notices', 'list', '--all');
  assert.deepEqual(
    all.map(({ kind, readTime }) => [kind, typeof readTime]),
    [['login_new', 'string']],
  );
  const id = all[0]?.noticeId ?? '';
  assert.match((await ada.run('notices', 'read', '--not', id)).stdout, /marked as not read/);
  assert.match((await ada.run('notices', 'list')).stdout, /Login from a new device/);
});

test('trouble with the audit trail is told to admins, whether the server or a verification finds it', async (t) => {
  let records: RecordStore | null = null;
  const server = await started(t, { wrapRecords: (inner) => (records = inner) });
  const { token } = await server.signUp();
  await server.workspace.audit.link();
  assert.deepEqual(await kinds(server, token), []);
  const store = records as RecordStore | null;
  const { items } = (await store?.query('audit#batches', { limit: 1 })) ?? { items: [] };
  const [batch] = items;
  assert.ok(batch, 'the trail has a batch');
  const value = { ...batch.value, eventsBefore: 7 };
  await store?.transact([{ op: 'put', pk: batch.pk, sk: batch.sk, value }]);
  const verified = await server.call('POST', '/api/v1/audit/verify', { token });
  assert.equal(((await verified.json()) as { verdict: string }).verdict, 'broken');
  assert.ok((await kinds(server, token)).includes('audit_trouble'));
});

test('copies that wait for too long are told once while they wait', async (t) => {
  let now = Date.UTC(2026, 10, 28);
  let broken = true;
  const server = await started(t, {
    clock: () => now,
    wrapBackup: (store) =>
      withFaults(store, ({ operation, key }) =>
        broken && operation === 'put' && key.includes('/o/')
          ? { before: storageErrors('store_unavailable') }
          : undefined,
      ),
  });
  const { token } = await server.signUp();
  const { notifications, files } = server.workspace;
  const look = () =>
    lookForTrouble({
      notifications,
      log: silentLog,
      copies: () => files.backupStatus(),
      certificate: null,
      clock: Date.now,
      findings: { totals: async () => ({}) as never },
    });
  await putFile(server, token, 'a.txt');
  await look();
  assert.deepEqual(await kinds(server, token), []);
  now += 3 * 3_600_000;
  await look();
  await look();
  assert.deepEqual(
    (await notices(server, token)).map(({ kind, count }) => [kind, count]),
    [['copies_overdue', 1]],
  );
  broken = false;
  // Later than any attempt was put off to.
  now += 3_600_000;
  await files.copyDue();
  await look();
  assert.equal((await files.backupStatus()).overdue, 0);
});

test('an upload that fills a quota nearly, or does not fit, tells its owner', async (t) => {
  const server = await started(t);
  await server.signUp();
  const bo = await server.signUp();
  await server.workspace.files.setQuota(
    { accountId: bo.accountId, sessionId: 'test' } as Parameters<StartedServer['workspace']['files']['setQuota']>[0],
    bo.accountId,
    30_000,
  );
  await putFile(server, bo.token, 'a', 10_000);
  assert.deepEqual(await kinds(server, bo.token), []);
  await putFile(server, bo.token, 'b', 18_000);
  await putFile(server, bo.token, 'c', 18_000);
  assert.deepEqual(await kinds(server, bo.token), ['quota_near', 'quota_over']);
});

test('an admin sets up a channel, tries it, sees how it does, and removes it, on the command line', async (t) => {
  const server = await started(t);
  await using ada = await cliPerson();
  const code = join(server.data, 'setup-code');
  const facts = ['--name', 'Ada', '--email', 'ada@example.org', '--password-file', ada.passwordFile];
  await ada.run('signup', server.url, ...facts, '--setup-code-file', code, '--kit', ada.path('kit.txt'));
  writeFileSync(ada.path('jsonl.json'), JSON.stringify({ file: 'notices.jsonl' }));
  const added = await ada.run('admin', 'channels', 'add', 'jsonl', 'siem', '--config-file', ada.path('jsonl.json'));
  assert.equal(added.exitCode, 0, added.stderr);
  const wrong = await ada.runWith(
    { input: '{"file":"../x"}' },
    'admin',
    'channels',
    'add',
    'jsonl',
    'x',
    '--config-file',
    '-',
  );
  assert.notEqual(wrong.exitCode, 0);
  assert.match((await ada.run('admin', 'channels', 'test', 'siem')).stdout, /took a letter/);
  const lines = readFileSync(join(server.data, 'notices', 'notices.jsonl'), 'utf8');
  assert.match(lines, /"kind":"channel_test"/);
  assert.match((await ada.run('admin', 'channels', 'list')).stdout, /siem +jsonl +last just now +0/);
  const doctor = await ada.json<{ checks: { id: string; what: string; verdict: string }[] }>('doctor');
  const found = doctor.checks.filter(({ id }) => id.startsWith('channel'));
  assert.match(
    found.map(({ what }) => what).join(' '),
    /Notices leave by “siem”\. The channel “siem” answers; last delivered/,
  );
  const changed = await ada.run('admin', 'channels', 'change', 'siem', '--name', 'soc', '--kinds', 'finding_opened');
  assert.equal(changed.exitCode, 0, changed.stderr);
  assert.match((await ada.run('admin', 'channels', 'list')).stdout, /soc +jsonl +last/);
  assert.equal((await ada.run('admin', 'channels', 'change', 'soc')).exitCode, 2);
  assert.equal((await ada.run('admin', 'channels', 'change', 'soc', '--name', 'siem')).exitCode, 0);
  assert.match((await ada.run('admin', 'channels', 'dead')).stdout, /There are none/);
  assert.match((await ada.run('admin', 'channels', 'remove', 'siem')).stdout, /Removed/);
  assert.match((await ada.run('admin', 'channels', 'list')).stdout, /There are none/);
});

test('people choose what they hear on the command line', async (t) => {
  const server = await started(t);
  await using ada = await cliPerson();
  const code = join(server.data, 'setup-code');
  const facts = ['--name', 'Ada', '--email', 'ada@example.org', '--password-file', ada.passwordFile];
  await ada.run('signup', server.url, ...facts, '--setup-code-file', code, '--kit', ada.path('kit.txt'));
  const hours = await ada.run(
    'notices',
    'hours',
    '--quiet-hours',
    '22:00-07:00',
    '--zone',
    'Europe/Berlin',
    '--digest',
    '09:15',
  );
  assert.match(hours.stdout, /Quiet: 22:00 to 07:00; daily digest at 09:15 \(Europe\/Berlin\)/);
  const ruled = await ada.run('notices', 'rule', 'finding_opened', 'all', 'daily');
  assert.match(ruled.stdout, /Rule: finding_opened by all: daily/);
  assert.doesNotMatch((await ada.run('notices', 'rule', 'finding_opened', 'all', 'usual')).stdout, /Rule:/);
  assert.equal((await ada.run('notices', 'rule', 'finding_opened', 'mail', 'daily')).exitCode, 2);
  const refused = await ada.run('notices', 'rule', 'login_new', 'feed', 'off');
  assert.match(refused.stderr, /always in its feed/);
  assert.match((await ada.run('notices', 'rules')).stdout, /login_new +Login from a new device +immediate +always/);
});

test('an address is named, waits for its owner, and is taken off, over HTTP; a channel that is away shows everywhere', async (t) => {
  const server = await started(t);
  const { token } = await server.signUp();
  const bo = await server.signUp();
  const call = async <Body>(method: string, path: string, json?: object, as = token) => {
    const options = json === undefined ? { token: as } : { token: as, json };
    const response = await server.call(method, `/api/v1${path}`, options);
    const text = await response.text();
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as Body };
  };
  // Nobody listens on that port.
  const config = { host: '127.0.0.1', port: await freePort(), security: 'none', from: 'holdfast@example.org' };
  const added = await call<ChannelView>('POST', '/admin/channels/smtp', { name: 'mail', config });
  assert.equal(added.status, 201, JSON.stringify(added.body));
  const { channelId, personal } = added.body;
  assert.equal(personal, true);
  assert.equal((await call('POST', '/admin/channels/smtp', { name: 'mail', config: {} })).status, 422);
  assert.equal((await call('GET', '/admin/channels', undefined, bo.token)).status, 403);

  const address = { channelId, destination: 'bo@example.org' };
  const named = await call<PreferencesReply>('POST', '/notices/addresses', address, bo.token);
  assert.deepEqual(
    named.body.channels.map(({ address, confirmed }) => [address, confirmed]),
    [['bo@example.org', false]],
  );
  const mine = await call<PreferencesReply>('GET', '/notices/rules');
  assert.equal(mine.body.channels[0]?.address, null, 'nobody sees the address of another');
  assert.equal((await call('POST', '/notices/addresses', address)).status, 429);
  assert.equal((await call('POST', '/notices/addresses', { ...address, destination: 'x' }, bo.token)).status, 422);
  assert.equal((await call('POST', '/notices/addresses/confirm', { token: 'x' })).status, 422);

  await server.workspace.notifications.send();
  for (;;) {
    const { body } = await call<ChannelsReply>('GET', '/admin/channels');
    if (body.channels[0]?.lastCode === 'channel_unavailable') break;
    await new Promise(setImmediate);
  }
  const { checks } = (await call<{ checks: { id: string; verdict: string }[] }>('GET', '/doctor')).body;
  assert.deepEqual(
    checks.filter(({ id }) => id === 'channel').map(({ verdict }) => verdict),
    ['fail'],
  );
  const removed = await call<PreferencesReply>('DELETE', `/notices/addresses/${channelId}`, undefined, bo.token);
  assert.equal(removed.body.channels[0]?.address, null);
  assert.equal((await call('DELETE', `/notices/addresses/${channelId}`, undefined, bo.token)).status, 404);
  assert.equal((await call('DELETE', `/admin/channels/${channelId}`)).status, 204);
});

async function putFile(server: StartedServer, token: string, name: string, size = 100): Promise<number> {
  const listed = await server.call('GET', '/api/v1/drives', { token });
  const { drives } = (await listed.json()) as { drives: { id: string }[] };
  const response = await server.call('POST', `/api/v1/drives/${drives[0]?.id ?? ''}/folders/root/files`, {
    token,
    body: randomBytes(size),
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${name}`,
    },
  });
  return response.status;
}

test('a browser is told until the login ends that asked for it', async (t) => {
  const server = await started(t);
  const ada = await server.signUp();
  const { email, password, token } = ada;
  const logIn = await server.call('POST', '/api/v1/sessions', { json: { email, password } });
  const browser = (await logIn.json()) as { token: string };
  const endpoint = 'https://push.example.org/send/secret-of-the-browser';
  const wanted = { endpoint, expirationTime: null, keys: { p256dh: 'x', auth: 'y' }, device: 'Firefox at my desk' };
  const added = await server.call('POST', '/api/v1/notices/push', { token: browser.token, json: wanted });
  assert.equal(added.status, 201);
  const shown = async (by: string) =>
    (await (await server.call('GET', '/api/v1/notices/push', { token: by })).json()) as PushReply;
  const { publicKey, subscriptions } = await shown(token);
  assert.equal(Buffer.from(publicKey, 'base64url').length, 65);
  assert.deepEqual(
    subscriptions.map(({ device, present }) => [device, present]),
    [['Firefox at my desk', false]],
  );
  assert.equal((await shown(browser.token)).subscriptions[0]?.present, true);
  const inside = await server.call('POST', '/api/v1/notices/push', {
    token,
    json: { endpoint: 'https://127.0.0.1/x' },
  });
  assert.equal(inside.status, 422);
  assert.equal((await server.call('DELETE', '/api/v1/sessions/current', { token: browser.token })).status, 204);
  for (let left = 1; left > 0;) left = (await shown(token)).subscriptions.length;
});
