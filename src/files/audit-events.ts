import { actorOf, type AuditEvent, type AuditFacts } from '../base/audit-event.ts';
import type { DriveAccess } from './keys/access.ts';
import type { Holder } from './shares/share-rows.ts';

/** An event about one entry of a drive; its history lists it. Facts are ids and sizes, never names. */
export function entryEvent(
  act: 'folder.made' | 'version.stored' | 'version.restored' | 'version.read',
  access: Pick<DriveAccess, 'driveId' | 'session'>,
  entryId: string,
  facts: AuditFacts,
): AuditEvent {
  return { act, ...actorOf(access.session), subjectIds: [entryId], facts: { driveId: access.driveId, ...facts } };
}

/** What a share's events say: which version, and who may open it. */
export interface SharedFacts {
  readonly shareId: string;
  readonly driveId: string;
  readonly entryId: string;
  readonly versionId: string;
  readonly holder: Holder;
}

/** Who does something with a share; `null`: the server by itself. */
export type ShareActor = Parameters<typeof actorOf>[0] | null;

/** Somebody shared a version, took a share back, or read one: in the history of the file. */
export function shareEvent(
  act: 'share.made' | 'share.ended' | 'share.read',
  actor: ShareActor,
  { entryId, holder, ...facts }: SharedFacts,
): AuditEvent {
  return {
    act,
    ...(actor === null ? { actorId: null, sessionId: null } : actorOf(actor)),
    subjectIds: [entryId],
    facts: { ...facts, holderKind: holder.kind, holderId: holder.id },
  };
}
