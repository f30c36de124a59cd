/**
 * Very many events in one minute, on the records of one machine and on those of many. DynamoDB Local takes minutes for as
 * many as there are for SQLite: a tenth of them are the rule there, and HOLDFAST_TEST_FLOOD says how many for who wants to
 * know (`npm run test:flood` takes all).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { assertFloodIsTamed } from '../../src/notifications/test-flood.ts';
import { openDynamoRecordStore, openSqliteRecordStore } from '../../src/storage/index.ts';
import { deleteTable, dynamoPlace, recordsUrl, skipWithoutDynamo } from '../support/stores/dynamodb-local.ts';

const EVENTS = 100_000;
const EVENTS_ON_DYNAMO = Number(process.env['HOLDFAST_TEST_FLOOD'] ?? EVENTS / 10);

test('of 100,000 events in a minute nobody is flooded, with the records in SQLite', { timeout: 900_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-flood-'));
  try {
    await assertFloodIsTamed({
      events: EVENTS,
      openRecords: (clock) => openSqliteRecordStore({ path: join(folder, 'records.sqlite'), clock, log: silentLog }),
      print: (line) => t.diagnostic(line),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test(
  `of ${EVENTS_ON_DYNAMO} events in a minute nobody is flooded, with the records in DynamoDB`,
  { skip: skipWithoutDynamo, timeout: 1_800_000 },
  async (t) => {
    const place = dynamoPlace();
    await assertFloodIsTamed({
      events: EVENTS_ON_DYNAMO,
      openRecords: (clock) =>
        openDynamoRecordStore({ ...place, clock, log: silentLog, mayCreate: () => Promise.resolve(true) }),
      print: (line) => t.diagnostic(line),
    });
    await deleteTable(recordsUrl(place.table));
  },
);
