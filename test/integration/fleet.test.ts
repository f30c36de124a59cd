import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { newId } from '../../src/base/ids.ts';
import { reportOf, saying, timesAt } from '../../src/host/fleet/test-fleet.ts';
import type { HostsReply, ReportReply } from '../../src/host/wire.ts';
import type { NoticesReply } from '../../src/notifications/wire.ts';
import { cliPerson } from '../support/clients/cli-person.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';

const HOST = 'a'.repeat(32);

async function enrolled(server: StartedServer, admin: string, hostId = HOST, part = 'host'): Promise<string> {
  const wanted = { label: 'shop', with: [part] };
  const made = await server.call('POST', '/api/v1/hosts/enrolments', { token: admin, json: wanted });
  const { token } = (await made.json()) as { token: string };
  const json = { hostId, hostname: 'web-1', agentVersion: '1', with: [part], enrolmentKey: 'k'.repeat(43) };
  const answer = await server.call('POST', '/api/v1/agent/enrol', { token, json });
  assert.equal(answer.status, 201);
  return ((await answer.json()) as { token: string }).token;
}

// Before any test is told of: when the only one known so far has ended, the runner takes the file for done.
const server = await startServer({ environment: { HOLDFAST_HOST_REPORT_BYTES: String(16 * 2 ** 20) } });
after(() => server[Symbol.asyncDispose]());
const { token: admin, email, password } = await server.signUp();

test('a host enrols, reports packed, is listed, and goes on after the server was started again', async (t) => {
  const first = await startServer();
  t.after(() => rm(first.data, { recursive: true, force: true }));
  const { token: firstAdmin } = await first.signUp();
  const token = await enrolled(first, firstAdmin);
  const report = reportOf(timesAt(Date.now()));
  const send = (to: StartedServer, body: Uint8Array<ArrayBuffer>, encoding = 'gzip') =>
    to.call('POST', '/api/v1/agent/reports', {
      token,
      body,
      headers: { 'content-type': 'application/json', 'content-encoding': encoding },
    });
  const packed = Uint8Array.from(gzipSync(JSON.stringify(report)));
  const taken = await send(first, packed);
  assert.equal(taken.status, 200);
  assert.equal(((await taken.json()) as ReportReply).reportId, report.reportId);
  for (const [body, encoding, status] of [
    [packed.slice(0, 40), 'gzip', 400],
    [Uint8Array.from(Buffer.from('no gzip')), 'gzip', 400],
    [packed, 'br', 415],
    [Uint8Array.from(gzipSync(Buffer.alloc(9 * 2 ** 20, 32))), 'gzip', 413],
  ] as const) {
    assert.equal((await send(first, body, encoding)).status, status);
  }
  await first.stop();

  await using again = await startServer({ data: first.data });
  const repeated = await send(again, packed);
  assert.equal(repeated.status, 200);
  const listed = await again.call('GET', '/api/v1/hosts', { token: firstAdmin });
  const { hosts } = (await listed.json()) as HostsReply;
  assert.deepEqual(
    hosts.map(({ label, state, open }) => [label, state, open.high]),
    [['shop', 'reporting', 1]],
  );
});

test('a report of 100 MB is refused before it is read, and one without a length where the limit is', async () => {
  const token = await enrolled(server, admin);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', host: 'localhost' };
  const at = { port: server.port, path: '/api/v1/agent/reports', method: 'POST' };
  const announced = await new Promise<number>((resolve, reject) => {
    // Not a byte of it is sent.
    const asking = request({ ...at, headers: { ...headers, 'content-length': 100_000_000 } }, (answer) => {
      resolve(answer.statusCode ?? 0);
      asking.destroy();
    });
    asking.on('error', reject);
    asking.flushHeaders();
  });
  assert.equal(announced, 413);
  const streamed = await new Promise<number | string>((resolve) => {
    const sending = request({ ...at, headers }, (answer) => {
      resolve(answer.statusCode ?? 0);
      sending.destroy();
    });
    sending.on('error', () => resolve('cut'));
    let left = 100;
    const more = (): void => {
      while (left > 0 && !sending.destroyed) {
        left -= 1;
        if (!sending.write(Buffer.alloc(1_000_000, 32))) return void sending.once('drain', more);
      }
    };
    more();
  });
  assert.ok(streamed === 413 || streamed === 'cut', String(streamed));
  assert.equal((await server.call('GET', '/api/v1/agent/schedule', { token })).status, 200);
});

test('10,000 findings of one host are taken, and read page by page', async () => {
  const hostId = 'b'.repeat(32);
  const token = await enrolled(server, admin, hostId);
  const checks = Array.from({ length: 10_000 }, (_, at) => ({
    ...{ check: 'FIL-01', verdict: 'fail' as const, resource: `/srv/file-${at}` },
  }));
  const report = { ...reportOf({ hostId, ...timesAt(Date.now()) }), ...saying(checks, hostId) };
  assert.equal((await server.call('POST', '/api/v1/agent/reports', { token, json: report })).status, 200);
  const page = await server.call('GET', `/api/v1/findings?resource=host/${hostId}*&limit=50`, { token: admin });
  const { findings, next } = (await page.json()) as { findings: readonly object[]; next?: string };
  assert.deepEqual([findings.length, typeof next], [50, 'string']);
  const { hosts } = (await (await server.call('GET', '/api/v1/hosts', { token: admin })).json()) as HostsReply;
  assert.deepEqual([hosts[0]?.open.high, hosts[0]?.worst.length], [10_000, 3]);
  const refused = { ...report, reportId: newId(), ...saying([...checks, ...checks.slice(0, 1)], hostId) };
  assert.equal((await server.call('POST', '/api/v1/agent/reports', { token, json: refused })).status, 422);
});

test('a host that reports buckets goes on with its own runs alone, and for no other guard', async () => {
  const token = await enrolled(server, admin, 'c'.repeat(32), 'buckets');
  const begin = (source: string, by: string) =>
    server.call('POST', '/api/v1/findings/runs', { token: by, json: { source, scope: 'aws 1', checks: null } });
  assert.equal((await begin('host', token)).status, 403);
  const run = await begin('buckets', token);
  assert.equal(run.status, 201);
  const { runId } = (await run.json()) as { runId: string };
  const end = (by: string) =>
    server.call('POST', `/api/v1/findings/runs/${runId}/end`, { token: by, json: { complete: true } });
  assert.equal((await end(admin)).status, 404);
  assert.equal((await end(token)).status, 200);
});

test('what a host saw in buckets is told to admins under its name, once, and hides nobody else’s word', async () => {
  const [one, other, plain] = await Promise.all([
    enrolled(server, admin, '1'.repeat(32), 'buckets'),
    enrolled(server, admin, '2'.repeat(32), 'buckets'),
    enrolled(server, admin, '3'.repeat(32), 'host'),
  ]);
  const notice = {
    kind: 'opened',
    about: 'plans',
    count: 1,
    lines: ['plans: 1 opened \u202e to everyone', 'a', 'b', 'c', 'd'],
  };
  const tell = (token: string, ids: readonly string[]) =>
    server.call('POST', '/api/v1/buckets/notices', { token, json: { notices: ids.map((id) => ({ ...notice, id })) } });
  const told = async () => {
    await server.workspace.notifications.make();
    const reply = await server.call('GET', '/api/v1/notices?limit=100', { token: admin });
    const { notices } = (await reply.json()) as NoticesReply;
    return notices.filter(({ kind }) => kind === 'watched_objects_opened');
  };
  assert.equal((await tell(plain, ['n1'])).status, 403);
  assert.equal((await tell(one, ['n1'])).status, 204);
  const [first] = await told();
  assert.equal(first?.count, 1);
  assert.ok(first?.details.includes(`Told by the agent of the host ${'1'.repeat(32)}`), first?.details.join());
  assert.doesNotMatch(first?.details.join('') ?? '', /\u202e/);
  // Sent again by the same host it is the same; by another host it is another, whose words do not take its place.
  assert.equal((await tell(one, ['n1'])).status, 204);
  assert.equal(
    (await told()).reduce((sum, { count }) => sum + count, 0),
    1,
  );
  assert.equal((await tell(other, ['n1'])).status, 204);
  assert.equal(
    (await told()).reduce((sum, { count }) => sum + count, 0),
    2,
  );
});

test('an admin lets a host in, finds it in the list, takes its token away and forgets it, by the command line', async () => {
  await using ada = await cliPerson();
  await writeFile(ada.passwordFile, `${password}\n`);
  const loggedIn = await ada.run('login', server.url, '--email', email, '--password-file', ada.passwordFile);
  assert.equal(loggedIn.exitCode, 0, loggedIn.stderr);
  const made = await ada.run('host', 'enrol', '--label', 'Till 4', '--valid', '10', '--out', 'token');
  assert.match(
    made.stdout,
    /sudo holdfast agent --server http:\S+ --token-file token --with host --state \/var\/lib\/holdfast-agent\n/,
  );
  const enrolment = (await readFile(ada.path('token'), 'utf8')).trim();
  assert.ok(!made.stdout.includes(enrolment));
  const json = { hostId: 'd'.repeat(32), hostname: 'till-4', agentVersion: '1', with: ['host'] };
  const call = { token: enrolment, json: { ...json, enrolmentKey: 'k'.repeat(43) } };
  const { token } = (await (await server.call('POST', '/api/v1/agent/enrol', call)).json()) as { token: string };
  const { hosts } = await ada.json<HostsReply>('host', 'list', 'till');
  assert.deepEqual(
    hosts.map(({ label, state }) => [label, state]),
    [['Till 4', 'waiting']],
  );
  assert.match((await ada.run('host', 'enrol', '--list')).stdout, /Till 4 +used .*till-4/);
  assert.equal((await ada.run('host', 'revoke', 'till-4')).exitCode, 0);
  assert.equal((await server.call('GET', '/api/v1/agent/schedule', { token })).status, 403);
  assert.equal((await ada.run('host', 'forget', 'dddd')).exitCode, 2, 'nobody to ask');
  assert.equal((await ada.run('host', 'forget', 'dddd', '--yes')).exitCode, 0);
  assert.equal((await server.call('GET', '/api/v1/agent/schedule', { token })).status, 401);
});
