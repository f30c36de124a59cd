import assert from 'node:assert/strict';
import { test } from 'node:test';
import { movableClock, recordStoreContract } from './contract.ts';
import { sweepExpired } from './expiry-sweep.ts';
import { memoryRecordStore } from './memory.ts';

recordStoreContract('memoryRecordStore', async () => {
  const clock = movableClock();
  return { records: memoryRecordStore({ clock: clock.read }), clock };
});

test('memoryRecordStore removes expired records and nothing else', async () => {
  const clock = movableClock();
  const records = memoryRecordStore({ clock: clock.read });
  const put = (sk: string, expiresAtMs: number) =>
    records.transact([{ op: 'put', pk: 'a', sk, value: {}, expiresAtMs }]);
  for (let n = 0; n < 5; n += 1) await put(`item ${n}`, clock.now + 1000 + n);
  clock.now += 1002;
  assert.equal(await records.removeExpired(2), 2);
  assert.equal(await sweepExpired(records), 1);
  assert.equal((await records.query('a')).items.length, 2);
});
