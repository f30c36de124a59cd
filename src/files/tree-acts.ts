import type { Session } from '../accounts/index.ts';
import type { CopyDeps } from './copying/copy-deps.ts';
import { copyEntry, type CopyRequest } from './copying/copy-entry.ts';
import { locate } from './entries/entries.ts';
import { moveEntry, type Destination, type MoveOptions, type Moved } from './entries/move.ts';
import type { Page } from './entries/paging.ts';
import { entryView } from './entries/views.ts';
import type { DriveAccess, Need } from './keys/access.ts';
import { listTrash } from './trash/list-trash.ts';
import { emptyTrash, purgeEntry, refuseUnlessManager } from './trash/purge.ts';
import { restoreEntry } from './trash/restore.ts';
import { trashEntry, type TrashDeps } from './trash/trash.ts';
import type { CopiedView, EmptiedView, EntryView, MovedView, TrashList } from './wire.ts';

/** What moves things about in a drive, takes them out of it, and brings them back. */
export interface TreeActs {
  move(session: Session, driveId: string, entryId: string, to: Destination, options: MoveOptions): Promise<MovedView>;
  /** Into `toDriveId`, or within the drive. */
  copy(
    session: Session,
    driveId: string,
    entryId: string,
    request: CopyRequest & { readonly toDriveId?: string | undefined },
  ): Promise<CopiedView>;
  trash(
    session: Session,
    driveId: string,
    entryId: string,
    conditions: Pick<MoveOptions, 'ifMatch'>,
  ): Promise<EntryView>;
  listTrash(session: Session, driveId: string, page: Page): Promise<TrashList>;
  restoreFromTrash(
    session: Session,
    driveId: string,
    entryId: string,
    to: Destination & Pick<MoveOptions, 'force'>,
  ): Promise<MovedView>;
  /** Removes something in the trash for good. */
  purge(session: Session, driveId: string, entryId: string): Promise<void>;
  emptyTrash(session: Session, driveId: string): Promise<EmptiedView>;
}

export interface TreeActsDeps extends TrashDeps, CopyDeps {
  readonly enter: (session: Session, driveId: string, need: Need) => Promise<DriveAccess>;
}

export function treeActs(deps: TreeActsDeps): TreeActs {
  const { records, enter } = deps;
  const view = async (access: DriveAccess, entryId: string): Promise<EntryView> =>
    entryView(records, access, await locate(records, access, entryId));
  const movedView = async (access: DriveAccess, { entryId, outcome }: Moved): Promise<MovedView> => ({
    outcome,
    entry: await view(access, entryId),
  });

  return {
    async move(session, driveId, entryId, to, options) {
      const access = await enter(session, driveId, 'edit');
      return movedView(access, await moveEntry(deps, access, entryId, to, options));
    },

    async copy(session, driveId, entryId, { toDriveId = driveId, ...request }) {
      const source = await enter(session, driveId, toDriveId === driveId ? 'edit' : 'view');
      const target = toDriveId === driveId ? source : await enter(session, toDriveId, 'edit');
      const made = await copyEntry(deps, source, target, entryId, request);
      return { outcome: made.outcome, entry: await view(target, made.entryId) };
    },

    async trash(session, driveId, entryId, conditions) {
      const access = await enter(session, driveId, 'edit');
      await trashEntry(deps, access, entryId, conditions);
      return view(access, entryId);
    },

    async listTrash(session, driveId, page) {
      return listTrash(deps, await enter(session, driveId, 'view'), page);
    },

    async restoreFromTrash(session, driveId, entryId, to) {
      const access = await enter(session, driveId, 'edit');
      return movedView(access, await restoreEntry(deps, access, entryId, to));
    },

    async purge(session, driveId, entryId) {
      const access = await enter(session, driveId, 'edit');
      refuseUnlessManager(access);
      await purgeEntry(deps, access, entryId);
      deps.onPurge();
    },

    async emptyTrash(session, driveId) {
      const access = await enter(session, driveId, 'edit');
      refuseUnlessManager(access);
      const purged = await emptyTrash(deps, access);
      deps.onPurge();
      return { purged };
    },
  };
}
