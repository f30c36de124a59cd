/**
 * files/ keeps people's files: drives, folders, versions, and two copies of every version. What lies in the stores is
 * encrypted before it gets there; names and keys lie sealed in the records, and only a member's login opens them.
 * It does not know how people log in (accounts/) nor where bytes end up (storage/).
 */
export { openFiles, type Files, type FilesDeps } from './files.ts';
export type { FileChange } from './change-hints.ts';
export { adoptStore } from './copies/adopt-store.ts';
export { bringOver, countObjects, newPass, type BringOverDeps, type Pass } from './copies/bring-over.ts';
export { backupStatus } from './copies/backup-status.ts';
export type { MustHaveRoom } from './copies/copy-object.ts';
export { filesRoutes } from './http/routes.ts';
export { sendContent } from './http/send-content.ts';
export { takeOctets, uploadIn } from './http/upload-routes.ts';
export type { PlaceInFiles } from './opening/opening-worker.ts';
export type { Download } from './versions/download.ts';
export { OFFER_OPERATIONS, type Offer } from './shares/offer.ts';
export type { Holder } from './shares/share-rows.ts';
export type { FileRef, SharedDownload, ShareFacts, Shares } from './shares/shares.ts';
export type { Standing } from './shares/standing.ts';
export type { Upload } from './versions/store.ts';
export type { Target } from './versions/commit-version.ts';
export { fileErrors } from './errors.ts';
export { filesSettings, type FilesSettings } from './settings.ts';
