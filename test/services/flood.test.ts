/** A hundred thousand events in one minute, on the records of one machine and on those of many. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { assertFloodIsTamed } from '../../src/notifications/test-flood.ts';
import { openDynamoRecordStore, openSqliteRecordStore } from '../../src/storage/index.ts';
import { deleteTable, dynamoPlace, recordsUrl, skipWithoutDynamo } from '../support/dynamodb-local.ts';

const events = 100_000;

test('of 100,000 events in a minute nobody is flooded, with the records in SQLite', { timeout: 900_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-flood-'));
  try {
    await assertFloodIsTamed({
      events,
      openRecords: (clock) => openSqliteRecordStore({ path: join(folder, 'records.sqlite'), clock, log: silentLog }),
      print: (line) => t.diagnostic(line),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test(
  'of 100,000 events in a minute nobody is flooded, with the records in DynamoDB',
  { skip: skipWithoutDynamo, timeout: 1_800_000 },
  async (t) => {
    const place = dynamoPlace();
    await assertFloodIsTamed({
      events,
      openRecords: (clock) =>
        openDynamoRecordStore({ ...place, clock, log: silentLog, mayCreate: () => Promise.resolve(true) }),
      print: (line) => t.diagnostic(line),
    });
    await deleteTable(recordsUrl(place.table));
  },
);
