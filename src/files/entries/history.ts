import type { AuditFacts } from '../../base/audit-event.ts';
import { timestamp } from '../../base/clock.ts';
import type { RecordStore } from '../../storage/index.ts';
import type { DriveAccess } from '../keys/access.ts';
import type { LogEvent } from '../listing/wire.ts';
import { folderPath } from './folder-path.ts';
import type { Page } from './paging.ts';

/** What the audit trail knows of one entry, newest first; handed in, since files/ does not know the trail. */
export type EntryHistory = (
  entryId: string,
  page: { readonly after?: string | undefined; readonly limit: number },
) => Promise<{ readonly events: readonly HistoryEvent[]; readonly next?: string }>;

export interface HistoryEvent {
  readonly eventId: string;
  readonly atMs: number;
  readonly act: string;
  readonly actorId: string | null;
  readonly facts: AuditFacts;
}

export interface HistoryDeps {
  readonly records: RecordStore;
  readonly maxFolderDepth: number;
  readonly history: EntryHistory;
  readonly accountName: (accountId: string) => Promise<string | null>;
}

/**
 * The history of one entry as its people may read it: who and when with names, folders with their paths as they are
 * now. Sessions, addresses and whatever else the trail knows is for admins.
 */
export async function entryLog(
  deps: HistoryDeps,
  access: DriveAccess,
  entryId: string,
  { after, limit = 100 }: Page,
): Promise<{ events: LogEvent[]; next?: string }> {
  const { events, next } = await deps.history(entryId, { after, limit });
  const names = remembered((accountId) =>
    accountId === access.session.accountId ? Promise.resolve(access.session.name) : deps.accountName(accountId),
  );
  const paths = remembered((folderId) => folderPath(deps, access, folderId));
  const folder = async (id: AuditFacts[string] | undefined) =>
    typeof id === 'string' ? { id, path: await paths(id) } : null;
  const views = events.map(async ({ eventId, atMs, act, actorId, facts }): Promise<LogEvent> => {
    const { versionId, size } = facts;
    return {
      eventId,
      time: timestamp(atMs),
      act,
      actor: actorId === null ? null : { accountId: actorId, name: await names(actorId) },
      versionId: typeof versionId === 'string' ? versionId : null,
      size: typeof size === 'number' ? size : null,
      from: await folder(facts['fromFolderId']),
      to: await folder(facts['toFolderId']),
    };
  });
  return { events: await Promise.all(views), ...(next === undefined ? {} : { next }) };
}

function remembered<Value>(ask: (id: string) => Promise<Value>): (id: string) => Promise<Value> {
  const known = new Map<string, Promise<Value>>();
  return (id) => {
    const value = known.get(id) ?? ask(id);
    known.set(id, value);
    return value;
  };
}
