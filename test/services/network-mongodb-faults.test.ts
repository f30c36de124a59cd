/** Flows in MongoDB where the server is away, the line is cut, and what comes is hostile. */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from 'node:test';
import { MongoClient } from 'mongodb';
import { hasCode } from '../../src/base/errors.ts';
import { emptyBatch } from '../../src/network/store/contract.ts';
import { type FlowStore, protocolLogs } from '../../src/network/store/flow-store.ts';
import { type MongoFlowsOptions, openMongoFlowStore } from '../../src/network/store/mongodb/mongodb.ts';
import { randomFlows } from '../../src/network/store/random-flows.ts';
import { cutLine } from '../support/servers/cut-line.ts';
import { again, mongoFlows, mongoPort, mongoUrl, skipWithoutMongo } from '../support/stores/mongodb-server.ts';
import { freePort } from '../support/servers/process.ts';

const skip = skipWithoutMongo;
const FROM = 1_789_999_200;
const ALL = { from: FROM - 10, to: FROM + 50_000 };
const PASSWORD = 'hunter2-and-more';
const KEY_PASSWORD = 'of-the-key-file';
/** A server that is away is told soon. */
const SOON = '?serverSelectionTimeoutMS=1500';

function unavailable(error: unknown): boolean {
  const shown = inspect(error, { depth: null, showHidden: true });
  for (const secret of [PASSWORD, KEY_PASSWORD]) assert.ok(!shown.includes(secret), shown);
  return hasCode(error, 'flows_unavailable');
}

async function uidsOf(store: FlowStore): Promise<readonly string[]> {
  const { flows } = await store.flows({ ...ALL, limit: 1000 });
  return flows.map(({ uid }) => uid).toSorted();
}

test(
  'a server that is away, refuses the login or cannot be asked in this way is told without secrets',
  { skip },
  async () => {
    const away = await freePort();
    const base = { ...mongoFlows(), user: 'ada', password: PASSWORD };
    const fast = 'serverSelectionTimeoutMS=200';
    for (const url of [
      `mongodb://127.0.0.1:${away}/?${fast}`,
      `mongodb://127.0.0.1:${away},127.0.0.1:${away}/?${fast}`,
      `${mongoUrl}/?${fast}`,
      `${mongoUrl}/?${fast}&authMechanism=PLAIN`,
      `${mongoUrl}/?${fast}&nonsense=${KEY_PASSWORD}`,
      `${mongoUrl}/?${fast}&tls=${KEY_PASSWORD}`,
      `${mongoUrl}/?${fast}&tls=true&tlsCertificateKeyFilePassword=${KEY_PASSWORD}`,
      `${mongoUrl}/?${fast}&tls=true&tlsCertificateKeyFile=/nowhere/${KEY_PASSWORD}.pem`,
      `${mongoUrl}/?${fast}&tls=true&tlsCAFile=/nowhere/${KEY_PASSWORD}.pem`,
    ]) {
      await assert.rejects(openMongoFlowStore({ ...base, url }), unavailable, url);
    }
    await assert.rejects(
      openMongoFlowStore({ ...base, url: `mongodb://127.0.0.1:${away}/?${fast}`, hosts: `127.0.0.1:${away}` }),
      new RegExp(`Open the flows in MongoDB on 127\\.0\\.0\\.1:${away}: .*ECONNREFUSED`),
    );
  },
);

test(
  'a batch that is broken off anywhere is completed when it comes again, and nothing of it is twice',
  { skip },
  async () => {
    await using line = await cutLine(mongoPort);
    await using client = new MongoClient(String(mongoUrl));
    const random = randomFlows(21);
    const notices = ['a', 'b', 'c'].map((key) => ({ ...random.notice(FROM, FROM + 3600), key }));
    const batch = { ...random.batch(FROM, FROM + 3600, 300, 'local'), notices };
    const countsOf = async ({ database }: MongoFlowsOptions) =>
      Promise.all(
        ['conn', ...protocolLogs, 'notice', 'coverage'].map((name) =>
          client.db(database).collection(name).countDocuments(),
        ),
      );
    const undisturbed = mongoFlows(line.port, SOON);
    let bytes: number;
    {
      await using store = await again(() => openMongoFlowStore(undisturbed));
      const before = line.sentBytes;
      await store.add(batch);
      bytes = line.sentBytes - before;
    }
    const wanted = await countsOf(undisturbed);
    assert.equal(wanted[0], 300);
    const broken = new Set<string>();
    for (const part of [0.01, 0.7, 0.8, 0.86, 0.92]) {
      for (const fault of ['cutAfter', 'loseAnswerAfter'] as const) {
        const options = mongoFlows(line.port, SOON);
        await using store = await again(() => openMongoFlowStore(options));
        line[fault](Math.floor(bytes * part));
        await assert.rejects(store.add(batch), unavailable, `${fault} ${part}`);
        const counts = await countsOf(options);
        assert.equal(counts.at(-1), 0, 'it is not said to be whole');
        broken.add(String(counts));
        line.mend();
        await again(() => store.add(batch));
        assert.deepEqual(await countsOf(options), wanted);
        assert.deepEqual(await uidsOf(store), batch.conn.map(({ uid }) => uid).toSorted());
        const sensors = await store.sensors(ALL);
        assert.deepEqual(
          sensors.map(({ packets }) => packets),
          [batch.coverage.packets],
        );
      }
    }
    assert.ok(broken.size > 2, 'it was broken off in several places');
  },
);

test('a server that goes away while it is used is told, and used again when it is back', { skip }, async () => {
  await using line = await cutLine(mongoPort);
  const options = mongoFlows(line.port, SOON);
  await using store = await again(() => openMongoFlowStore(options));
  const batch = randomFlows(22).batch(FROM, FROM + 3600, 20, 'local');
  line.cutAfter(0);
  await assert.rejects(store.add(batch), unavailable);
  const asked = [
    () => store.flows({ ...ALL, limit: 5 }),
    () => store.flow('Cx'),
    () => store.logs('dns', { ...ALL, limit: 5 }),
    () => store.notices({ ...ALL, limit: 5 }),
    () => store.talkers({ ...ALL, by: 'port', limit: 5 }),
    () => store.timeline({ ...ALL, points: 5 }),
    () => store.source('10.0.0.1', ALL),
    () => store.sensors(ALL),
    () => store.usage(),
    () => store.sweep(Date.now()),
  ].map((ask) => assert.rejects(ask, unavailable));
  // Whoever reads the log has to know which of the two it was.
  asked.push(assert.rejects(store.sweep(Date.now()), /Remove old flows in MongoDB/));
  asked.push(assert.rejects(store.addUp(Date.now()), /Add up hours of flows in MongoDB/));
  await Promise.all(asked);
  line.mend();
  await again(() => store.add(batch));
  assert.equal((await uidsOf(store)).length, 20);
});

test('documents lie as a SOC asks for them: nested addresses, dates, whole numbers, indexes', { skip }, async () => {
  const options = mongoFlows();
  await using store = await openMongoFlowStore(options);
  const batch = randomFlows(23).batch(FROM, FROM + 3600, 50, 'local');
  await store.add(batch);
  await using client = new MongoClient(options.url, { promoteLongs: false });
  const database = client.db(options.database);
  const [first] = batch.conn;
  assert.ok(first);
  const found = await database.collection('conn').findOne({ 'id.orig_h': first['id.orig_h'], uid: first.uid });
  assert.ok(found);
  const { ts, id, orig_bytes: bytes, service } = found;
  assert.deepEqual(ts, new Date(Math.floor(first.ts * 1000)));
  assert.deepEqual([bytes._bsontype, Number(bytes)], ['Long', first.orig_bytes]);
  assert.equal(id.resp_p, first['id.resp_p']);
  assert.equal(service, first.service);
  for (const [name, keys] of [
    ['conn', '_ends_1__us_-1_uid_-1'],
    ['conn', 'id.orig_h_1__us_-1_uid_-1'],
    ['ssh', 'id.orig_h_1__us_-1__id_-1'],
    ['conn', 'conn_state_1__us_-1_uid_-1'],
    ['ssl', 'id.resp_p_1__us_-1__id_-1'],
    ['notice', '_last_-1'],
    ['coverage', '_stored_1'],
  ] as const) {
    const indexes = await database.collection(name).indexes();
    assert.ok(
      indexes.some((each) => each.name === keys),
      `${name} ${keys}`,
    );
  }
});

test('fields that would be operators or places of ours are refused with their whole batch', { skip }, async () => {
  await using store = await openMongoFlowStore(mongoFlows());
  const good = randomFlows(24).conn(FROM, FROM);
  for (const name of ['$where', '_id', '_stored', 'id', 'a.b', '', 'x\0', '__proto__']) {
    const bad = { ...good, ...JSON.parse(`{${JSON.stringify(name)}:"1"}`) };
    assert.ok(Object.hasOwn(bad, name));
    await assert.rejects(
      store.add({ ...emptyBatch(), conn: [good, bad] }),
      (error) => hasCode(error, 'flows_batch_invalid'),
      name,
    );
  }
  assert.deepEqual(await uidsOf(store), []);
});

test(
  'what was stored longer ago than is kept goes, with its logs and notices, and the rest stays',
  { skip },
  async () => {
    const options = mongoFlows();
    let now = Date.now();
    await using store = await openMongoFlowStore({ ...options, clock: () => now });
    const [old, young] = [25, 26].map((seed) => randomFlows(seed).batch(FROM, FROM + 3600, 30, 'local'));
    assert.ok(old && young);
    await store.add(old);
    now += 20 * 86_400_000;
    await store.add(young);
    assert.deepEqual(await store.sweep(now), { removed: 0, lost: 0 });
    assert.equal((await uidsOf(store)).length, 60);
    now += 15 * 86_400_000;
    assert.deepEqual(await store.sweep(now), { removed: 30, lost: 0 });
    assert.deepEqual(await uidsOf(store), young.conn.map(({ uid }) => uid).toSorted());
    assert.deepEqual(
      (await store.sensors(ALL)).map(({ packets }) => packets),
      [young.coverage.packets],
    );
    await using client = new MongoClient(options.url);
    const left = await client.db(options.database).collection('dns').countDocuments();
    assert.equal(left, young.logs.filter(({ log }) => log === 'dns').length);
  },
);

test(
  'what is more than may be kept goes, the oldest first, and a verb keeps to the bounds of the server',
  { skip },
  async () => {
    const options = { ...mongoFlows(), ttl: 'unwanted' } as const;
    let now = Date.now();
    const batches = Array.from({ length: 30 }, (_, index) =>
      randomFlows(50 + index).batch(FROM, FROM + 3600, 20, 'local'),
    );
    {
      await using server = await openMongoFlowStore({ ...options, mostBytes: 2 ** 30, clock: () => (now += 1000) });
      for (const batch of batches) await server.add(batch);
      assert.deepEqual(await server.sweep(now), { removed: 0, lost: 0 });
    }
    // Of whoever does not decide the own bounds count for nothing.
    await using verb = await openMongoFlowStore({
      ...options,
      ttl: 'as it is',
      mostBytes: 1,
      keptMs: 1,
      clock: () => now,
    });
    assert.deepEqual(await verb.sweep(now + 1000), { removed: 0, lost: 0 });
    assert.equal((await uidsOf(verb)).length, 600);

    const sizes = async (): Promise<number> => {
      await using client = new MongoClient(options.url);
      const database = client.db(options.database);
      const names = ['conn', 'dns', 'http', 'ssl', 'ssh', 'mysql', 'ftp', 'imap', 'notice', 'coverage'];
      const each = await Promise.all(names.map((name) => database.command({ collStats: name })));
      return each.reduce((sum, stats) => sum + Number(stats['size']), 0);
    };
    const half = Math.floor((await sizes()) / 2);
    await using smaller = await openMongoFlowStore({ ...options, mostBytes: half, clock: () => now });
    const { removed } = await smaller.sweep(now);
    assert.ok((await sizes()) <= half);
    const left = batches.slice(-(600 - removed) / 20);
    assert.ok(left.length >= 10 && left.length < 30, `${left.length} batches are left`);
    assert.deepEqual(await uidsOf(smaller), left.flatMap(({ conn }) => conn.map(({ uid }) => uid)).toSorted());
    // Where the last alone is too large, it goes as well.
    await using least = await openMongoFlowStore({ ...options, mostBytes: 1, clock: () => now });
    assert.equal((await least.sweep(now)).removed, 600 - removed);
    assert.deepEqual(await uidsOf(least), []);
  },
);
