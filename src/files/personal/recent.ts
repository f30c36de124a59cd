import { newId } from '../../base/ids.ts';
import type { Clock } from '../../base/clock.ts';
import type { RecordOperation, RecordStore } from '../../storage/index.ts';
import type { DriveAccess } from '../keys/access.ts';

/** A file that a person gave a version; rows go by themselves after some weeks. */
type RecentRow = { readonly driveId: string; readonly entryId: string; readonly atMs: number };

export interface RecentDeps {
  readonly clock: Clock;
  readonly recentKeptMs: number;
}

/** Belongs into the transaction that makes the version; the newest is found without looking at the others. */
export function noteRecent({ clock, recentKeptMs }: RecentDeps, access: DriveAccess, entryId: string): RecordOperation {
  const atMs = clock();
  const value: RecentRow = { driveId: access.driveId, entryId, atMs };
  return { op: 'put', pk: recentOf(access.session.accountId), sk: newId(), value, expiresAtMs: atMs + recentKeptMs };
}

/** Rows that one question looks at: who stored one file a thousand times over has not much else that is recent. */
const MAX_ROWS = 2000;

/** Each file once, the one that was changed last first. */
export async function* recentFiles(records: RecordStore, accountId: string): AsyncGenerator<RecentRow> {
  const seen = new Set<string>();
  let looked = 0;
  for (let after: string | undefined; looked < MAX_ROWS;) {
    const page = await records.query<RecentRow>(recentOf(accountId), {
      reverse: true,
      limit: 100,
      ...(after === undefined ? {} : { after }),
    });
    for (const { value } of page.items) {
      looked += 1;
      if (seen.has(value.entryId)) continue;
      seen.add(value.entryId);
      yield value;
    }
    if (page.next === undefined) return;
    after = page.next;
  }
}

function recentOf(accountId: string): string {
  return `recent#${accountId}`;
}
