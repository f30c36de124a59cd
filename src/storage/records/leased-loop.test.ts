import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { acquireLease } from './lease.ts';
import { startLeasedLoop } from './leased-loop.ts';
import { memoryRecordStore } from './memory.ts';
import type { RecordStore } from './record-store.ts';

const NAME = 'carrier';
const LEASE_MS = 60_000;
/** Longer than any test: what happens is because somebody was told, not because time went by. */
const NEVER_MS = 3_600_000;

function loopOf(records: RecordStore, needed: () => boolean) {
  const worked = Promise.withResolvers<void>();
  const asked = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  let looks = 0;
  const loop = startLeasedLoop({
    ...{ records, clock: systemClock, log: silentLog, holder: 'here', name: NAME, leaseMs: LEASE_MS, pollMs: NEVER_MS },
    async isNeeded() {
      asked[looks++]?.resolve();
      return needed();
    },
    async work() {
      worked.resolve();
      return null;
    },
  });
  return { loop, worked: worked.promise, asked: asked.map((look) => look.promise) };
}

const takenByOthers = (records: RecordStore) =>
  acquireLease(records, NAME, { ttlMs: LEASE_MS, holder: 'there', autoRenew: false });

test('a loop that nobody needs holds no lease, so that it writes nothing', async () => {
  await using records = memoryRecordStore();
  const { loop, asked } = loopOf(records, () => false);
  await using _ = loop;
  await asked[0];
  assert.deepEqual((await records.query(`lease#${NAME}`)).items, []);
  assert.ok(await takenByOthers(records), 'the lease is free');
});

test('it works once it is needed and told so, and gives its lease back when the need is over', async () => {
  await using records = memoryRecordStore();
  let needed = false;
  const { loop, worked, asked } = loopOf(records, () => needed);
  await using _ = loop;
  await asked[0];
  needed = true;
  loop.notify();
  await worked;
  assert.equal(await takenByOthers(records), null, 'while it works the lease is its own');
  needed = false;
  loop.notify();
  await asked[2];
  loop.notify();
  await asked[3];
  assert.ok(await takenByOthers(records), 'afterwards the lease is free');
});
