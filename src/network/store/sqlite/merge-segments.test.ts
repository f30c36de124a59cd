import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { emptyBatch } from '../contract.ts';
import type { FlowBatch } from '../flow-batch.ts';
import { randomFlows } from '../random-flows.ts';
import { addBatch } from './add-batch.ts';
import { FlowFolder } from './disk/flow-folder.ts';
import { FlowRows } from './segments/flow-rows.ts';
import { MOST_MERGED_TEXT } from './write-segment.ts';

const TS = 1_600_000_000;
const SEGMENTS = 16;
/** As long as a text of a record may be. */
const LONG = 'x'.repeat(4096);

/** Segments of a log once sixteen batches came, each with so many records of names that are so long. */
async function segmentsOf(context: TestContext, records: number, query: string): Promise<readonly number[]> {
  const path = await mkdtemp(join(tmpdir(), 'flows-'));
  context.after(() => rm(path, { recursive: true, force: true }));
  using folder = await FlowFolder.open(path, 2 ** 30);
  const random = randomFlows(1);
  for (let round = 0; round < SEGMENTS; round += 1) {
    const logs = Array.from({ length: records }, () => ({ ...random.log(random.conn(TS, TS + 9)), log: 'dns', query }));
    const batch = { ...emptyBatch(), logs } as FlowBatch;
    addBatch(folder, batch, new FlowRows(), Date.parse('2026-11-01T12:00:00Z'));
  }
  return folder.files().flatMap((file) => file.segments().map(({ rows }) => rows));
}

test('logs of small batches are put together, and those of long records stay as they are: to merge them would take all memory', async (context) => {
  const few = Math.ceil(MOST_MERGED_TEXT / LONG.length) + 1;
  assert.deepEqual(await segmentsOf(context, few, 'short'), [few * SEGMENTS]);
  assert.deepEqual(
    await segmentsOf(context, few, LONG),
    Array.from({ length: SEGMENTS }, () => few),
  );
});
