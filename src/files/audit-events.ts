import { actorOf, type AuditEvent, type AuditFacts } from '../base/audit-event.ts';
import type { DriveAccess } from './keys/access.ts';

/** An event about one entry of a drive; its history lists it. Facts are ids and sizes, never names. */
export function entryEvent(
  act: 'folder.made' | 'version.stored' | 'version.restored' | 'version.read',
  access: Pick<DriveAccess, 'driveId' | 'session'>,
  entryId: string,
  facts: AuditFacts,
): AuditEvent {
  return { act, ...actorOf(access.session), subjectIds: [entryId], facts: { driveId: access.driveId, ...facts } };
}
