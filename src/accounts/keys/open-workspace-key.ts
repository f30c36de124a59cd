import { randomBytes } from 'node:crypto';
import { timestamp, type Clock } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { RecordOperation, RecordStore } from '../../storage/index.ts';
import { accountErrors } from '../errors.ts';
import { keys } from '../records.ts';
import type { RingPlace } from './ring-place.ts';
import { fingerprintOf, workspaceKeyOf, type WorkspaceKeyRing } from './workspace-key.ts';

export type WorkspaceRow = {
  readonly workspaceId: string;
  /**
   * One per generation in force, in order; the last one writes. Tells which ring belongs here, and nothing about
   * the key itself.
   */
  readonly fingerprints: readonly string[];
  readonly createdTime: string;
  /** When the second generation came into force, the third, … */
  readonly rotatedTimes?: readonly string[];
};

/** Whether the records are those of a workspace that was begun. */
export async function hasWorkspace(records: RecordStore): Promise<boolean> {
  return (await records.get(keys.workspaceKey.pk, keys.workspaceKey.sk)) !== null;
}

/**
 * Reads the ring from where it lies and holds it against the fingerprints in the records. A new workspace (records without a
 * fingerprint) gets a new ring, unless a key file was put there already: then that one becomes the workspace's.
 *
 * Keys that the ring holds beyond the fingerprints are ready for `admin keys rotate` and do not write yet. A rotation
 * that a crash interrupted is just that state.
 *
 * Throws `workspace_key_missing`, `workspace_key_mismatch`, and what the place throws.
 */
export async function openWorkspaceKey(deps: {
  readonly place: RingPlace;
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Asked before anything of a new workspace is written; rejects when there must be none here. */
  readonly beforeNew?: () => Promise<void>;
  /** Written with a new workspace. */
  readonly withNew?: readonly RecordOperation[];
}): Promise<WorkspaceKeyRing> {
  const { place, records, clock, log } = deps;
  const attempted = `Open the workspace key ${place.shown}`;
  const known = await records.get<WorkspaceRow>(keys.workspaceKey.pk, keys.workspaceKey.sk);
  if (!known) await deps.beforeNew?.();
  const workspaceId = known?.value.workspaceId ?? newId();
  const found = await place.read(known?.value.workspaceId ?? null);
  if (!found && known) throw accountErrors('workspace_key_missing', { attempted });
  const begun = found ? { ring: found, operations: [] } : await place.begin([randomBytes(32)], workspaceId);
  const { ring } = begun;
  const fingerprints = ring.map((key) => fingerprintOf(key));
  if (!known) {
    const row: WorkspaceRow = { workspaceId, fingerprints, createdTime: timestamp(clock()) };
    try {
      await records.transact([
        { op: 'put', ...keys.workspaceKey, value: row, if: 'absent' },
        ...begun.operations,
        ...(deps.withNew ?? []),
      ]);
      return workspaceKeyOf(ring, workspaceId);
    } catch (error) {
      // Another server of the same new workspace was first: its fingerprint decides.
      if (!hasCode(error, 'record_conflict')) throw error;
      return openWorkspaceKey(deps);
    }
  }
  const inForce = known.value.fingerprints;
  if (inForce.some((fingerprint, index) => fingerprint !== fingerprints[index])) {
    const older = fingerprints.length < inForce.length && fingerprints.every((each, index) => each === inForce[index]);
    const detail = `it holds ${fingerprints.length} of ${inForce.length} generations; it was copied before "admin keys rotate"`;
    throw accountErrors('workspace_key_mismatch', { attempted, ...(older ? { detail } : {}) });
  }
  if (fingerprints.length > inForce.length) {
    log.warn(
      { place: place.shown },
      'The workspace key holds a generation that is not in force yet: run "holdfast admin keys rotate"',
    );
  }
  return workspaceKeyOf(ring, workspaceId, inForce.length);
}
