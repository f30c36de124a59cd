/** Names that several servers share: who has one, for how long, and who gets it next. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { silentLog } from '../../base/log.ts';
import { memoryRecordStore, type RecordStore } from '../../storage/index.ts';
import { type ClaimedNames, openClaimedNames } from './claimed-names.ts';

const EVERY_MS = 3_600_000;
const HALF_DAY_MS = 43_200_000;

/** Servers that share records; time passes when it is told to. */
function servers(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let nowMs = 1_000_000;
  const clock = (): number => nowMs;
  const records = memoryRecordStore({ clock });
  return {
    records,
    server: (serverId: string): ClaimedNames =>
      openClaimedNames({ records, hashKey: Buffer.alloc(32, 8), serverId, everyMs: EVERY_MS, clock, log: silentLog }),
    async pass(ms: number): Promise<void> {
      for (let left = ms; left > 0; left -= EVERY_MS) {
        nowMs += EVERY_MS;
        t.mock.timers.tick(EVERY_MS);
        // What the round writes.
        for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
      }
    },
  };
}

test('of all who want a name at once, one gets it', async (t) => {
  const { server } = servers(t);
  const all = Array.from({ length: 10 }, (_, each) => server(`server-${each}`));
  const taken = await Promise.all(all.map((one) => one.take('lo')));
  assert.equal(taken.filter(Boolean).length, 1);
});

test('a name stays with its server for as long as that lives, and is free soon after it died', async (t) => {
  const { server, pass } = servers(t);
  const [one, two] = [server('one'), server('two')];
  assert.equal(await one.take('lo'), true);
  await pass(5 * HALF_DAY_MS);
  assert.equal(await two.take('lo'), false);
  await one[Symbol.asyncDispose]();
  assert.equal(await two.take('lo'), true);
});

test('a name that is given back is free, and one of somebody else cannot be given back', async (t) => {
  const { server } = servers(t);
  const [one, two] = [server('one'), server('two')];
  assert.equal(await one.take('lo'), true);
  await two.release('lo');
  assert.equal(await two.take('lo'), false);
  await one.release('lo');
  assert.equal(await two.take('lo'), true);
});

test('the records do not tell names', async (t) => {
  const { records } = servers(t);
  const written: string[] = [];
  const watched: RecordStore = {
    ...records,
    async transact(operations) {
      written.push(JSON.stringify(operations));
      await records.transact(operations);
    },
  };
  const names = openClaimedNames({
    ...{ records: watched, hashKey: Buffer.alloc(32, 8), serverId: 'one', everyMs: EVERY_MS },
    ...{ clock: () => 1_000_000, log: silentLog },
  });
  await names.take('lovelace');
  await names.release('lovelace');
  assert.equal(written.length, 3);
  assert.doesNotMatch(written.join(), /lovelace/);
});
