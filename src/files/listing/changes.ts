import type { RecordOperation, RecordStore } from '../../storage/index.ts';
import type { Pace } from './pace.ts';

/**
 * Which entries of a folder may differ from what its index says. Every transaction that puts an entry into a folder,
 * takes it out of there or changes it, notes that; the note's revision tells this change from the next. The note is
 * taken away once an index that knows of the change is in its place, and only if no other change came meanwhile. So
 * index and notes together are right on every server, whoever wrote, in whatever order.
 */
const PREFIX = 'change#';

/** Belongs into the transaction that writes the entry's row in this folder. It never fails that transaction. */
export function noteChange(folderId: string, entryId: string): RecordOperation {
  return { op: 'put', pk: `folder#${folderId}`, sk: PREFIX + entryId, value: {} };
}

/** The revision of each change that is noted, by entry. */
export type Changes = ReadonlyMap<string, string>;

export async function readChanges(records: RecordStore, folderId: string, pace: Pace): Promise<Changes> {
  const changes = new Map<string, string>();
  for (let after: string | undefined; ;) {
    const page = await records.query(`folder#${folderId}`, {
      prefix: PREFIX,
      limit: 1000,
      ...(after === undefined ? {} : { after }),
    });
    for (const { sk, revision } of page.items) changes.set(sk.slice(PREFIX.length), revision);
    if (page.next === undefined) return changes;
    after = page.next;
    // A store may answer without waiting for anything; then nobody else would have a turn.
    await pace();
  }
}

/** Takes away the notes of changes that an index in place knows of. */
export function forgetChange(folderId: string, entryId: string, revision: string): RecordOperation {
  return { op: 'delete', pk: `folder#${folderId}`, sk: PREFIX + entryId, if: { revision } };
}
