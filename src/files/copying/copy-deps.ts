import { actorOf } from '../../base/audit-event.ts';
import type { ReadDeps } from '../copies/read-copies.ts';
import type { Located } from '../entries/entries.ts';
import type { DriveAccess } from '../keys/access.ts';
import type { FolderRow } from '../records.ts';
import type { StoreDeps } from '../versions/store.ts';

export interface CopyDeps extends StoreDeps {
  readonly reading: ReadDeps;
  readonly copyStaleMs: number;
  /** Called once what was left of a copy waits to be removed. */
  readonly onPurge: () => void;
}

export type Copied = { readonly entryId: string; readonly outcome: 'created' | 'new_version' };

/** Where the copy goes. */
export interface Goal {
  readonly into: Located<FolderRow>;
  readonly name: string;
  readonly force: boolean;
  readonly idempotencyKey: string | undefined;
}

export function copiedEvent(deps: CopyDeps, target: DriveAccess, fromId: string, toId: string) {
  return deps.audit.operations({
    act: 'entry.copied',
    ...actorOf(target.session),
    subjectIds: [fromId, toId],
    facts: { driveId: target.driveId },
  });
}
