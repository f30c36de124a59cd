import { newId } from '../../base/ids.ts';
import type { Clock } from '../../base/clock.ts';
import type { RecordOperation, RecordStore } from '../../storage/index.ts';
import type { DriveAccess } from '../keys/access.ts';
import type { Key } from '../records.ts';
import { cutIntoSegments, indexKeys, segmentRow, type SegmentRef, type WorkRow } from './index-rows.ts';
import type { Listed } from './order.ts';
import type { Pace } from './pace.ts';

/** Writes segments, a few in one transaction, and keeps note of them in a row by which a crash is cleaned up after. */
export interface SegmentWriter {
  /** Items in order; the segments they were cut into. They are there for good with the next `flush`. */
  write(items: readonly Listed[]): Promise<SegmentRef[]>;
  flush(): Promise<void>;
  readonly work: Key;
  /** Whether the row is there. */
  readonly started: boolean;
  readonly written: readonly string[];
}

/** Of sealed segments in one transaction: a larger one would hold the event loop up. */
const BATCH_BYTES = 512 * 1024;

export function segmentWriter(
  { records, clock }: { readonly records: RecordStore; readonly clock: Clock },
  access: DriveAccess,
  folderId: string,
  pace: Pace,
): SegmentWriter {
  const work = indexKeys.work(folderId, newId());
  const written: string[] = [];
  let waiting: RecordOperation[] = [];
  let waitingBytes = 0;
  let started = false;

  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const row: WorkRow = { sinceMs: clock(), segments: written };
    const operations: RecordOperation[] = [
      { op: 'put', ...work, value: row, if: started ? 'present' : 'absent' },
      ...waiting,
    ];
    [waiting, waitingBytes] = [[], 0];
    await records.transact(operations);
    started = true;
    await pace();
  };

  return {
    async write(items) {
      const segments: SegmentRef[] = [];
      for (const part of cutIntoSegments(items)) {
        const id = newId();
        const value = segmentRow(access, folderId, id, part);
        written.push(id);
        waiting.push({ op: 'put', ...indexKeys.segment(folderId, id), value });
        waitingBytes += value.sealed.length;
        segments.push({ id, count: part.length });
        if (waitingBytes >= BATCH_BYTES) await flush();
        await pace();
      }
      return segments;
    },
    flush,
    work,
    get started() {
      return started;
    },
    written,
  };
}
