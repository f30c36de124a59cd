/**
 * Many events in one minute: what people get of it, and what it costs. A hundred thousand of them, on SQLite and DynamoDB, are
 * in test/services/flood.test.ts.
 */
import { test } from 'node:test';
import { memoryRecordStore } from '../storage/index.ts';
import { assertFloodIsTamed } from './test-flood.ts';

test('of 10,000 events in a minute everybody gets one mail a minute, a short feed, and right counts', async (t) => {
  const print = (line: string): void => t.diagnostic(line);
  await assertFloodIsTamed({ events: 10_000, openRecords: (clock) => memoryRecordStore({ clock }), print });
});
