import { hasCode } from '../../base/errors.ts';
import type { AuditTrail } from '../../base/audit-event.ts';
import type { RecordOperation, RecordStore } from '../../storage/index.ts';
import { eventByNobody } from '../audit-events.ts';
import { accountErrors } from '../errors.ts';
import { keys } from '../records.ts';
import { forgetWrappedRing } from './kms/ring-in-kms.ts';
import type { WorkspaceRow } from './open-workspace-key.ts';
import type { RingPlace } from './ring-place.ts';
import { fingerprintOf, workspaceKeyOf, type WorkspaceKey } from './workspace-key.ts';

export interface RingMoved {
  readonly generations: number;
  /** Of the generation that writes. */
  readonly fingerprint: string;
}

export interface MoveRingRequest {
  readonly from: RingPlace;
  readonly to: RingPlace;
  readonly records: RecordStore;
  /** The trail that this ring signs, which is told of the move in the transaction that ends it. */
  readonly audit: (workspaceKey: WorkspaceKey) => Pick<AuditTrail<RecordOperation>, 'operations'>;
}

/**
 * Puts the ring of a stopped workspace elsewhere, reads it again from there and compares. Its old place is only read, but that what KMS had wrapped
 * goes from the records when the ring leaves it for a file. Repeated after a crash it goes on, and tells the audit trail when it ends.
 *
 * Throws `workspace_key_missing`, `workspace_key_mismatch` (the ring is not that of these records, or another one is at the new place), and what
 * the places throw.
 */
export async function moveRing({ from, to, records, audit }: MoveRingRequest): Promise<RingMoved> {
  const attempted = `Move the workspace key from ${from.shown} to ${to.shown}`;
  const known = await records.get<WorkspaceRow>(keys.workspaceKey.pk, keys.workspaceKey.sk);
  if (!known) throw accountErrors('workspace_key_mismatch', { attempted, detail: 'the records name no workspace' });
  const { workspaceId, fingerprints } = known.value;
  const ring = await from.read(workspaceId);
  if (!ring) throw accountErrors('workspace_key_missing', { attempted });
  if (fingerprints.some((fingerprint, index) => fingerprint !== fingerprintOf(ring[index] ?? NO_KEY))) {
    throw accountErrors('workspace_key_mismatch', { attempted });
  }
  const there = await readThere(to, workspaceId);
  if (there && !isSame(there, ring)) {
    const remedy = 'Choose another place, or take away what is there.';
    throw accountErrors('workspace_key_mismatch', { attempted, detail: `another key is ${to.shown}`, remedy });
  }
  if (!there) {
    const { operations } = await to.begin(ring, workspaceId);
    if (operations.length > 0) await records.transact(operations);
    const read = await to.read(workspaceId);
    if (!read || !isSame(read, ring)) {
      throw accountErrors('workspace_key_unwritable', { attempted, detail: 'it does not read back as it was' });
    }
  }
  const moved = { from: from.kind, to: to.kind, generations: ring.length };
  await records.transact([
    ...(from.kind === 'kms' && to.kind === 'file' ? [forgetWrappedRing()] : []),
    ...audit(workspaceKeyOf(ring, workspaceId, fingerprints.length)).operations(
      eventByNobody('workspace_key.moved', null, moved),
    ),
  ]);
  return { generations: ring.length, fingerprint: fingerprints.at(-1) ?? '' };
}

const NO_KEY = Buffer.alloc(32);

/** What another key of KMS wrapped is wrapped anew. */
async function readThere(to: RingPlace, workspaceId: string): Promise<Buffer[] | null> {
  try {
    return await to.read(workspaceId);
  } catch (error) {
    if (hasCode(error, 'workspace_key_mismatch')) return null;
    throw error;
  }
}

function isSame(one: readonly Buffer[], other: readonly Buffer[]): boolean {
  return one.length === other.length && one.every((key, index) => key.equals(other[index] ?? NO_KEY));
}
