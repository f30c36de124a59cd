/**
 * One of several processes that share a table. Raises a counter, and does a job that only one may do at a time, and
 * prints what it saw as one line of JSON. Started by test/services/dynamodb-processes.test.ts with the table's name.
 */
import { systemClock } from '../../../src/base/clock.ts';
import { hasCode } from '../../../src/base/errors.ts';
import { silentLog } from '../../../src/base/log.ts';
import { acquireLease, openDynamoRecordStore } from '../../../src/storage/index.ts';
import { dynamoPlace } from './dynamodb-local.ts';

const [table = '', name = '', rounds = '0'] = process.argv.slice(2);
await using records = await openDynamoRecordStore({ ...dynamoPlace(table), clock: systemClock, log: silentLog });

let raised = 0;
let jobs = 0;
let collisions = 0;

async function raise(): Promise<void> {
  for (;;) {
    const item = await records.get<{ count: number }>('shared', 'counter');
    const value = { count: (item?.value.count ?? 0) + 1 };
    try {
      const condition = item ? { revision: item.revision } : ('absent' as const);
      await records.transact([{ op: 'put', pk: 'shared', sk: 'counter', value, if: condition }]);
      raised += 1;
      return;
    } catch (error) {
      if (!hasCode(error, 'record_conflict')) throw error;
    }
  }
}

async function work(): Promise<void> {
  await using lease = await acquireLease(records, 'job', { ttlMs: 20_000, holder: name, autoRenew: false });
  if (!lease) return;
  try {
    // Whoever else is at it has left this there.
    await records.transact([lease.guard(), { op: 'put', pk: 'job', sk: 'taken', value: { name }, if: 'absent' }]);
    await records.transact([
      lease.guard(),
      { op: 'put', pk: 'jobs', sk: String(lease.epoch), value: {}, if: 'absent' },
    ]);
    await records.transact([lease.guard(), { op: 'delete', pk: 'job', sk: 'taken', if: 'present' }]);
    jobs += 1;
  } catch (error) {
    if (!hasCode(error, 'record_conflict')) throw error;
    collisions += 1;
  }
}

for (let round = 0; round < Number(rounds); round += 1) await Promise.all([raise(), work()]);
console.log(JSON.stringify({ raised, jobs, collisions }));
