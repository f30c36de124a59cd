import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storageErrors, type ObjectStore, type RecordStore } from '../../src/storage/index.ts';
import { newActor, verify, work } from '../support/crash/actors.ts';
import { driveClient } from '../support/crash/drive/client.ts';
import { seeded, type Seeded } from '../support/crash/seeded.ts';
import { compareStores } from '../support/crash/stores-and-records.ts';
import { withFaults, type Fault } from '../support/faults/object-faults.ts';
import { withRecordFaults, type RecordFault } from '../support/faults/record-faults.ts';
import { startServer } from '../support/servers/start-server.ts';

/** What goes wrong while people work, one place at a time. The server lives on; what it answers must stay true. */

const ACTORS = 3;
const ACTS = 16;

interface Storm {
  readonly name: string;
  readonly records?: (random: Seeded, operation: string) => RecordFault | undefined;
  readonly primary?: (random: Seeded, operation: string) => Fault | undefined;
  readonly backup?: (random: Seeded, operation: string) => Fault | undefined;
}

const away = (): Error => storageErrors('store_unavailable');
const noRecords = (): Error => storageErrors('records_unavailable');

/** Long enough for others to get in between. */
const aMoment = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 30));

const STORMS: readonly Storm[] = [
  {
    name: 'records that fail, are slow, or lose their answer',
    records: (random, operation) => {
      if (random.fraction() < 0.03) return { hold: aMoment() };
      if (random.fraction() > 0.04) return undefined;
      return operation === 'transact' && random.fraction() < 0.6 ? { after: noRecords() } : { before: noRecords() };
    },
  },
  {
    name: 'records that are full for a while',
    records: (random, operation) =>
      operation === 'transact' && random.fraction() < 0.1 ? { before: storageErrors('records_full') } : undefined,
  },
  {
    name: 'a first store that fails, fills up in mid-body, or loses its answer',
    primary: (random, operation) => {
      if (operation === 'put' && random.fraction() < 0.3) {
        return random.pick<Fault>([
          { before: away() },
          { after: away() },
          { body: { at: random.whole(0, 100_000), error: storageErrors('store_full') } },
        ]);
      }
      return operation !== 'put' && random.fraction() < 0.1 ? { before: away() } : undefined;
    },
  },
  {
    name: 'a first store whose reads end early, turn bits over, or break off',
    primary: (random, operation) => {
      if (operation !== 'get' || random.fraction() > 0.5) return undefined;
      const at = random.whole(0, 3000);
      return random.pick<Fault>([
        { body: { at, end: true } },
        { body: { at, flipBit: true } },
        { body: { at, error: away() } },
      ]);
    },
  },
  {
    name: 'a second store that fails, and alters what it is given',
    backup: (random, operation) => {
      if (operation === 'put' && random.fraction() < 0.3) {
        return random.pick<Fault>([{ before: away() }, { after: away() }, { body: { at: 700, flipBit: true } }]);
      }
      return random.fraction() < 0.2 ? { before: away() } : undefined;
    },
  },
];

for (const storm of STORMS) {
  test(`${storm.name}: every answer stays true, and nothing is half there`, async () => {
    const weather = { on: false, calm: 0 };
    const plan =
      <Faulty>(random: Seeded, faults: ((random: Seeded, operation: string) => Faulty) | undefined) =>
      ({ operation, key = '/o/' }: { readonly operation: string; readonly key?: string }): Faulty | undefined =>
        weather.on && weather.calm === 0 && key.includes('/o/') ? faults?.(random, operation) : undefined;
    let nowMs = Date.now();
    await using server = await startServer({
      clock: () => nowMs,
      wrapRecords: (records: RecordStore) => withRecordFaults(records, plan(seeded('records'), storm.records)),
      wrapPrimary: (store: ObjectStore) => withFaults(store, plan(seeded('primary'), storm.primary)),
      wrapBackup: (store: ObjectStore) => withFaults(store, plan(seeded('backup'), storm.backup)),
      environment: { HOLDFAST_LIST_INDEXED_FROM: '10', HOLDFAST_READ_STALL_MS: '300000' },
    });
    const me = await server.signUp();
    const client = await driveClient(server.url, me.token);
    const actors = await Promise.all(
      Array.from({ length: ACTORS }, (_, number) => newActor(client, `a${number}`, seeded(`${storm.name}${number}`))),
    );
    const refusals = new Map<string, number>();
    weather.on = true;
    await Promise.all(actors.map((actor) => work({ client, actor, refusals, weather, acts: ACTS })));
    weather.on = false;
    await verify(client, actors);
    for (let hour = 0; hour < 3; hour += 1) {
      nowMs += 3_600_000;
      await server.workspace.files.copyDue();
      await server.workspace.files.purgeDue();
    }
    await verify(client, actors);
    const status = await server.workspace.files.backupStatus();
    assert.equal(status.verdict, 'complete', JSON.stringify(status));
    const { driveId } = client;
    const compared = await compareStores(server.data, { driveId, accountId: me.accountId, deep: true });
    assert.deepEqual(compared.complaints, []);
    // A server that says no to everything would keep every promise too.
    const refused = [...refusals.values()].reduce((sum, each) => sum + each, 0);
    assert.ok(refused < ACTORS * ACTS, JSON.stringify([...refusals]));
  });
}
