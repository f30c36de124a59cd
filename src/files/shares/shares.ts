import type { KeyObject } from 'node:crypto';
import type { Session } from '../../accounts/index.ts';
import type { AuditTrail } from '../../base/audit-event.ts';
import { hasCode } from '../../base/errors.ts';
import { type ShareActor, shareEvent } from '../audit-events.ts';
import type { Page } from '../entries/paging.ts';
import { fileErrors } from '../errors.ts';
import type { Foreground } from '../foreground.ts';
import type { DriveAccess, Need } from '../keys/access.ts';
import type { CommitDeps } from '../versions/commit-version.ts';
import { type Download, watchedDownload } from '../versions/download.ts';
import type { RecordOperation } from '../../storage/index.ts';
import { endShare } from './end-share.ts';
import { listShares, type ListSharesDeps } from './list-shares.ts';
import { type Offer, type OfferDeps, offerVersion } from './offer.ts';
import { heldShare, openShare, type OpenShareDeps } from './open-share.ts';
import { type Holder, readShare } from './share-rows.ts';
import { type Standing, standingOf } from './standing.ts';
import type { ShareList } from './wire.ts';

/** A version of a file, by where it lies; without a version the newest. */
export interface FileRef {
  readonly driveId: string;
  readonly entryId: string;
  readonly versionId?: string | undefined;
}

/** What a share says in clear to whoever holds it. */
export interface ShareFacts {
  readonly shareId: string;
  readonly byId: string;
  readonly sinceMs: number;
  readonly reference: string;
}

export type SharedDownload = ShareFacts & { readonly download: Download };

/**
 * Single versions of files, opened to others than the members of their drive. That somebody is the holder (in the room, at
 * this moment) is decided by whoever keeps the holders; all else is decided here.
 */
export interface Shares {
  /** For editors and managers of the drive. See {@link offerVersion}; throws as `openDrive` as well. */
  offer(session: Session, file: FileRef): Promise<Offer>;
  /** Throws `share_not_found`. */
  facts(holder: Holder, shareId: string): Promise<ShareFacts>;
  /** See {@link standingOf}. What is damaged counts as ended. */
  standing(holder: Holder, shareId: string): Promise<Standing>;
  /** See {@link openShare}. Reads are noted in the history of the file. */
  open(holder: Holder & { readonly key: KeyObject }, shareId: string, reader: ShareActor): Promise<SharedDownload>;
  /** See {@link endShare}: for who keeps the holder, and knows that the actor may. */
  end(holder: Holder, shareId: string, actor: ShareActor): Promise<void>;
  /** See {@link listShares}. */
  list(session: Session, driveId: string, entryId: string, page: Page): Promise<ShareList>;
  /** For managers of the drive, and for who shared it. Throws `share_not_found`, `drive_read_only`. */
  endAll(session: Session, driveId: string, entryId: string, shareId: string): Promise<void>;
}

export interface SharesDeps extends OfferDeps, OpenShareDeps, ListSharesDeps {
  readonly audit: AuditTrail<RecordOperation> & CommitDeps['audit'];
  readonly foreground: Foreground;
  readonly enter: (session: Session, driveId: string, need: Need) => Promise<DriveAccess>;
  /** Told when a share was taken back by way of its drive. */
  readonly onShareEnded: (holder: Holder, reference: string) => void;
}

export function openShares(deps: SharesDeps): Shares {
  return {
    async offer(session, { driveId, entryId, versionId }) {
      return await offerVersion(deps, await deps.enter(session, driveId, 'edit'), entryId, versionId);
    },

    async facts(holder, shareId) {
      const { byId, sinceMs, reference } = (await heldShare(deps, holder, shareId)).held;
      return { shareId, byId, sinceMs, reference };
    },

    async standing(holder, shareId) {
      try {
        return await standingOf(deps, await readShare(deps, shareId), holder);
      } catch (error) {
        if (hasCode(error, 'drive_damaged')) return 'ended';
        throw error;
      }
    },

    async open(holder, shareId, reader) {
      const { share, held, version, download } = await openShare(deps, holder, shareId);
      const { byId, sinceMs, reference } = held;
      const { entryId, versionId } = version;
      const { kind, id } = holder;
      const facts = { shareId, driveId: share.row.driveId, entryId, versionId, holder: { kind, id } };
      return {
        ...{ shareId, byId, sinceMs, reference },
        download: watchedDownload(download, deps.foreground, () =>
          deps.audit.note(shareEvent('share.read', reader, facts), { seldom: true }),
        ),
      };
    },

    end: (holder, shareId, actor) => endShare(deps, holder, shareId, actor),

    list: async (session, driveId, entryId, page) =>
      await listShares(deps, await deps.enter(session, driveId, 'view'), entryId, page),

    async endAll(session, driveId, entryId, shareId) {
      const access = await deps.enter(session, driveId, 'view');
      const share = await readShare(deps, shareId);
      const isOfEntry = share?.row.driveId === driveId && share.versions.some((each) => each.entryId === entryId);
      if (!share || !isOfEntry) throw fileErrors('share_not_found');
      for (const { kind, id, row } of share.holders) {
        if (access.role !== 'manager' && row.byId !== session.accountId) throw fileErrors('drive_read_only');
        await endShare(deps, { kind, id }, shareId, session);
        deps.onShareEnded({ kind, id }, row.reference);
      }
    },
  };
}
