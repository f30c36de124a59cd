import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { hasCode } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { FlowBatch } from './flow-batch.ts';
import type { FlowQuery, FlowStore, StoredFlow } from './flow-store.ts';
import { randomFlows } from './random-flows.ts';
import { referenceFlows } from './reference-flows.ts';

/** A full hour. */
const FROM = 1_789_999_200;
const TO = FROM + 43_200;
const ALL = { from: FROM - 10, to: TO + 10 };

interface Made {
  readonly store: FlowStore;
  readonly batches: readonly FlowBatch[];
}

/** What every store of flows promises. `make` gives an empty one. */
export function flowStoreContract(name: string, make: (context: TestContext) => Promise<FlowStore>): void {
  const filled = async (context: TestContext, seed: number): Promise<Made> => {
    const store = await make(context);
    const random = randomFlows(seed);
    const batches = Array.from({ length: 40 }, (_, index) =>
      random.batch(FROM + index * 600, FROM + index * 900 + 3000, random.below(40), random.one(['local', 'web-1'])),
    );
    for (const batch of batches) await store.add(batch);
    return { store, batches };
  };

  test(`${name}: what was stored comes back as it was, newest first, each flow on one page alone`, async (context) => {
    const { store, batches } = await filled(context, 1);
    const wanted = referenceFlows(batches);
    const flows = await allFlows(store, { ...ALL, limit: 37 });
    assert.deepEqual(flows, wanted.flows({ ...ALL, limit: Infinity }));
  });

  test(`${name}: filters find what a look at each flow finds`, async (context) => {
    const { store, batches } = await filled(context, 2);
    const wanted = referenceFlows(batches);
    const random = randomFlows(3);
    const maybe = <Value>(value: Value): Value | undefined => (random.below(3) === 0 ? value : undefined);
    for (let round = 0; round < 120; round += 1) {
      const from = FROM + random.below(30_000);
      const query: FlowQuery = {
        ...{ from, to: from + random.below(20_000), limit: 1000 },
        sensor: maybe(random.one(['local', 'web-1', 'nobody'])),
        address: maybe(random.one(random.addresses)),
        peer: maybe(random.one(random.addresses)),
        port: maybe(random.one([22, 443, 1100])),
        proto: maybe(random.one(['tcp', 'udp', 'icmp', 'unknown_transport'])),
        service: maybe(random.one(['http', 'mysql', 'gopher'])),
        state: maybe(random.one(['S0', 'SF', 'OTH', 'NONE'])),
        text: maybe(random.one(['SSHD', 'mysq', 'root', 'x.y'])),
      };
      assert.deepEqual(await allFlows(store, query), wanted.flows(query), JSON.stringify(query));
      const logQuery = { ...query, state: undefined, service: undefined, text: maybe(random.one(['HOST1', 'ada'])) };
      for (const kind of ['dns', 'ftp', 'imap'] as const) {
        assert.deepEqual(
          new Set(await allLogs(store, kind, { ...logQuery, limit: 7 })),
          new Set(wanted.logs(kind, logQuery).map(sortedJson)),
          JSON.stringify(logQuery),
        );
      }
    }
  });

  test(`${name}: text finds a uid and a Community ID that are given whole`, async (context) => {
    const { store, batches } = await filled(context, 4);
    const conn = batches.flatMap((batch) => batch.conn);
    const [first] = conn;
    assert.ok(first);
    const byUid = await store.flows({ ...ALL, text: first.uid, limit: 10 });
    assert.deepEqual(
      byUid.flows.map(({ uid }) => uid),
      [first.uid],
    );
    const byCommunity = await store.flows({ ...ALL, text: first.community_id, limit: 1000 });
    assert.equal(byCommunity.flows.length, conn.length);
  });

  test(`${name}: a flow has all that was said in it and about it`, async (context) => {
    const { store, batches } = await filled(context, 5);
    const conn = batches.flatMap((batch) => batch.conn);
    const random = randomFlows(6);
    for (let round = 0; round < 20; round += 1) {
      const wanted = random.one(conn);
      const about = { uids: [wanted.uid], key: `of ${round}`, first: wanted.ts, last: TO };
      const notice = { ...random.notice(FROM, TO), ...about };
      await store.add({ ...emptyBatch(), notices: [notice] });
      const view = await store.flow(wanted.uid);
      const { sensor: _sensor, ...stored } = view?.conn ?? {};
      assert.deepEqual(stored, wanted);
      assert.deepEqual(
        new Set(view?.logs),
        new Set(batches.flatMap(({ logs }) => logs.filter(({ uid }) => uid === wanted.uid))),
      );
      assert.ok(view?.notices.some(({ key }) => key === notice.key));
    }
    assert.equal(await store.flow('Cnobody'), null);
    assert.equal(await store.flow('C000000000000000000'), null);
  });

  test(`${name}: a long flow is one flow with its last record, and counts once`, async (context) => {
    const store = await make(context);
    const conn = { ...randomFlows(7).conn(FROM, TO), service: 'ssh', tunnel_parents: undefined };
    const { tunnel_parents: _parents, ...flow } = conn;
    const once = { ...flow, conn_state: 'S1' as const, partial: true, duration: 10 };
    const again = { ...once, duration: 20 };
    const ended = { ...flow, conn_state: 'SF' as const, partial: false, duration: 25 };
    const stored = async () => (await allFlows(store, { ...ALL, limit: 10 })).map(({ duration }) => duration);
    await store.add({ ...emptyBatch(), conn: [once] });
    assert.deepEqual(await stored(), [10]);
    await store.add({ ...emptyBatch(), conn: [again] });
    assert.deepEqual(await stored(), [20]);
    assert.deepEqual(await store.talkers({ ...ALL, by: 'service', limit: 10 }), []);
    await store.add({ ...emptyBatch(), conn: [ended] });
    assert.deepEqual(await stored(), [25]);
    assert.equal((await store.flow(flow.uid))?.conn.duration, 25);
    const [talker] = await store.talkers({ ...ALL, by: 'service', limit: 10 });
    assert.deepEqual([talker?.name, talker?.flows], ['ssh', 1]);
    assert.deepEqual(await allFlows(store, { ...ALL, state: 'S1', limit: 10 }), []);
  });

  test(`${name}: a batch that comes again changes nothing`, async (context) => {
    const { store, batches } = await filled(context, 8);
    const before = await allFlows(store, { ...ALL, limit: 1000 });
    const sensors = await store.sensors(ALL);
    for (const batch of batches.slice(0, 5)) await store.add(batch);
    await Promise.all([store.add(batches[6]!), store.add(batches[6]!)]);
    assert.deepEqual(await allFlows(store, { ...ALL, limit: 1000 }), before);
    assert.deepEqual(await store.sensors(ALL), sensors);
  });

  test(`${name}: top talkers, sensors and usage are the sums of the flows`, async (context) => {
    const { store, batches } = await filled(context, 9);
    const wanted = referenceFlows(batches);
    const middle = { from: FROM + 5000, to: FROM + 15_000 };
    for (const range of [ALL, middle, { ...middle, sensor: 'web-1' }]) {
      for (const by of ['address', 'port', 'service'] as const) {
        assert.deepEqual(await store.talkers({ ...range, by, limit: 100 }), wanted.talkers(range, by));
      }
    }
    assert.deepEqual(await store.sensors(ALL), wanted.sensors());
    const usage = await store.usage();
    const flows = wanted.flows({ ...ALL, limit: Infinity });
    assert.deepEqual([usage.flows, usage.newest, usage.oldest], [flows.length, flows[0]?.ts, flows.at(-1)?.ts]);
    assert.ok(usage.bytes > 0);
  });

  test(`${name}: a timeline has a point for each stretch of the range, with all of its flows`, async (context) => {
    const { store, batches } = await filled(context, 10);
    const wanted = referenceFlows(batches);
    for (const range of [
      { from: FROM + 3600, to: FROM + 3600 + 1200, points: 100 },
      { from: FROM, to: FROM + 43_200, points: 12 },
    ]) {
      const timeline = await store.timeline(range);
      assert.equal(timeline.length, range.points);
      assert.deepEqual(timeline, wanted.timeline(range));
    }
  });

  test(`${name}: notices come with the last raised first, of each key the newest record`, async (context) => {
    const { store, batches } = await filled(context, 11);
    const wanted = referenceFlows(batches);
    for (const query of [
      {},
      { severity: 'high' as const },
      { address: '10.0.0.3' },
      { text: 'PORT_' },
      { note: 'x' },
    ]) {
      const all = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page = await store.notices({ ...ALL, ...query, limit: 3, cursor });
        all.push(...page.notices);
        cursor = page.next;
      }
      assert.deepEqual(all, wanted.notices({ ...ALL, ...query, limit: 3 }));
    }
    for (const address of [...randomFlows(11).addresses, '198.51.100.200']) {
      for (const range of [ALL, { from: FROM + 8000, to: FROM + 20_000, sensor: 'web-1' }]) {
        // However it is spelt.
        const { notices } = await store.notices({ ...range, address: address.toUpperCase(), limit: 1000 });
        assert.deepEqual(notices, wanted.notices({ ...range, address, limit: 1000 }), address);
      }
    }
  });

  test(`${name}: the story of a source is told from its flows, logins and notices`, async (context) => {
    const store = await make(context);
    const random = randomFlows(12);
    const attacker = '203.0.113.5';
    const flow = (ts: number, port: number, state: 'REJ' | 'SF', taken = 5) => {
      const { tunnel_parents: _parents, ...conn } = random.conn(ts, ts);
      const ends = { 'id.orig_h': attacker, 'id.orig_p': 5000, 'id.resp_h': '10.0.0.9', 'id.resp_p': port };
      return { ...conn, ...ends, conn_state: state, orig_bytes: 6, resp_bytes: taken };
    };
    const scan = Array.from({ length: 30 }, (_, port) => flow(FROM + 1000 + port, port + 1, 'REJ'));
    const guesses = Array.from({ length: 12 }, (_, index) => flow(FROM + 2000 + index, 21, 'SF'));
    const before = flow(FROM + 500, 443, 'SF', 9e6);
    const upload = flow(FROM + 3000, 443, 'SF', 5e6);
    const logs = guesses.map((each, index) => ({
      ...{ log: 'ftp' as const, ts: each.ts, uid: each.uid, proto: 'tcp' as const, user: 'ada', tls: false },
      ...{ 'id.orig_h': attacker, 'id.orig_p': 5000, 'id.resp_h': '10.0.0.9', 'id.resp_p': 21 },
      success: index === 11,
    }));
    await store.add({ ...emptyBatch(), conn: [flow(FROM - 200_000, 80, 'SF')] });
    await store.add({ ...emptyBatch(), conn: [before, ...scan, ...guesses, upload], logs });
    const view = await store.source(attacker, { from: FROM, to: TO });
    assert.deepEqual(
      view.story.map(({ step, count }) => [step, count]),
      [
        ['scanned', 30],
        ['guessed', 11],
        ['succeeded', 1],
        ['uploaded', 5e6],
      ],
    );
    assert.deepEqual(
      view.logins.map(({ user, success, count }) => [user, success, count]),
      [
        ['ada', false, 11],
        ['ada', true, 1],
      ],
    );
    assert.deepEqual([view.flows, view.begun, view.failed], [44, 44, 30]);
    assert.equal(view.isReturning, true);
    assert.equal(view.firstSeen, FROM - 200_000);
    assert.equal((await store.source('10.99.0.1', ALL)).flows, 0);

    // A person who logs in and fetches something has no story; one of ours that sends much out of the house has.
    const ours = '10.0.0.31';
    const ends = { 'id.orig_h': '198.51.100.7', 'id.orig_p': 5001, 'id.resp_h': '10.0.0.9', 'id.resp_p': 21 };
    const fetched = { ...flow(FROM + 4000, 21, 'SF', 7e6), ...ends };
    const sent = { ...flow(FROM + 4001, 443, 'SF'), 'id.orig_h': ours, 'id.resp_h': '198.51.100.7', orig_bytes: 3e6 };
    const within = { ...sent, ts: FROM + 4002, 'id.resp_h': '10.0.0.9' };
    const login = { ...logs[11]!, ...ends, ts: fetched.ts, uid: fetched.uid };
    await store.add({ ...emptyBatch(), conn: [fetched, sent, within], logs: [login] });
    const storyOf = async (address: string) =>
      (await store.source(address, { from: FROM, to: TO })).story.map(({ step, count }) => [step, count]);
    assert.deepEqual(await storyOf('198.51.100.7'), []);
    assert.deepEqual(await storyOf(ours), [['uploaded', 3e6]]);
  });

  test(`${name}: places that are none and questions without sense are refused`, async (context) => {
    const { store } = await filled(context, 13);
    for (const cursor of ['x', '', '!!', Buffer.from('1.x').toString('base64url'), 'a'.repeat(400)]) {
      await assert.rejects(store.flows({ ...ALL, limit: 5, cursor }), codeIs('flows_cursor_invalid'));
      await assert.rejects(store.logs('dns', { ...ALL, limit: 5, cursor }), codeIs('flows_cursor_invalid'));
      await assert.rejects(store.notices({ ...ALL, limit: 5, cursor }), codeIs('flows_cursor_invalid'));
    }
    for (const query of [{ address: '10.0.0' }, { peer: "'; DROP TABLE" }, { proto: 'sctp ' }]) {
      await assert.rejects(store.flows({ ...ALL, limit: 5, ...query }), codeIs('flows_query_invalid'));
    }
    await assert.rejects(store.source('$ne', ALL), codeIs('flows_query_invalid'));
    assert.deepEqual((await store.flows({ from: TO, to: FROM, limit: 5 })).flows, []);
    assert.deepEqual((await store.flows({ ...ALL, limit: 5, text: '.*(((' })).flows, []);
    assert.deepEqual((await store.flows({ ...ALL, limit: 5, service: '{"$gt":""}' })).flows, []);
  });

  test(`${name}: a line of a flow log is kept as it was, counts in sums, and has nothing that it did not say`, async (context) => {
    const store = await make(context);
    const random = randomFlows(15);
    const batches = Array.from({ length: 20 }, (_, index): FlowBatch => {
      const [from, to] = [FROM + index * 1000, FROM + index * 1000 + 3000];
      const seen = random.batch(from, to, random.below(4), 'local');
      return { ...seen, conn: [...seen.conn, ...Array.from({ length: 15 }, () => random.logged(from, to))] };
    });
    for (const batch of batches) await store.add(batch);
    const wanted = referenceFlows(batches);
    const all = wanted.flows({ ...ALL, limit: Infinity });
    // A log has whole seconds, and of one moment each store has an order of its own.
    const found = await allFlows(store, { ...ALL, limit: 41 });
    assert.deepEqual(
      found.map(({ ts }) => ts),
      all.map(({ ts }) => ts),
    );
    assert.deepEqual(byUid(found), byUid(all));
    for (const query of [
      ...[{ text: 'reject' }, { text: 'ENI-2' }, { text: 'x.y' }, { state: 'OTH' }, { state: 'S0' }, { port: 22 }],
      ...[{ proto: 'icmp' }, { proto: 'unknown_transport' }, { address: '2001:db8::1' }, { service: 'http' }],
    ]) {
      const asked = { ...ALL, ...query, limit: 1000 };
      assert.deepEqual(byUid(await allFlows(store, asked)), byUid(wanted.flows(asked)), JSON.stringify(query));
    }
    const [ping, other] = [1, 47].map((number) =>
      all.find((flow) => flow.conn_state === undefined && flow.ip_proto === number),
    );
    assert.equal(ping?.community_id, undefined);
    assert.ok(other?.community_id);
    const byId = await store.flows({ ...ALL, text: other.community_id, limit: 1000 });
    assert.ok(byId.flows.some(({ uid }) => uid === other.uid));
    assert.deepEqual((await store.flow(other.uid))?.conn, other);
    for (const by of ['address', 'port', 'service'] as const)
      assert.deepEqual(await store.talkers({ ...ALL, by, limit: 100 }), wanted.talkers(ALL, by));
    const range = { from: FROM, to: FROM + 43_200, points: 12 };
    assert.deepEqual(await store.timeline(range), wanted.timeline(range));
  });

  test(`${name}: a source of a flow log has what is known of it, and its rejections are no story of more`, async (context) => {
    const store = await make(context);
    const random = randomFlows(16);
    const attacker = '203.0.113.5';
    const line = (action: 'ACCEPT' | 'REJECT', port: number, bytes: number) => ({
      ...random.logged(FROM + 100 + port, FROM + 100 + port),
      ...{ 'id.orig_h': attacker, 'id.orig_p': 50_000, 'id.resp_h': '10.0.0.9', 'id.resp_p': port },
      ...{ proto: 'tcp' as const, ip_proto: 6, action, tcp_flags: 2, orig_ip_bytes: bytes },
    });
    const rejected = Array.from({ length: 30 }, (_, port) => line('REJECT', port + 1, 60));
    await store.add({ ...emptyBatch(), conn: [...rejected, line('ACCEPT', 443, 5000)] });
    const view = await store.source(attacker, { from: FROM, to: TO });
    assert.deepEqual([view.flows, view.begun, view.failed, view.bytesSent], [31, 31, 30, 5000]);
    assert.deepEqual(
      view.story.map(({ step, count }) => [step, count]),
      [['scanned', 30]],
    );
    const asker = { 'id.orig_h': '10.0.0.9', 'id.orig_p': 443, 'id.resp_h': attacker, 'id.resp_p': 50_000 };
    await store.add({ ...emptyBatch(), conn: [{ ...line('ACCEPT', 444, 9000), ...asker }] });
    // An answer goes to the port that the asker had, and came from the one that was asked for.
    const [port] = await store.talkers({ ...ALL, by: 'port', limit: 1 });
    assert.deepEqual([port?.name, port?.flows, port?.bytes], ['443/tcp', 2, 14_000]);
  });

  test(`${name}: guessing that an alert alone knows of, since it was encrypted, is a step of the story`, async (context) => {
    const store = await make(context);
    const notice = {
      ...randomFlows(17).notice(FROM + 10, FROM + 20),
      ...{
        note: 'Login::Guessing',
        src: '203.0.113.6',
        dst: '10.0.0.9',
        key: 'mysql-log',
        uids: ['CabcdefghijklmnopqA'],
      },
    };
    await store.add({ ...emptyBatch(), notices: [notice] });
    const { story } = await store.source('203.0.113.6', { from: FROM, to: TO });
    assert.deepEqual(story, [
      { step: 'guessed', from: notice.first, to: notice.last, count: notice.arithmetic.count, uids: notice.uids },
    ]);
    assert.deepEqual((await store.source('10.0.0.9', { from: FROM, to: TO })).story, []);
  });

  test(`${name}: a batch with a flow that is none is refused whole`, async (context) => {
    const store = await make(context);
    const good = { ...randomFlows(14).conn(FROM, TO) };
    const bad = { ...good, 'id.orig_h': 'nowhere' };
    await assert.rejects(store.add({ ...emptyBatch(), conn: [good, bad] }), codeIs('flows_batch_invalid'));
    assert.deepEqual((await store.flows({ ...ALL, limit: 5 })).flows, []);
  });
}

export function emptyBatch(): FlowBatch {
  return {
    ...{ id: newId(), sensor: 'local', conn: [], logs: [], notices: [] },
    coverage: { from: FROM, to: FROM, packets: 0, dropped: 0, leftOut: {} },
  };
}

function byUid(flows: readonly StoredFlow[]): ReadonlyMap<string, StoredFlow> {
  return new Map(flows.map((flow) => [flow.uid, flow]));
}

async function allFlows(store: FlowStore, query: FlowQuery) {
  const all = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await store.flows({ ...query, cursor });
    all.push(...page.flows);
    cursor = page.next;
  }
  return all;
}

async function allLogs(store: FlowStore, kind: 'dns' | 'ftp' | 'imap', query: FlowQuery) {
  const all = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await store.logs(kind, { ...query, cursor });
    all.push(...page.records);
    cursor = page.next;
  }
  return all.map(sortedJson);
}

function codeIs(code: string): (error: unknown) => boolean {
  return (error) => hasCode(error, code);
}

/** The order of fields is nobody's promise. */
function sortedJson(record: object): string {
  return JSON.stringify(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
