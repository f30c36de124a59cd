/** Flows in MongoDB: hours that are added up, flows that come to them later, and an index that removes what is old. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MongoClient } from 'mongodb';
import { settingsOf } from '../../src/base/settings.ts';
import { networkSettings } from '../../src/network/settings.ts';
import type { FlowBatch } from '../../src/network/store/flow-batch.ts';
import type { FlowStore } from '../../src/network/store/flow-store.ts';
import { type MongoFlowsOptions, openMongoFlowStore } from '../../src/network/store/mongodb/mongodb.ts';
import { openFlowStore } from '../../src/network/store/open-flow-store.ts';
import { randomFlows } from '../../src/network/store/random-flows.ts';
import { referenceFlows } from '../../src/network/store/reference-flows.ts';
import { mongoFlows, skipWithoutMongo } from '../support/stores/mongodb-server.ts';

const skip = skipWithoutMongo;
/** A full hour. */
const FROM = 1_789_999_200;
const NOW_MS = (FROM + 12 * 3600) * 1000;

/** Of these hours no flow is read. */
const SUMMED = { from: FROM + 3600, to: FROM + 7200 };

async function holdsFigures(store: FlowStore, batches: readonly FlowBatch[]): Promise<void> {
  const wanted = referenceFlows(batches);
  for (const range of [
    { from: FROM - 10, to: FROM + 50_000 },
    { from: FROM + 1234, to: FROM + 20_000 },
    SUMMED,
    { from: FROM + 100, to: FROM + 900 },
    { from: FROM - 10, to: FROM + 30_000, sensor: 'web-1' },
  ]) {
    for (const by of ['address', 'port', 'service'] as const) {
      assert.deepEqual(await store.talkers({ ...range, by, limit: 100 }), wanted.talkers(range, by), by);
    }
  }
  const hours = { from: FROM, to: FROM + 28_800, points: 8 };
  assert.deepEqual(await store.timeline(hours), wanted.timeline(hours));
}

test(
  'hours that were added up, hours that are due and the ends of a range make the figures together',
  { skip },
  async () => {
    const options = mongoFlows();
    await using store = await openMongoFlowStore({ ...options, clock: () => NOW_MS });
    await using client = new MongoClient(options.url);
    const database = client.db(options.database);
    const random = randomFlows(41);
    const batches: FlowBatch[] = [];
    const add = async (from: number, sensor: string): Promise<void> => {
      const batch = random.batch(from, from + 4000, 60, sensor);
      await store.add(batch);
      batches.push(batch);
    };
    for (let hour = 0; hour < 8; hour += 1) await add(FROM + hour * 3600, hour % 3 === 0 ? 'web-1' : 'local');
    await holdsFigures(store, batches);
    await store.addUp(NOW_MS);
    assert.equal(await database.collection('sums_due').countDocuments(), 0);
    assert.ok((await database.collection('sums').countDocuments()) >= 8);
    await holdsFigures(store, batches);
    // Nothing of hours that were added up is read any more.
    const ofSummed = { _us: { $gte: SUMMED.from * 1e6, $lt: SUMMED.to * 1e6 } };
    const gone = await database.collection('conn').find(ofSummed).toArray();
    await database.collection('conn').deleteMany(ofSummed);
    await holdsFigures(store, batches);
    await database.collection('conn').insertMany(gone);
    // What comes late counts at once, and is added up with the rest.
    await add(FROM + 3600, 'local');
    const fine = { from: FROM + 3600, to: FROM + 7200, points: 400 };
    assert.deepEqual(await store.timeline(fine), referenceFlows(batches).timeline(fine));
    assert.ok((await database.collection('sums_due').countDocuments()) > 0);
    await holdsFigures(store, batches);
    await store.addUp(NOW_MS);
    await holdsFigures(store, batches);
  },
);

test('flows of before there were sums are added up, and sums go with their flows', { skip }, async () => {
  const options = mongoFlows();
  const batch = randomFlows(42).batch(FROM, FROM + 7000, 80, 'local');
  await using client = new MongoClient(options.url);
  const database = client.db(options.database);
  {
    await using store = await openMongoFlowStore({ ...options, clock: () => NOW_MS });
    await store.add(batch);
    await database.collection('sums_due').deleteMany({});
  }
  await using store = await openMongoFlowStore({ ...options, clock: () => NOW_MS });
  await holdsFigures(store, [batch]);
  await store.addUp(NOW_MS);
  await holdsFigures(store, [batch]);
  await store.sweep(NOW_MS + options.keptMs + 1000);
  await store.addUp(NOW_MS + options.keptMs + 1000);
  assert.equal(await database.collection('sums').countDocuments(), 0);
  assert.deepEqual(await store.talkers({ from: FROM, to: FROM + 7200, by: 'port', limit: 5 }), []);
});

test(
  'an index removes what is old where that is wanted, after the time that is set, and none where it is not',
  { skip },
  async () => {
    for (const [over, wanted] of [
      [{ ttl: 'wanted', keptMs: 7 * 86_400_000 }, 7 * 86_400],
      [{}, undefined],
      [{ ttl: 'unwanted' }, undefined],
    ] as const) {
      const options = { ...mongoFlows(), ...over };
      await using client = new MongoClient(options.url);
      await using _store = await openMongoFlowStore(options);
      for (const name of ['conn', 'dns', 'notice', 'coverage']) {
        const indexes = await client.db(options.database).collection(name).indexes();
        const found = indexes.find((each) => each.name === '_stored_1');
        assert.ok(found, name);
        assert.equal(found['expireAfterSeconds'], wanted, name);
      }
    }
  },
);

test(
  'another time to keep flows, or none, is that of the index from the next start of a server on',
  { skip },
  async () => {
    const options = mongoFlows();
    await using client = new MongoClient(options.url);
    const database = client.db(options.database);
    const start = async (ttl: 'wanted' | 'unwanted', days: number) => {
      await using _store = await openMongoFlowStore({
        ...options,
        ttl,
        keptMs: days * 86_400_000,
        clock: () => NOW_MS,
      });
      const found = await Promise.all(
        ['conn', 'dns', 'notice', 'coverage'].map(async (name) => {
          const stored = (await database.collection(name).indexes()).filter(({ key }) => '_stored' in key);
          assert.equal(stored.length, 1, `${name} has ${stored.length}`);
          return stored[0]?.['expireAfterSeconds'];
        }),
      );
      return new Set(found);
    };
    for (const [ttl, days, wanted] of [
      ...[['wanted', 7, 7 * 86_400] as const, ['wanted', 30, 30 * 86_400] as const, ['wanted', 1, 86_400] as const],
      ...[['unwanted', 1, undefined] as const, ['wanted', 2, 2 * 86_400] as const],
    ]) {
      assert.deepEqual(await start(ttl, days), new Set([wanted]), `${ttl} ${days}`);
    }
  },
);

test('a verb leaves the index as the server that keeps the flows made it, whatever it is told', { skip }, async () => {
  const secondsAfter = async (
    place: MongoFlowsOptions,
    { isServer, days, networkMongoTtl }: { isServer: boolean; days: number; networkMongoTtl: 0 | 1 },
  ): Promise<unknown> => {
    await using client = new MongoClient(place.url);
    const settings = { ...settingsOf(networkSettings), networkKeptMs: days * 86_400_000, networkMongoTtl };
    await using _store = await openFlowStore(
      { kind: 'mongodb', ...place },
      { settings, clock: () => NOW_MS, isServer },
    );
    const indexes = await client.db(place.database).collection('conn').indexes();
    return indexes.find((each) => each.name === '_stored_1')?.['expireAfterSeconds'];
  };
  const server = { isServer: true, days: 7 };
  const verb = { isServer: false, days: 1 };
  const [removing, keeping, nobodys] = [mongoFlows(), mongoFlows(), mongoFlows()];
  assert.equal(await secondsAfter(removing, { ...server, networkMongoTtl: 1 }), 7 * 86_400);
  assert.equal(await secondsAfter(removing, { ...verb, networkMongoTtl: 1 }), 7 * 86_400, 'another time');
  assert.equal(await secondsAfter(removing, { ...verb, networkMongoTtl: 0 }), 7 * 86_400, 'told nothing of it');
  assert.equal(await secondsAfter(keeping, { ...server, networkMongoTtl: 0 }), undefined);
  assert.equal(await secondsAfter(keeping, { ...verb, networkMongoTtl: 1 }), undefined);
  assert.equal(await secondsAfter(nobodys, { ...verb, networkMongoTtl: 1 }), undefined, 'no server was there yet');
});
