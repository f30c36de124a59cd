import type { Clock } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import type { RecordItem, RecordOperation, RecordStore } from '../../storage/index.ts';
import type { DriveAccess } from '../keys/access.ts';
import { keys } from '../records.ts';
import { forgetChange, readChanges, type Changes } from './changes.ts';
import { itemsNow } from './folder-index.ts';
import {
  indexKeys,
  isInOrder,
  MAX_ITEMS,
  newHead,
  readHead,
  readSegment,
  WORK_PREFIX,
  type HeadRow,
  type SegmentRef,
  type WorkRow,
} from './index-rows.ts';
import { mergeSegments } from './merge-segments.ts';
import { sortByName, type Listed } from './order.ts';
import type { Pace } from './pace.ts';
import { scanFolder } from './scan.ts';
import { segmentWriter, type SegmentWriter } from './segment-writer.ts';

export interface CompactDeps {
  readonly records: RecordStore;
  readonly clock: Clock;
}

/** What a crash left behind is removed once it is older than any writer could be. */
const LEFT_AFTER_MS = 3_600_000;
/** A head that names more segments does not fit into a record: the folder stays without an index. */
export const MAX_SEGMENTS = 5000;

/**
 * Puts a new index of the folder in place: the old one with all changes that are noted, or one made of the rows where
 * there is none. Segments are written first, then one transaction swaps the head, and only then the notes of what
 * the new index knows are taken away; whatever ends it early leaves the old index and all notes as they were.
 * `overtaken`: another server was faster, or the folder is gone; `too_large`: no index can be made of it.
 */
export async function compactIndex(
  deps: CompactDeps,
  access: DriveAccess,
  folderId: string,
  pace: Pace,
): Promise<{ readonly outcome: 'done' | 'overtaken' | 'too_large'; readonly count: number }> {
  const { records } = deps;
  await removeLeftovers(deps, folderId, pace);
  // Before the head and the rows: a change that comes later keeps its note.
  const changes = await readChanges(records, folderId, pace);
  const head = await readHead(records, folderId);
  const writer = segmentWriter(deps, access, folderId, pace);
  const segments =
    (head && isInOrder(head.value) && (await merged(deps, access, folderId, head.value, changes, writer, pace))) ||
    (await writeAll(writer, await sortByName(await scanFolder(records, access, folderId, 'all', pace), pace)));
  await writer.flush();
  const kept = new Set(segments.map(({ id }) => id));
  const before = (head?.value.segments ?? []).map(({ id }) => id);
  const replaced = [...before, ...writer.written].filter((id) => !kept.has(id));
  const isInPlace =
    segments.length <= MAX_SEGMENTS && (await swap(deps, folderId, { head, segments, replaced, writer }));
  await removeSegments(records, folderId, isInPlace ? replaced : writer.written, pace);
  await records.transact([{ op: 'delete', ...writer.work }]);
  if (isInPlace) await forgetChanges(records, folderId, changes, pace);
  return {
    outcome: segments.length > MAX_SEGMENTS ? 'too_large' : isInPlace ? 'done' : 'overtaken',
    count: segments.reduce((sum, { count }) => sum + count, 0),
  };
}

/** Cut a few segments at a time: the event loop would wait for all of them else. */
async function writeAll(writer: SegmentWriter, items: readonly Listed[]): Promise<SegmentRef[]> {
  const segments: SegmentRef[] = [];
  const some = 4 * MAX_ITEMS;
  for (let at = 0; at < items.length; at += some) segments.push(...(await writer.write(items.slice(at, at + some))));
  return segments;
}

/** `null` when the old index cannot be read: then one is made of the rows. */
async function merged(
  deps: CompactDeps,
  access: DriveAccess,
  folderId: string,
  head: HeadRow,
  changes: Changes,
  writer: SegmentWriter,
  pace: Pace,
): Promise<SegmentRef[] | null> {
  const fresh = await sortByName(await itemsNow(deps.records, access, folderId, [...changes.keys()], pace), pace);
  return mergeSegments(
    {
      segments: head.segments,
      load: (id): Promise<readonly Listed[] | null> => readSegment(deps.records, access, folderId, id),
      isChanged: (entryId) => changes.has(entryId),
      fresh,
    },
    (items) => writer.write(items),
    pace,
  );
}

/** False when another index took the place of the one that this was made of, or the folder is gone. */
async function swap(
  { records, clock }: CompactDeps,
  folderId: string,
  {
    head,
    segments,
    replaced,
    writer,
  }: {
    readonly head: RecordItem<HeadRow> | null;
    readonly segments: readonly SegmentRef[];
    readonly replaced: readonly string[];
    readonly writer: SegmentWriter;
  },
): Promise<boolean> {
  const work: WorkRow = { sinceMs: clock(), segments: replaced };
  try {
    await records.transact([
      {
        op: 'put',
        ...indexKeys.head(folderId),
        value: newHead(segments),
        if: head ? { revision: head.revision } : 'absent',
      },
      { op: 'check', ...keys.place(folderId), if: 'present' },
      // Gone only when somebody took this for something a crash left, and removed the segments.
      { op: 'put', ...writer.work, value: work, if: writer.started ? 'present' : 'absent' },
    ]);
    return true;
  } catch (error) {
    if (hasCode(error, 'record_conflict')) return false;
    throw error;
  }
}

async function removeLeftovers({ records, clock }: CompactDeps, folderId: string, pace: Pace): Promise<void> {
  const page = await records.query<WorkRow>(`folder#${folderId}`, { prefix: WORK_PREFIX });
  for (const { pk, sk, value, revision } of page.items) {
    if (value.sinceMs > clock() - LEFT_AFTER_MS) continue;
    // First the row, so that whoever still writes there after all fails; then what the head, read after it, lacks.
    await records.transact([{ op: 'delete', pk, sk, if: { revision } }]);
    const named = new Set((await readHead(records, folderId))?.value.segments.map(({ id }) => id));
    await removeSegments(
      records,
      folderId,
      value.segments.filter((id) => !named.has(id)),
      pace,
    );
  }
}

/** Segments are large: removing more at once would hold the event loop up. */
const SEGMENT_BATCH = 8;

async function removeSegments(
  records: RecordStore,
  folderId: string,
  ids: readonly string[],
  pace: Pace,
): Promise<void> {
  for (let at = 0; at < ids.length; at += SEGMENT_BATCH) {
    await records.transact(
      ids.slice(at, at + SEGMENT_BATCH).map((id) => ({ op: 'delete', ...indexKeys.segment(folderId, id) })),
    );
    await pace();
  }
}

const CHANGE_BATCH = 50;

/** Except for entries that were changed again meanwhile. */
async function forgetChanges(records: RecordStore, folderId: string, changes: Changes, pace: Pace): Promise<void> {
  const all = [...changes].map(([entryId, revision]) => forgetChange(folderId, entryId, revision));
  for (let at = 0; at < all.length; at += CHANGE_BATCH) {
    let batch: RecordOperation[] = all.slice(at, at + CHANGE_BATCH);
    while (batch.length > 0) {
      try {
        await records.transact(batch);
        break;
      } catch (error) {
        if (!hasCode(error, 'record_conflict')) throw error;
        const { index } = error.extra;
        batch = typeof index === 'number' ? batch.toSpliced(index, 1) : [];
      }
    }
    await pace();
  }
}
