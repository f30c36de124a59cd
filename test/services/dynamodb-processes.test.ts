import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { openDynamoRecordStore } from '../../src/storage/index.ts';
import { dynamoPlace, skipWithoutDynamo } from '../support/stores/dynamodb-local.ts';

const CONTENDER = join(import.meta.dirname, '../support/stores/dynamodb-contender.ts');
const ROUNDS = 25;

type Seen = { readonly raised: number; readonly jobs: number; readonly collisions: number };

test(
  'of two processes on one table only one has a lease at a time, and no step of a counter is lost',
  { skip: skipWithoutDynamo },
  async () => {
    const place = dynamoPlace();
    const mayCreate = () => Promise.resolve(true);
    await using records = await openDynamoRecordStore({ ...place, clock: systemClock, log: silentLog, mayCreate });
    const contend = async (name: string): Promise<Seen> => {
      const run = promisify(execFile);
      const { stdout } = await run(process.execPath, [CONTENDER, place.table, name, String(ROUNDS)]);
      return JSON.parse(stdout) as Seen;
    };
    const seen = await Promise.all([contend('one'), contend('two')]);
    assert.deepEqual(
      seen.map(({ raised, collisions }) => ({ raised, collisions })),
      [
        { raised: ROUNDS, collisions: 0 },
        { raised: ROUNDS, collisions: 0 },
      ],
    );
    const counter = await records.get<{ count: number }>('shared', 'counter');
    assert.equal(counter?.value.count, 2 * ROUNDS);
    const jobs = (await records.query('jobs', { limit: 1000 })).items.length;
    assert.ok(jobs > 0);
    // Every acquisition had an epoch of its own.
    assert.equal(jobs, seen[0].jobs + seen[1].jobs);
    assert.equal(await records.get('job', 'taken'), null);
  },
);
