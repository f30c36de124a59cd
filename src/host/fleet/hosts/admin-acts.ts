/** What admins do with hosts that are known. */
import { hasCode } from '../../../base/errors.ts';
import { hostErrors } from '../../errors.ts';
import { keys, type HostRow } from '../../records.ts';
import { deleteRows } from './delete-rows.ts';
import type { FleetAdmin, FleetDeps } from '../fleet-deps.ts';
import { readHost, withMac } from './genuine-rows.ts';
import { closeFindings } from '../found/close-findings.ts';

const ATTEMPTS = 8;

/** Throws `host_not_found`. */
export async function changeHost(
  deps: FleetDeps,
  who: FleetAdmin,
  hostId: string,
  { label, scanEveryMs }: { readonly label?: string; readonly scanEveryMs?: number },
): Promise<void> {
  await write(deps, who, hostId, 'host.changed', { scanEveryMs: scanEveryMs ?? null }, (row) => ({
    ...row,
    label: label?.toWellFormed() ?? row.label,
    scanEveryMs: scanEveryMs ?? row.scanEveryMs,
  }));
}

/** Its token is refused from now on; what it reported stays. Throws `host_not_found`. */
export async function revokeHost(deps: FleetDeps, who: FleetAdmin, hostId: string): Promise<void> {
  await write(deps, who, hostId, 'host.revoked', {}, (row) => ({ ...row, revokedMs: row.revokedMs ?? deps.clock() }));
}

async function write(
  { records, workspaceKey, audit, ...deps }: FleetDeps,
  { actorId, sessionId }: FleetAdmin,
  hostId: string,
  act: 'host.changed' | 'host.revoked',
  facts: { readonly [name: string]: number | null },
  change: (row: HostRow) => HostRow,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const found = await readHost({ records, workspaceKey, ...deps }, hostId);
    if (!found) throw hostErrors('host_not_found', { attempted: `Change the host ${hostId}` });
    const value = withMac(workspaceKey, 'host', change(found.row));
    try {
      await records.transact([
        { op: 'put', ...keys.host(hostId), value, if: { revision: found.revision } },
        ...audit.operations({ act, actorId, sessionId, subjectIds: [hostId], facts }),
      ]);
      return;
    } catch (error) {
      if (!hasCode(error, 'record_conflict') || attempt === ATTEMPTS) throw error;
    }
  }
}

/**
 * Its token is worth nothing any more, its findings are closed, and all that is kept of it goes. Safe to repeat after a
 * crash: its own row goes last. Throws `host_not_found`.
 */
export async function forgetHost(deps: FleetDeps, who: FleetAdmin, hostId: string): Promise<void> {
  // From here on nothing of it is taken.
  await revokeHost(deps, who, hostId);
  await closeFindings(deps.findings, hostId);
  const { records, audit } = deps;
  await deleteRows(records, hostId);
  const { actorId, sessionId } = who;
  await records.transact([
    { op: 'delete', ...keys.now(hostId) },
    { op: 'delete', ...keys.host(hostId) },
    ...audit.operations({ act: 'host.forgotten', actorId, sessionId, subjectIds: [hostId] }),
  ]);
  // A report that was being taken may have noted some since; from here on it closes them itself.
  await closeFindings(deps.findings, hostId);
}
