import type { AccountProvisioner, DriveRotation, Session } from '../accounts/index.ts';
import type { Suite } from '../age/index.ts';
import { actorOf, type AuditTrail } from '../base/audit-event.ts';
import type { Clock } from '../base/clock.ts';
import { isId, newId } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import type { ObjectStore, RecordOperation, RecordStore } from '../storage/index.ts';
import { entryEvent } from './audit-events.ts';
import {
  mayStill,
  openDrive,
  openIdentities,
  visibleDrives,
  type DriveAccess,
  type Need,
  type RowMac,
} from './keys/access.ts';
import { browseActs, type BrowseActs } from './browse-acts.ts';
import { withChangeHints, type FileChange } from './change-hints.ts';
import { backupStatus } from './copies/backup-status.ts';
import type { Conditions, Made, Target } from './versions/commit-version.ts';
import { startCopier, type Copier } from './copies/copier.ts';
import type { MustHaveRoom } from './copies/copy-object.ts';
import { openOpeningThread } from './opening/opening-thread.ts';
import type { PlaceInFiles } from './opening/opening-worker.ts';
import { downloadOf, openDownload, watchedDownload, type Download } from './versions/download.ts';
import { formatKeyring } from './keys/drive-keys.ts';
import { asFile, locate, locateFile, locateFolder, type Located } from './entries/entries.ts';
import { lookUp, makeFolder } from './entries/folders.ts';
import type { EntryHistory } from './entries/history.ts';
import { closeDrives } from './keys/close-drives.ts';
import { republishDrives, rotateDrives } from './keys/rotate-drives.ts';
import { watchForeground } from './foreground.ts';
import { openKeyCache } from './keys/key-cache.ts';
import { openListing } from './listing/listing.ts';
import { markLost } from './copies/object-rows.ts';
import type { Page } from './entries/paging.ts';
import { driveProvisioner } from './keys/provision.ts';
import type { FileRow, StoreName, VersionRow } from './records.ts';
import type { FilesSettings } from './settings.ts';
import { openHeaderPool } from './sealing/header-pool.ts';
import { openSealingThread } from './sealing/sealing-thread.ts';
import { storeFile, type Upload } from './versions/store.ts';
import { findVersion, listVersions, restoreVersion } from './versions/versions.ts';
import { driveView, entryView, fileView, shownFile, versionView } from './entries/views.ts';
import { quotaActs, type QuotaActs } from './quota/quota-acts.ts';
import { giveBack, type QuotaDeps } from './quota/usage.ts';
import { startPurger, type Purger } from './trash/purger.ts';
import type { Holder } from './shares/share-rows.ts';
import { openShares, type Shares } from './shares/shares.ts';
import { treeActs, type TreeActs } from './tree-acts.ts';
import { zipFolder, type FolderZip } from './zip/zip-folder.ts';
import type {
  BackupStatusView,
  DriveList,
  DriveView,
  EntryView,
  KeyringExport,
  StoredView,
  VersionList,
} from './wire.ts';

export interface FilesDeps {
  readonly records: RecordStore;
  readonly primary: ObjectStore;
  readonly backup: ObjectStore;
  readonly rowMac: RowMac;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: FilesSettings;
  /** Proves the credential again before keys are handed out. Throws when it is wrong. */
  readonly verifyPassword: (session: Session, password: string) => Promise<void>;
  /** What the others call an account; `null` when it is gone. */
  readonly accountName: (accountId: string) => Promise<string | null>;
  /** Whether a store still holds the workspace; `null`: it does not answer. Without it nobody looks. */
  readonly isStillOurs?: (store: ObjectStore) => Promise<boolean | null>;
  /** Where a thread may read beside the records and the primary store; default nowhere. */
  readonly inFiles?: PlaceInFiles | null;
  /** What new drives are encrypted with; default `pq`. */
  readonly suite?: Suite;
  /** Names this process among the servers of the workspace; default a fresh id. */
  readonly holder?: string;
  /** Whether it is the only one now, as the lock of the data folder makes sure; default false. */
  readonly isAlone?: boolean;
  /** Every act is noted there, in its own transaction; reads a moment later. */
  readonly audit: AuditTrail<RecordOperation>;
  /** What was noted there of one entry. */
  readonly history: EntryHistory;
  /** Told of what changed, after it was written; see {@link FileChange}. It must return at once. */
  readonly onChange?: (change: FileChange) => void;
  /** What somebody who holds shares is called; `null` to who may not know. */
  readonly holderName?: (session: Session, holder: Holder) => Promise<string | null>;
  /** Told when a share was taken back from who holds it. It must return at once. */
  readonly onShareEnded?: (holder: Holder, reference: string) => void;
  /** See {@link QuotaDeps}. */
  readonly onQuota?: NonNullable<QuotaDeps['onQuota']>;
  /** Asked before anything is written into a store; without it disks are filled to the last byte. */
  readonly mustHaveRoom?: MustHaveRoom;
}

/** Everything a person can do with files. Each call decides anew whether this session may do it. */
export interface Files extends TreeActs, BrowseActs, QuotaActs, AsyncDisposable {
  readonly settings: FilesSettings;
  readonly shares: Shares;
  /** Makes the personal drive of a new account. */
  readonly provision: AccountProvisioner;
  drives(session: Session): Promise<DriveList>;
  /** Ids of the drives that an account may look into; needs and opens no key. */
  visibleDrives(accountId: string): Promise<string[]>;
  /** See {@link mayStill}: asked again while something long goes on. */
  mayStill(accountId: string, driveId: string, need: Need): Promise<void>;
  drive(session: Session, driveId: string): Promise<DriveView>;
  /** `root` stands for the root folder, here and below. */
  entry(session: Session, driveId: string, entryId: string): Promise<EntryView>;
  lookUp(session: Session, driveId: string, path: string): Promise<EntryView>;
  makeFolder(
    session: Session,
    driveId: string,
    folderId: string,
    request: { readonly name: string; readonly idempotencyKey?: string | undefined },
  ): Promise<EntryView>;
  store(session: Session, driveId: string, target: Target, upload: Upload): Promise<StoredView>;
  /** A file's content: its newest version, or a given one. */
  open(session: Session, driveId: string, entryId: string, versionId?: string): Promise<Download>;
  /** A folder with all that lies in it, as one archive. */
  zip(session: Session, driveId: string, folderId: string): Promise<FolderZip>;
  versions(session: Session, driveId: string, entryId: string, page: Page): Promise<VersionList>;
  restore(
    session: Session,
    driveId: string,
    entryId: string,
    versionId: string,
    options: Conditions & { readonly idempotencyKey?: string | undefined },
  ): Promise<StoredView>;
  exportKeyring(session: Session, driveId: string, password: string): Promise<KeyringExport>;
  backupStatus(): Promise<BackupStatusView>;
  /** Drops the keys that a login session had opened; called when it ends. */
  forgetSession(sessionId: string): void;
  /** The same for all sessions of an account. */
  forgetAccount(accountId: string): void;
  /** See {@link rotateDrives}: for an account that gets a new identity. */
  rotateDrives(session: Session, nextRecipient: string): Promise<DriveRotation>;
  /** See {@link republishDrives}. */
  republishDrives(accountId: string): Promise<void>;
  /** See {@link closeDrives}: for an account that is being destroyed. */
  closeDrives(accountId: string): Promise<void>;
  /** Makes every copy that is due, now. */
  copyDue(): Promise<void>;
  /** Resolves when no index of a large folder is being made. */
  indexesMade(): Promise<void>;
  /** Removes what is due to be removed, rows and objects, now. */
  purgeDue(): Promise<void>;
}

/** Owns the copier, the purger, threads, and the caches of opened keys and names: dispose it before the stores. */
export function openFiles(deps: FilesDeps): Files {
  const { clock, log, settings, rowMac, audit } = deps;
  const records = deps.onChange ? withChangeHints(deps.records, deps.onChange) : deps.records;
  const stores = { primary: deps.primary, backup: deps.backup };
  const openingThread = openOpeningThread({ place: deps.inFiles ?? null, log });
  const keyCache = openKeyCache({
    clock,
    idleMs: settings.driveKeysIdleMs,
    maxEntries: settings.driveKeysCached,
    onForgotten: (keys) => openingThread.forget(keys),
  });
  const accessDeps = { records, rowMac, keyCache, log };
  const { holder = newId(), isAlone = false, mustHaveRoom } = deps;
  const thread = openSealingThread(log);
  const foreground = watchForeground();
  const background = { records, stores, clock, log, holder, settings, audit, thread };
  const copier: Copier = startCopier({
    ...background,
    mustHaveRoom,
    isBusy: foreground.isBusy,
    quiet: (longestMs, signal) => foreground.quiet(longestMs, signal),
    onDeletion: () => purger.notify(),
  });
  const purger: Purger = startPurger({
    ...background,
    onObjectsGone: (driveId, gone) => giveBack(records, driveId, gone),
  });

  const listing = openListing({ records, clock, log, settings, isBusy: foreground.isBusy });

  const reports = new Set<Promise<void>>();
  const onDamage = (objectId: string, store: StoreName): void => {
    const report = markLost({ records, clock }, objectId, store)
      .then((news) => {
        if (news) log.error({ objectId, store }, 'a copy is missing or altered; it will be mended from the other one');
        copier.notify();
      })
      .catch((error: unknown) => log.error({ objectId, store, error: String(error) }, 'a lost copy could not be noted'))
      .finally(() => reports.delete(report));
    reports.add(report);
  };

  const writeDeps = {
    ...settings,
    ...(deps.onQuota ? { onQuota: deps.onQuota } : {}),
    records,
    stores,
    clock,
    log,
    holder,
    isAlone,
    audit,
    thread,
    headers: openHeaderPool(thread, foreground),
    mustHaveRoom,
    onCopyJob: () => copier.notify(),
  };
  const readDeps = { stores, readStallMs: settings.readStallMs, log, onDamage, thread };
  const viewDeps = { records, accountName: deps.accountName };
  const enter = (session: Session, driveId: string, need: Need): Promise<DriveAccess> =>
    openDrive(accessDeps, session, driveId, need);

  const storedView = async (access: DriveAccess, made: Made): Promise<StoredView> => {
    const file = await locateFile(records, access, made.entryId);
    listing.wrote(access, file.folderId);
    const version = await findVersion(records, file, made.versionId);
    return { outcome: made.outcome, entry: await fileView(records, access, file, version) };
  };

  const watched = (access: DriveAccess, entryId: string, opened: Download): Download => {
    const event = entryEvent('version.read', access, entryId, { versionId: opened.versionId });
    return watchedDownload(opened, foreground, () => audit.note(event, { seldom: true }));
  };
  const download = async (access: DriveAccess, file: Located<FileRow>, version: VersionRow): Promise<Download> =>
    watched(access, file.entryId, await openDownload(readDeps, records, access, file, version));

  const drive = async (session: Session, driveId: string): Promise<DriveView> => {
    const access = await enter(session, driveId, 'view');
    return driveView(access, await locate(records, access, access.drive.rootId));
  };

  return {
    ...quotaActs({ ...writeDeps, accountName: deps.accountName }),
    ...treeActs({ ...writeDeps, reading: readDeps, enter, onPurge: () => purger.notify() }),
    ...browseActs({ ...settings, ...viewDeps, clock, listing, enter, history: deps.history }),
    settings,
    shares: openShares({
      ...{ records, clock, rowMac, audit, foreground, enter, reading: readDeps, accountName: deps.accountName },
      maxFolderDepth: settings.maxFolderDepth,
      holderName: deps.holderName ?? (async () => null),
      onShareEnded: deps.onShareEnded ?? (() => {}),
    }),
    provision: driveProvisioner({
      primary: deps.primary,
      backup: deps.backup,
      rowMac,
      clock,
      audit,
      suite: deps.suite ?? 'pq',
    }),

    async drives(session) {
      const prefix = 'drive#';
      const { items } = await records.query(`account#${session.accountId}`, { prefix, limit: 1000 });
      return { drives: await Promise.all(items.map(({ sk }) => drive(session, sk.slice(prefix.length)))) };
    },
    drive,
    visibleDrives: (accountId) => visibleDrives(accessDeps, accountId),
    mayStill: (accountId, driveId, need) => mayStill(accessDeps, accountId, driveId, need),

    async entry(session, driveId, entryId) {
      const access = await enter(session, driveId, 'view');
      return entryView(records, access, await locate(records, access, entryId));
    },

    async lookUp(session, driveId, path) {
      const access = await enter(session, driveId, 'view');
      return entryView(records, access, await lookUp(records, access, path, settings.maxPathBytes));
    },

    async makeFolder(session, driveId, folderId, request) {
      const access = await enter(session, driveId, 'edit');
      const made = await locate(records, access, (await makeFolder(writeDeps, access, folderId, request)).entryId);
      listing.wrote(access, made.folderId);
      return entryView(records, access, made);
    },

    async store(session, driveId, target, upload) {
      const access = await enter(session, driveId, 'edit');
      const { made, written } = await foreground.during(() => storeFile(writeDeps, access, target, upload));
      if (!written) return storedView(access, made);
      const { file } = written;
      listing.wrote(access, file.folderId);
      return { outcome: made.outcome, entry: shownFile(access, file, file.row.head, written) };
    },

    async open(session, driveId, entryId, versionId) {
      const access = await enter(session, driveId, 'view');
      const opening = isId(entryId) ? openingThread.open(access, entryId, versionId) : null;
      const opened = opening && (await foreground.during(() => opening));
      if (opened) return watched(access, entryId, downloadOf(opened));
      const file = asFile(await locate(records, access, entryId));
      return download(access, file, await findVersion(records, file, versionId));
    },

    async zip(session, driveId, folderId) {
      const access = await enter(session, driveId, 'view');
      const folder = await locateFolder(records, access, folderId);
      const zipDeps = {
        records,
        download: (of: DriveAccess, file: Located<FileRow>) => download(of, file, file.row.head),
      };
      return zipFolder(zipDeps, access, folder);
    },

    async versions(session, driveId, entryId, page) {
      const access = await enter(session, driveId, 'view');
      const file = await locateFile(records, access, entryId);
      const { versions, next } = await listVersions(records, file, page);
      const views = await Promise.all(versions.map((version) => versionView(viewDeps, access, file, version)));
      return { versions: views, ...(next === undefined ? {} : { next }) };
    },

    async restore(session, driveId, entryId, versionId, options) {
      const access = await enter(session, driveId, 'edit');
      return storedView(access, await restoreVersion(writeDeps, access, entryId, versionId, options));
    },

    async exportKeyring(session, driveId, password) {
      await enter(session, driveId, 'view');
      await deps.verifyPassword(session, password);
      const identityFile = formatKeyring(driveId, await openIdentities(accessDeps, session, driveId));
      // Written before the keys leave: who cannot be named gets none.
      await records.transact(audit.operations({ act: 'keys.exported', ...actorOf(session), subjectIds: [driveId] }));
      return { driveId, identityFile };
    },

    backupStatus: () =>
      backupStatus({
        records,
        stores,
        clock,
        copyOverdueMs: settings.copyOverdueMs,
        copiesBeforeAck: settings.copiesBeforeAck,
        isStillOurs: deps.isStillOurs ?? (() => Promise.resolve(null)),
      }),

    forgetSession(sessionId) {
      keyCache.forgetSession(sessionId);
      listing.forgetSession(sessionId);
    },
    forgetAccount(accountId) {
      keyCache.forgetAccount(accountId);
      listing.forgetAccount(accountId);
    },

    rotateDrives: (session, nextRecipient) =>
      rotateDrives({ ...accessDeps, clock, suite: deps.suite ?? 'pq' }, session, nextRecipient),
    republishDrives: (accountId) => republishDrives({ records, ...stores, rowMac }, accountId),
    async closeDrives(accountId) {
      await closeDrives({ records, ...stores, rowMac, clock, log }, accountId);
      purger.notify();
    },

    async copyDue() {
      await Promise.allSettled(reports);
      await copier.drain();
    },
    indexesMade: () => listing.settled(),
    purgeDue: () => purger.drain(),

    async [Symbol.asyncDispose]() {
      await Promise.allSettled(reports);
      await listing[Symbol.asyncDispose]();
      await copier[Symbol.asyncDispose]();
      await purger[Symbol.asyncDispose]();
      keyCache[Symbol.dispose]();
      await openingThread[Symbol.asyncDispose]();
      await thread[Symbol.asyncDispose]();
    },
  };
}
