/** The audit trail of a whole server: what it tells, to whom, and what it finds when somebody meddled with it. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { VerifyReport } from '../../src/audit/index.ts';
import type { EventView } from '../../src/audit/wire.ts';
import { auditVerifyOffline } from '../../src/compose.ts';
import { cliPerson, launcher } from '../support/clients/cli-person.ts';
import type { JsonObject } from '../../src/storage/index.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';
import { testedRecords } from '../support/stores/tested-records.ts';
import { testedStores } from '../support/stores/tested-stores.ts';
import { serveByCommand } from '../support/servers/workspace-by-command.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

async function dataFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-audit-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function events(server: StartedServer, token: string, query = ''): Promise<EventView[]> {
  const found: EventView[] = [];
  for (let after = ''; ;) {
    const reply = await server.call('GET', `/api/v1/audit/events?limit=7${query}${after}`, { token });
    assert.equal(reply.status, 200, await reply.clone().text());
    const page = (await reply.json()) as { events: EventView[]; next?: string };
    found.push(...page.events);
    if (page.next === undefined) return found;
    after = `&after=${page.next}`;
  }
}

const acts = (found: readonly EventView[]): string[] => found.map(({ act }) => act);

test('everybody sees what happened to their own account, and nothing of others', async () => {
  await using server = await startServer();
  const ada = await server.signUp({ name: 'Ada', email: 'ada@example.org' });
  const bob = await server.signUp({ name: 'Bob', email: 'bob@example.org' });
  const json = { email: bob.email, password: 'not this one at all' };
  assert.equal((await server.call('POST', '/api/v1/sessions', { json })).status, 401);
  const role = await server.call('POST', `/api/v1/people/${bob.accountId}/role`, {
    token: ada.token,
    json: { role: 'admin', password: ada.password },
  });
  assert.equal(role.status, 200);

  const seen: EventView[] = [];
  for (let after = ''; ;) {
    const reply = await server.call('GET', `/api/v1/account/activity?limit=2${after}`, { token: bob.token });
    assert.equal(reply.status, 200);
    const page = (await reply.json()) as { events: EventView[]; next?: string };
    seen.push(...page.events);
    if (page.next === undefined) break;
    after = `&after=${page.next}`;
  }
  assert.deepEqual(acts(seen).toSorted(), ['account.created', 'account.role_changed', 'session.refused']);
  const refused = seen.find(({ act }) => act === 'session.refused');
  assert.equal(typeof refused?.facts['address'], 'string');
  const changed = seen.find(({ act }) => act === 'account.role_changed');
  assert.equal(changed?.actor?.name, 'Ada');
  assert.equal(changed?.sessionId, null, 'the session of the admin is not told');
  assert.equal((await server.call('GET', '/api/v1/account/activity')).status, 401);
});

test('an admin sees who did what, by person, by act and by file, in ids alone', async () => {
  await using server = await startServer();
  const ada = await server.signUp({ name: 'Ada', email: 'ada@example.org' });
  const bob = await server.signUp({ name: 'Bob', email: 'bob@example.org' });
  const drive = await personalDrive(server, bob.token);
  const folder = await drive.makeFolder('root', 'Merger');
  const file = await drive.put(folder, 'contract.pdf', Buffer.from('one'));
  await drive.put(folder, 'contract.pdf', Buffer.from('two'));
  await drive.read(file.id);
  await drive.read(file.id);
  await drive.exportKeys(bob.password);
  const json = { email: bob.email, password: 'not this one at all' };
  assert.equal((await server.call('POST', '/api/v1/sessions', { json })).status, 401);

  const all = await events(server, ada.token);
  assert.deepEqual(acts(all).toSorted(), [
    'account.created',
    'account.created',
    'drive.created',
    'drive.created',
    'folder.made',
    'keys.exported',
    'session.refused',
    'version.read',
    'version.stored',
    'version.stored',
  ]);
  for (const { facts, subjectIds } of all)
    assert.doesNotMatch(JSON.stringify([facts, subjectIds]), /merger|contract|example/i);
  const history = await events(server, ada.token, `&subject=${file.id}`);
  assert.deepEqual(acts(history).toSorted(), ['version.read', 'version.stored', 'version.stored']);
  assert.deepEqual(new Set(history.map(({ actor }) => actor?.name)), new Set(['Bob']));
  assert.equal((await events(server, ada.token, `&actor=${bob.accountId}&act=version`)).length, 3);
  const [refused] = await events(server, ada.token, '&act=session.refused');
  assert.deepEqual([refused?.actor, refused?.subjectIds], [null, [bob.accountId]]);
  assert.match(String(refused?.facts['address']), /^(::1|127\.0\.0\.1)$/);
  // Looking is an act as well, once for the whole of the looking.
  assert.equal(acts(await events(server, ada.token)).filter((act) => act === 'audit.read').length, 1);
});

test('nobody but an admin gets at it', async () => {
  await using server = await startServer();
  await server.signUp();
  const bob = await server.signUp();
  for (const [method, path] of [
    ['GET', '/audit/events'],
    ['GET', '/audit/export'],
    ['POST', '/audit/verify'],
  ] as const) {
    assert.equal((await server.call(method, `/api/v1${path}`)).status, 401);
    const refused = await server.call(method, `/api/v1${path}`, { token: bob.token });
    assert.equal(refused.status, 403, path);
  }
});

test('a query that means nothing is refused', async () => {
  await using server = await startServer();
  const { token } = await server.signUp();
  for (const query of ['after=x', 'limit=0', 'limit=1001', 'act=Version', 'subject=../..', 'subject=a%20b']) {
    const reply = await server.call('GET', `/api/v1/audit/events?${query}`, { token });
    assert.equal(reply.status, 422, query);
  }
  assert.equal((await server.call('GET', '/api/v1/audit/export?format=xml', { token })).status, 422);
});

test('the export holds every event, and no name in it runs in a spreadsheet', async () => {
  await using server = await startServer();
  const ada = await server.signUp({ name: '=HYPERLINK("http://evil.example")' });
  const drive = await personalDrive(server, ada.token);
  for (let each = 0; each < 150; each++) await drive.makeFolder('root', `folder ${each}`);
  const lines = await server.call('GET', '/api/v1/audit/export', { token: ada.token });
  assert.match(lines.headers.get('content-disposition') ?? '', /audit\.jsonl/);
  const exported = (await lines.text())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as EventView);
  assert.equal(exported.filter(({ act }) => act === 'folder.made').length, 150);
  assert.deepEqual(
    exported
      .slice(0, 2)
      .map(({ act }) => act)
      .toSorted(),
    ['account.created', 'drive.created'],
  );
  const csv = await (await server.call('GET', '/api/v1/audit/export?format=csv', { token: ada.token })).text();
  assert.equal(csv.trimEnd().split('\r\n').length, 1 + exported.length + 1);
  assert.doesNotMatch(csv, /(^|,|")=/m);
  assert.match(csv, /'=HYPERLINK/);
});

test('the command exports and verifies, and its exit code says whether the trail is intact', async (t) => {
  const data = await dataFolder(t);
  const server = await startServer({ data });
  t.after(() => server.stop());
  await using ada = await cliPerson();
  const signup = ['signup', server.url, '--name', 'Ada', '--email', 'ada@example.org'];
  const files = ['--password-file', ada.passwordFile, '--setup-code-file', join(data, 'setup-code')];
  const signedUp = await ada.run(...signup, ...files, '--kit', ada.path('kit.txt'));
  assert.equal(signedUp.exitCode, 0, signedUp.stderr);

  const exported = await ada.run('audit', 'export', '--format', 'csv');
  assert.equal(exported.exitCode, 0, exported.stderr);
  assert.match(exported.stdout, /^sequence,eventId,time,act,/);
  assert.equal((await ada.run('audit', 'export', '--format', 'xml')).exitCode, 2);
  const verified = await ada.run('audit', 'verify');
  assert.equal(verified.exitCode, 0, verified.stdout + verified.stderr);
  assert.match(verified.stdout, /Intact: nothing was removed, changed, reordered or cut off\./);
  const env = await testedStores(data);
  const verifyStopped = () => ada.runWith({ env }, 'audit', 'verify', '--data', data);
  const running = await verifyStopped();
  assert.equal(running.exitCode, 3);
  assert.match(running.stderr, /data_in_use/);

  await server.stop();
  assert.equal((await verifyStopped()).exitCode, 0);
  {
    await using records = await testedRecords(server.config);
    const { items } = await records.query('audit#batches', { limit: 1000 });
    const text = (value: unknown): string => JSON.stringify(value);
    for (const { pk, sk, value } of items.filter((item) => text(item.value).includes('account.created'))) {
      const altered = JSON.parse(text(value).replace('account.created', 'account.removed')) as JsonObject;
      await records.transact([{ op: 'put', pk, sk, value: altered }]);
    }
  }
  const broken = await verifyStopped();
  assert.equal(broken.exitCode, 1);
  assert.match(broken.stdout, /FAIL {2}Batch 1 was changed after it was signed\./);
  assert.match(broken.stdout, /Broken: /);
  const nothing = await ada.run('audit', 'verify', '--data', ada.path('no-such-folder'));
  assert.equal(nothing.exitCode, 3);
  assert.match(nothing.stderr, /workspace_not_begun/);
});

test('records put back from a backup are found, stopped, started, and long after', async (t) => {
  const data = await dataFolder(t);
  const first = await startServer({ data });
  const { token } = await first.signUp();
  await first.stop();
  const kept = await dataFolder(t);
  await cp(join(data, 'records.sqlite'), join(kept, 'records.sqlite'));

  const second = await startServer({ data });
  const drive = await personalDrive(second, token);
  await drive.makeFolder('root', 'will be forgotten');
  await second.stop();
  for (const end of ['', '-wal', '-shm']) await rm(join(data, `records.sqlite${end}`), { force: true });
  await cp(join(kept, 'records.sqlite'), join(data, 'records.sqlite'));
  assert.deepEqual(
    (await auditVerifyOffline(data)).problems.map(({ code }) => code),
    ['tail_missing', 'tail_missing'],
  );

  await using third = await startServer({ data });
  const again = await personalDrive(third, token);
  await again.makeFolder('root', 'another history');
  const reply = await third.call('POST', '/api/v1/audit/verify', { token });
  const report = (await reply.json()) as VerifyReport;
  assert.equal(report.verdict, 'broken');
  assert.deepEqual(new Set(report.problems.map(({ code }) => code)), new Set(['fork']));
});

test('what was acknowledged before the process was killed has its event, and the chain goes on', async (t) => {
  const folder = await dataFolder(t);
  const names = Array.from({ length: 30 }, (_, each) => join(folder, `file ${each}`));
  for (const name of names) await writeFile(name, name);
  const killed = await serveByCommand([launcher], folder, await testedStores(join(folder, 'data')));
  await killed.signUp();
  const put = await killed.run('put', ...names, '/');
  process.kill(killed.serverPid, 'SIGKILL');
  assert.equal(put.exitCode, 0, put.stderr);
  await killed.stop();

  await using again = await startServer({ data: killed.dataFolder });
  const password = (await readFile(killed.passwordFile, 'utf8')).trim();
  const login = await again.call('POST', '/api/v1/sessions', { json: { email: 'ada@example.org', password } });
  const { token } = (await login.json()) as { token: string };
  const drive = await personalDrive(again, token);
  const known = await events(again, token, '&act=version.stored');
  assert.deepEqual(
    known.flatMap(({ subjectIds }) => subjectIds).toSorted(),
    (await drive.list('root')).map(({ id }) => id).toSorted(),
  );
  assert.equal(known.length, names.length);
  const report = (await (await again.call('POST', '/api/v1/audit/verify', { token })).json()) as VerifyReport;
  assert.equal(report.verdict, 'intact', JSON.stringify(report.problems));
});
