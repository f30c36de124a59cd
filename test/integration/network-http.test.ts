import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { newId } from '../../src/base/ids.ts';
import { randomFlows } from '../../src/network/store/random-flows.ts';
import type {
  AlertsReply,
  FlowsReply,
  CaptureReply,
  FlowReply,
  NetworkOverview,
  SourceReply,
} from '../../src/network/wire.ts';
import type { NoticesReply } from '../../src/notifications/wire.ts';
import { pcap } from '../support/network/bytes/capture.ts';
import { CLIENT, conversation, SERVER } from '../support/network/bytes/conversation.ts';
import { talk } from '../support/network/bytes/talk.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';

const CAPTURE = pcap([
  ...conversation('>S <SA >A >5 <7 >F <F >A', { client: 40_000 }),
  ...conversation('>S <RA', { client: 40_001 }),
  ...conversation('>S', { client: 40_002 }),
]);
/** Of the file, before its first packet. */
const HEADER_BYTES = 24;
// The packets are of 1970.
const RANGE = 'from=1970-01-12T00:00:00Z&to=1970-01-13T00:00:00Z';

function upload(
  server: StartedServer,
  token: string,
  bytes: Uint8Array,
  type = 'application/octet-stream',
  name = 'monday/one.pcap',
) {
  return server.call('POST', `/api/v1/network/captures?name=${encodeURIComponent(name)}`, {
    token,
    body: Uint8Array.from(bytes),
    headers: { 'content-type': type },
  });
}

async function read<Reply>(server: StartedServer, token: string, path: string): Promise<Reply> {
  const answer = await server.call('GET', `/api/v1/network/${path}`, { token });
  assert.equal(answer.status, 200, path);
  return (await answer.json()) as Reply;
}

test('a capture that is uploaded is found again as flows, also after the server was started again', async (t) => {
  const first = await startServer();
  t.after(() => rm(first.data, { recursive: true, force: true }));
  const { token } = await first.signUp();
  const answer = await upload(first, token, CAPTURE);
  assert.equal(answer.status, 200);
  const made = (await answer.json()) as CaptureReply;
  assert.deepEqual([made.flows, made.sensor, made.problem], [3, 'upload:monday_one.pcap', null]);
  await first.stop();

  await using server = await startServer({ data: first.data });
  const { flows, next } = await read<FlowsReply>(server, token, `flows?${RANGE}&limit=2`);
  assert.equal(flows.length, 2);
  const rest = await read<FlowsReply>(server, token, `flows?${RANGE}&limit=2&cursor=${next}`);
  const all = [...flows, ...rest.flows];
  assert.deepEqual(all.map(({ conn_state: state }) => `${state}`).toSorted(), ['REJ', 'S0', 'SF']);
  assert.deepEqual([rest.flows.length, rest.next], [1, null]);
  const ended = all.find(({ conn_state: state }) => state === 'SF');
  assert.ok(ended);
  const filtered = await read<FlowsReply>(
    server,
    token,
    `flows?${RANGE}&state=SF&port=40000&address=${ended['id.orig_h']}`,
  );
  assert.deepEqual(filtered.flows, [ended]);
  assert.deepEqual((await read<FlowReply>(server, token, `flows/${ended.uid}`)).conn, ended);
  const source = await read<SourceReply>(server, token, `sources/${ended['id.orig_h']}?${RANGE}`);
  assert.deepEqual([source.flows, source.failed], [3, 2]);
  const overview = await read<NetworkOverview>(server, token, `overview?${RANGE}`);
  assert.equal(
    overview.timeline.reduce((sum, point) => sum + point.flows, 0),
    3,
  );
  assert.deepEqual(
    overview.sensors.map(({ sensor }) => sensor),
    ['upload:monday_one.pcap'],
  );
  assert.equal(overview.usage.flows, 3);
  for (const path of ['alerts', 'talkers?by=port', 'timeline?points=3', 'logs/dns', 'overview'])
    await read(server, token, path);
  assert.equal(made.known, 0);
  for (const name of ['monday/one.pcap', 'the same.pcap']) {
    const again = (await (await upload(server, token, CAPTURE, undefined, name)).json()) as CaptureReply;
    assert.deepEqual([again.flows, again.known], [3, 3], 'told, and not stored again');
  }
  assert.deepEqual((await read<NetworkOverview>(server, token, `overview?${RANGE}`)).usage.flows, 3);
  // Flow logs of a VPC come the same way, packed or not.
  const line = '2 1 eni-1 203.0.113.9 172.31.16.21 40000 22 6 20 4249 1000000 1000060 REJECT OK\n';
  for (const [bytes, known] of [
    [gzipSync(line), 0],
    [Buffer.from(line), 1],
  ] as const) {
    const log = (await (await upload(server, token, bytes, undefined, 'vpc.log')).json()) as CaptureReply;
    assert.deepEqual([log.flows, log.known, log.packets, log.problem], [1, known, 20, null]);
    assert.equal(log.fromTime, '1970-01-12T13:46:40.000Z');
  }
  const logged = await read<FlowsReply>(server, token, `flows?${RANGE}&sensor=upload:vpc.log&text=eni-1`);
  assert.deepEqual(
    logged.flows.map((flow) => [flow['id.orig_h'], flow.orig_ip_bytes, flow.conn_state, flow.resp_bytes]),
    [['203.0.113.9', 4249, undefined, undefined]],
  );
  const longer = Buffer.concat([CAPTURE, CAPTURE.subarray(HEADER_BYTES)]);
  const other = (await (await upload(server, token, longer)).json()) as CaptureReply;
  assert.equal(other.known, 0, 'another capture is another one');
});

test('what is no capture, what is too large, and what makes no sense is refused with its reason', async () => {
  await using server = await startServer({ environment: { HOLDFAST_NETWORK_CAPTURE_BYTES: String(2 ** 20) } });
  const { token } = await server.signUp();
  const codeOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code];
  assert.deepEqual(await codeOf(await upload(server, token, Buffer.from('GIF89a, or so'))), [
    422,
    'network_capture_unknown',
  ]);
  assert.deepEqual(await codeOf(await upload(server, token, gzipSync(CAPTURE))), [422, 'network_capture_unknown']);
  assert.deepEqual(await codeOf(await upload(server, token, Buffer.from('version interface-id action\n2 e OK'))), [
    422,
    'network_vpc_unknown',
  ]);
  // Small as it comes, and larger than what is taken once it is unpacked.
  const bomb = gzipSync(
    '2 1 eni-1 203.0.113.9 172.31.16.21 40000 22 6 20 4249 1000000 1000060 REJECT OK\n'.repeat(20_000),
  );
  assert.deepEqual(await codeOf(await upload(server, token, bomb)), [413, 'network_upload_too_large']);
  assert.deepEqual(await codeOf(await upload(server, token, Buffer.from('{}'), 'application/json')), [
    422,
    'network_upload_invalid',
  ]);
  const large = Buffer.concat([CAPTURE, ...Array.from({ length: 2000 }, () => CAPTURE.subarray(HEADER_BYTES))]);
  assert.ok(large.length > 2 ** 20);
  assert.deepEqual(await codeOf(await upload(server, token, large)), [413, 'network_upload_too_large']);
  const damaged = await upload(server, token, CAPTURE.slice(0, -3));
  assert.equal(((await damaged.json()) as CaptureReply).problem?.code, 'network_capture_truncated');
  for (const [path, code] of [
    ['flows?address=10.0.0', 'flows_query_invalid'],
    ['flows?cursor=x', 'flows_cursor_invalid'],
    ['flows?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'flows_query_invalid'],
    ['sources/everybody', 'flows_query_invalid'],
  ]) {
    assert.deepEqual(await codeOf(await server.call('GET', `/api/v1/network/${path}`, { token })), [422, code]);
  }
  assert.deepEqual(await codeOf(await server.call('GET', '/api/v1/network/flows/Cnobody', { token })), [
    404,
    'flow_not_found',
  ]);
  for (const path of [
    'flows?limit=1001',
    'flows?port=70000',
    'logs/gopher',
    'flows?from=yesterday',
    'timeline?points=0',
  ]) {
    assert.equal((await server.call('GET', `/api/v1/network/${path}`, { token })).status, 422, path);
  }
});

/** More than sockets between two programs of one machine take in. */
const LONG = Buffer.concat([
  pcap([]),
  ...Array<Uint8Array>(256).fill(pcap([{ atUs: 1e12, frame: Array<number>(65_536).fill(0) }]).subarray(HEADER_BYTES)),
]);

/** An upload that goes on, and says no more; `answer` is what it is refused with. */
async function uploading({ port }: StartedServer, token: string) {
  const headers = { host: 'localhost', authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' };
  const path = '/api/v1/network/captures?name=long';
  const sent = request({ port, host: '127.0.0.1', method: 'POST', path, headers });
  sent.on('error', () => undefined);
  const answer = (async () => {
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const text = (await response.toArray()).join('');
    return `${response.statusCode} ${(JSON.parse(text) as { code: string }).code}`;
  })();
  // It is taken in only by an upload that was let in.
  await new Promise((resolve) => sent.write(LONG, resolve));
  return { answer, [Symbol.dispose]: () => void sent.destroy() };
}

test('an upload ends with the session it came with, and with the role that it asks for', async () => {
  await using server = await startServer({ environment: { HOLDFAST_SESSION_RECHECK_MS: '50' } });
  const [ada, bob] = [await server.signUp(), await server.signUp()];
  const roleOfBob = async (role: string) => {
    const json = { role, password: ada.password };
    const answer = await server.call('POST', `/api/v1/people/${bob.accountId}/role`, { token: ada.token, json });
    assert.equal(answer.status, 200);
  };
  await roleOfBob('admin');
  {
    const json = { email: bob.email, password: bob.password };
    const made = await server.call('POST', '/api/v1/sessions', { json });
    const { token } = (await made.json()) as { token: string };
    using running = await uploading(server, token);
    assert.equal((await server.call('DELETE', '/api/v1/sessions/current', { token })).status, 204);
    assert.equal(await running.answer, '401 session_invalid');
  }
  {
    using running = await uploading(server, bob.token);
    await roleOfBob('member');
    assert.equal(await running.answer, '403 admin_only');
  }
  assert.equal((await upload(server, ada.token, CAPTURE)).status, 200, 'the next one has its turn');
});

test('a scan in an upload becomes an alert, a finding of its source, and a report; lists of the server count for it', async (t) => {
  const ports = Array.from({ length: 30 }, (_, index) =>
    conversation('>S <RA', { client: 41_000 + index, port: 1 + index }),
  );
  const folder = await mkdtemp(join(tmpdir(), 'network-http-'));
  const list = join(folder, 'bad.txt');
  await writeFile(list, SERVER.address);
  await using server = await startServer({ environment: { HOLDFAST_NETWORK_BLOCKLISTS: list } });
  t.after(
    async () => await Promise.all([server.data, folder].map((each) => rm(each, { recursive: true, force: true }))),
  );
  const { token } = await server.signUp();
  assert.equal((await upload(server, token, pcap(ports.flat()))).status, 200);
  const { alerts } = await read<AlertsReply>(server, token, `alerts?${RANGE}`);
  assert.deepEqual(
    new Map(alerts.map(({ note, arithmetic }) => [note, arithmetic.count])),
    new Map([
      ['Scan::Port_Scan', 30],
      ['Intel::Listed_Destination', 1],
    ]),
  );
  const found = await server.call('GET', '/api/v1/findings?source=network', { token });
  const { findings } = (await found.json()) as { findings: { resource: { uid: string }; severity: string }[] };
  assert.deepEqual(
    new Map(findings.map(({ resource, severity }) => [resource.uid, severity])),
    new Map([
      [`address/${CLIENT.address}`, 'high'],
      [`flow/${CLIENT.address}/→/${SERVER.address}`, 'low'],
    ]),
  );
  const page = await server.call('GET', `/api/v1/network/report?${RANGE}`, { token });
  assert.match(page.headers.get('content-type') ?? '', /text\/html/);
  assert.match(page.headers.get('content-security-policy') ?? '', /sandbox/);
  assert.match(await page.text(), /30 distinct tcp ports of 203\.0\.113\.5 gave no connection/);

  // One break-in is one event, whether its finding opens with it or was open before.
  const guess = (index: number, answer: string) => {
    const ends = { from: '198.51.100.44', to: '192.168.1.20' };
    const turns = [
      ['<', '220 FTP\r\n'],
      ['>', `USER ann\r\nPASS ${index}\r\n`],
      ['<', answer],
    ] as const;
    return talk(turns, { ends, source: 42_000 + index, port: 21, atUs: 1e12 + index * 1e6 });
  };
  const guesses = Array.from({ length: 6 }, (_, index) => guess(index, '331 ?\r\n530 No\r\n'));
  const brokenIn = pcap([...guesses, guess(6, '331 ?\r\n230 Come in\r\n')].flat());
  for (let round = 0; round < 2; round += 1) assert.equal((await upload(server, token, brokenIn)).status, 200);
  await server.workspace.notifications.make();
  const told = await server.call('GET', '/api/v1/notices?limit=100', { token });
  const { notices } = (await told.json()) as NoticesReply;
  const [breakIn, ...others] = notices.filter(({ kind }) => kind === 'network_break_in');
  assert.deepEqual([breakIn?.count, others.length], [1, 0]);
  assert.match(breakIn?.details.join() ?? '', /198\.51\.100\.44 was let in at ftp/);
});

const HOST = 'a'.repeat(32);

/** The token of a host that may report just this. */
async function enrolled(server: StartedServer, admin: string, part: string, hostId = HOST): Promise<string> {
  const made = await server.call('POST', '/api/v1/hosts/enrolments', { token: admin, json: { with: [part] } });
  const { token } = (await made.json()) as { token: string };
  const json = { hostId, hostname: 'web-1', agentVersion: '1', with: [part], enrolmentKey: 'k'.repeat(43) };
  const answer = await server.call('POST', '/api/v1/agent/enrol', { token, json });
  return ((await answer.json()) as { token: string }).token;
}

test('a host hands over what it saw itself, packed, and what comes again changes nothing', async () => {
  await using server = await startServer();
  const { token: admin } = await server.signUp();
  const token = await enrolled(server, admin, 'network');
  const from = Math.floor(Date.now() / 1000) - 7200;
  const batch = randomFlows(1).batch(from, from + 3600, 200, HOST);
  const post = (body: unknown, bearer = token, headers = {}) =>
    server.call('POST', '/api/v1/agent/network', {
      token: bearer,
      body: Uint8Array.from(gzipSync(JSON.stringify(body))),
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', ...headers },
    });
  for (let round = 0; round < 2; round += 1) {
    const answer = await post(batch);
    assert.deepEqual([answer.status, await answer.json()], [200, { id: batch.id }]);
  }
  const { flows } = await read<FlowsReply>(server, admin, 'flows?limit=1000');
  assert.equal(flows.length, 200);
  const wanted = batch.conn.map((record) => ({ ...record, sensor: HOST }));
  assert.deepEqual(new Map(flows.map((flow) => [flow.uid, flow])), new Map(wanted.map((flow) => [flow.uid, flow])));
  const overview = await read<NetworkOverview>(server, admin, `overview?sensor=${HOST}`);
  assert.equal(overview.sensors[0]?.packets, 600);

  const [first] = batch.conn;
  assert.ok(first);
  for (const [body, status, code] of [
    [{ ...batch, id: newId(), sensor: 'b'.repeat(32) }, 403, 'flows_of_another_host'],
    [{ ...batch, id: 'x' }, 422, 'flows_batch_invalid'],
    [{ ...batch, id: newId(), conn: [{ ...first, 'id.orig_h': 'nowhere' }] }, 422, 'flows_batch_invalid'],
    [{ ...batch, id: newId(), conn: [{ ...first, orig_bytes: -1 }] }, 422, 'flows_batch_invalid'],
    [{ ...batch, id: newId(), conn: [{ ...first, ts: 9e9 }] }, 422, 'flows_batch_invalid'],
    [{ ...batch, id: newId(), conn: [{ ...first, deep: { er: 1 } }] }, 422, 'flows_batch_invalid'],
    [{ ...batch, id: newId(), conn: [null] }, 422, 'request_invalid'],
    [{ ...batch, id: newId(), notices: [{ log: 'notice' }] }, 422, 'flows_batch_invalid'],
    [{ ...batch, id: newId(), coverage: undefined }, 422, 'request_invalid'],
  ] as const) {
    const refused = await post(body);
    assert.deepEqual([refused.status, ((await refused.json()) as { code: string }).code], [status, code]);
  }
  assert.equal((await read<FlowsReply>(server, admin, 'flows?limit=1000')).flows.length, 200);

  // A clock that is three days ahead: what it says of now tells by how much.
  const ahead = 3 * 86_400;
  const flow = { ...first, uid: 'CaheadOfTheClock1', ts: first.ts + ahead };
  const early = { ...batch, id: newId(), conn: [flow], logs: [], notices: [] };
  const unsaid = (await (await post(early)).json()) as { detail: string };
  assert.match(unsaid.detail, /“ts” lies more than a day ahead: is the clock of the host right/);
  const date = new Date(Date.now() + ahead * 1000).toUTCString();
  const moved = (await (await post(early, token, { date })).json()) as { clockOffsetMs: number };
  assert.ok(Math.abs(moved.clockOffsetMs - ahead * 1000) < 60_000);
  const { conn } = await read<FlowReply>(server, admin, `flows/${flow.uid}`);
  assert.ok(Math.abs(conn.ts - first.ts) < 60);
  // What is said of the flow later is moved by the same, however long it was on its way.
  const later = { ...early, id: newId() };
  const slow = new Date(Date.now() + ahead * 1000 - 2000).toUTCString();
  assert.deepEqual(await (await post(later, token, { date: slow })).json(), {
    ...{ id: later.id, clockOffsetMs: moved.clockOffsetMs },
  });
  const all = await read<FlowsReply>(server, admin, 'flows?limit=1000');
  assert.equal(all.flows.filter(({ uid }) => uid === flow.uid).length, 1);
  const little = new Date(Date.now() - 30_000).toUTCString();
  const right = await (await post({ ...early, id: newId(), conn: [first] }, token, { date: little })).json();
  assert.ok(!Object.hasOwn(right as object, 'clockOffsetMs'), 'half a minute is left as it is');
  assert.equal((await post(batch, admin)).status, 403);
  assert.equal((await post(batch, await enrolled(server, admin, 'host', 'c'.repeat(32)))).status, 403);
});
