import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasCode } from '../../src/base/errors.ts';
import { rawRequest } from '../support/clients/raw-http.ts';
import { startServer } from '../support/servers/start-server.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

type Samples = ReadonlyMap<string, number>;

function samplesOf(text: string): Samples {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

test('figures of requests by route, of copies, guards, stores, disks and the process are there', async () => {
  await using server = await startServer();
  const { token } = await server.signUp();
  const drive = await personalDrive(server, token);
  await drive.put('root', 'plan.txt', Buffer.from('x'));
  const run = await server.call('POST', '/api/v1/findings/runs', {
    ...{ token, json: { source: 'host', scope: 'ada-laptop', checks: null } },
  });
  const { runId } = (await run.json()) as { runId: string };
  await server.call('POST', `/api/v1/findings/runs/${runId}/end`, { token, json: { complete: true } });
  await server.call('GET', '/api/v1/no/such/thing');
  const answer = await server.call('GET', '/metrics');
  assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  const samples = samplesOf(await answer.text());
  const one = (start: string) => [...samples].find(([name]) => name.startsWith(start))?.[1];
  assert.equal(samples.get('holdfast_http_requests_total{method="POST",route="/api/v1/accounts",status="201"}'), 1);
  assert.equal(samples.get('holdfast_http_requests_total{method="any",route="none",status="404"}'), 1);
  const duration = 'holdfast_http_request_duration_seconds';
  assert.equal(samples.get(`${duration}_count{method="POST",route="/api/v1/accounts"}`), 1);
  assert.equal(samples.get(`${duration}_bucket{method="POST",route="/api/v1/accounts",le="+Inf"}`), 1);
  assert.equal(samples.get('holdfast_ready{part="records"}'), 1);
  assert.ok((one('holdfast_guard_last_look_timestamp_seconds{guard="host"}') ?? 0) > 1e9);
  for (const name of ['holdfast_copies_waiting', 'holdfast_findings_open', 'process_cpu_seconds_total']) {
    assert.notEqual(one(name), undefined, name);
  }
  assert.ok((one('holdfast_disk_free_bytes{what="data"}') ?? 0) > 0);
  assert.ok((samples.get('holdfast_connections_open{protocol="http"}') ?? 0) > 0, 'the one that asks');
  assert.equal(samples.get('holdfast_connections_open{protocol="web_socket"}'), 0);
  assert.equal(samples.get('holdfast_connections_open{protocol="chat_line"}'), 0);
  for (const what of ['running', 'waiting', 'turned_away_total']) {
    assert.equal(samples.get(`holdfast_password_checks_${what}`), 0, what);
  }
  assert.deepEqual(
    [...samples].filter(([name, value]) => name.startsWith('holdfast_metrics_part_missing') && value !== 0),
    [],
  );
});

test('labels carry no name and no id of a person or of anything of theirs', async () => {
  await using server = await startServer();
  const ada = await server.signUp({ name: 'Ada Lovelace', email: 'ada.lovelace@example.org' });
  const drive = await personalDrive(server, ada.token);
  const entry = await drive.put('root', 'secret-plan.txt', Buffer.from('x'));
  await server.call('GET', `/api/v1/entries/${JSON.stringify(entry)}`, { token: ada.token });
  await server.call('GET', '/secret-plan.txt?token=abcdef');
  const text = await (await server.call('GET', '/metrics')).text();
  assert.doesNotMatch(text, /ada|lovelace|secret|abcdef/i);
  assert.doesNotMatch(text, /[0-9a-f]{8}-[0-9a-f]{4}-7/, 'no id');
  assert.ok(!text.includes(ada.accountId) && !text.includes(server.data));
});

test('from elsewhere they are told with the token alone, and a proxy is elsewhere', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-metrics-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'token');
  await writeFile(file, 'a-token-of-some-length\n');
  const environment = { HOLDFAST_METRICS_TOKEN_FILE: file, HOLDFAST_TRUSTED_PROXIES: '127.0.0.1' };
  await using server = await startServer({ environment });
  const ask = async (headers: Record<string, string>) =>
    (await rawRequest({ port: server.port, path: '/metrics', headers: { host: 'localhost', ...headers } })).status;
  const forwarded = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' };
  assert.equal(await ask({}), 200);
  assert.equal(await ask(forwarded), 403);
  assert.equal(await ask({ ...forwarded, authorization: 'Bearer a-token-of-some-lengtH' }), 403);
  assert.equal(await ask({ ...forwarded, authorization: 'Bearer a-token-of-some-length' }), 200);
  await writeFile(file, 'short');
  await assert.rejects(startServer({ environment }), (error) => hasCode(error, 'metrics_token_unusable'));
});

test('a part that cannot be looked at is told as such, and the others are there', async () => {
  let isBroken = false;
  await using server = await startServer({
    wrapRecords: (records) => ({
      ...records,
      properties: records.properties,
      get: (...place) => records.get(...place),
      transact: (operations) => records.transact(operations),
      async query(...query) {
        if (isBroken) throw new Error('the disk is gone');
        return await records.query(...query);
      },
      [Symbol.asyncDispose]: () => records[Symbol.asyncDispose](),
    }),
  });
  isBroken = true;
  const samples = samplesOf(await (await server.call('GET', '/metrics')).text());
  isBroken = false;
  assert.equal(samples.get('holdfast_metrics_part_missing{part="copies"}'), 1);
  assert.equal(samples.get('holdfast_metrics_part_missing{part="process"}'), 0);
  assert.ok(samples.has('process_cpu_seconds_total'));
});
