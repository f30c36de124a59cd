import { randomBytes } from 'node:crypto';
import { timestamp } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import { acquireLease, type RecordItem } from '../../storage/index.ts';
import type { AccountDeps } from '../account-deps.ts';
import { accountEvent } from '../audit-events.ts';
import { accountErrors } from '../errors.ts';
import { keys } from '../records.ts';
import type { Session } from '../session.ts';
import { publishToAdmins } from './ring-copies.ts';
import type { WorkspaceRow } from './open-workspace-key.ts';

export type WorkspaceKeyView = {
  /** The generation that writes. */
  readonly generation: number;
  readonly keys: readonly {
    readonly generation: number;
    /** Tells one key from others, and nothing about it: the same on every server of the workspace. */
    readonly fingerprint: string;
    /** `ready`: in the file of this server, and not in force yet. */
    readonly state: 'writes' | 'verifies' | 'ready';
    /** `null` while it is not in force. */
    readonly sinceTime: string | null;
  }[];
};

/** What the ring holds, as this server sees it. */
export async function workspaceKeyView({
  records,
  workspaceKey,
}: Pick<AccountDeps, 'records' | 'workspaceKey'>): Promise<WorkspaceKeyView> {
  const item = await records.get<WorkspaceRow>(keys.workspaceKey.pk, keys.workspaceKey.sk);
  const { generation, fingerprints } = workspaceKey;
  return {
    generation,
    keys: fingerprints.map((fingerprint, index) => ({
      generation: index + 1,
      fingerprint,
      state: index + 1 === generation ? 'writes' : index + 1 < generation ? 'verifies' : 'ready',
      sinceTime: (index === 0 ? item?.value.createdTime : item?.value.rotatedTimes?.[index - 1]) ?? null,
    })),
  };
}

export type KeyRotation = WorkspaceKeyView & {
  /** Admins whose copy in the stores holds the new key. */
  readonly adminCopies: number;
};

const LEASE_MS = 15_000;

/**
 * Gives the workspace key a new generation. Passwords move to it at their next login, other records when they are next
 * written; what earlier generations authenticated goes on being verified by them.
 *
 * The steps are in an order in which a crash between any two loses nothing: the new key is where the ring lies, and in the
 * copies of all admins in both stores, before the one transaction that puts it in force. Until then it is `ready`, and
 * the next call goes on with the same key. With `prepareOnly` the call ends there, so that the key file can be carried
 * to the other servers first.
 *
 * Throws `workspace_key_busy`, `workspace_key_unreadable`, `workspace_key_unwritable`, `workspace_key_mismatch`, and
 * what the stores throw.
 */
export async function rotateWorkspaceKey(
  { by, prepareOnly = false }: { readonly by: Session; readonly prepareOnly?: boolean | undefined },
  deps: AccountDeps,
): Promise<KeyRotation> {
  const { records, workspaceKey, clock, ringPlace } = deps;
  const { workspaceId } = workspaceKey;
  const attempted = 'Rotate the workspace key';
  await using lease = await acquireLease(records, 'workspace-key', { ttlMs: LEASE_MS, holder: 'key rotation', clock });
  if (!lease) throw accountErrors('workspace_key_busy', { attempted });

  const row = await readRow(deps, attempted);
  const ring = (await ringPlace.read(workspaceId)) ?? [];
  const inForce = row.value.fingerprints.length;
  workspaceKey.adopt(ring, inForce);
  if (workspaceKey.fingerprints.slice(0, inForce).join() !== row.value.fingerprints.join()) {
    throw accountErrors('workspace_key_mismatch', { attempted });
  }
  if (ring.length === inForce) {
    ring.push(randomBytes(32));
    await ringPlace.replace(ring, workspaceId);
    workspaceKey.adopt(ring, inForce);
  }
  const copies = await publishToAdmins(deps);
  if (!prepareOnly) {
    await putInForce(row, by, attempted, deps);
    workspaceKey.adopt(ring, inForce + 1);
    // Somebody may have become an admin after the list was read, with a copy of the older ring.
    for (const accountId of await publishToAdmins(deps, copies)) copies.add(accountId);
    deps.log.warn({ generation: inForce + 1 }, 'The workspace key has a new generation');
  }
  return { ...(await workspaceKeyView(deps)), adminCopies: copies.size };
}

async function putInForce(
  row: RecordItem<WorkspaceRow>,
  by: Session,
  attempted: string,
  deps: AccountDeps,
): Promise<void> {
  const { fingerprints, rotatedTimes = [] } = row.value;
  const next = deps.workspaceKey.fingerprints[fingerprints.length];
  if (next === undefined) throw accountErrors('workspace_key_mismatch', { attempted });
  const value: WorkspaceRow = {
    ...row.value,
    fingerprints: [...fingerprints, next],
    rotatedTimes: [...rotatedTimes, timestamp(deps.clock())],
  };
  try {
    await deps.records.transact([
      { op: 'put', ...keys.workspaceKey, value, if: { revision: row.revision } },
      ...deps.audit.operations(
        accountEvent('workspace_key.rotated', by, { generation: value.fingerprints.length }, null),
      ),
    ]);
  } catch (error) {
    throw hasCode(error, 'record_conflict') ? accountErrors('workspace_key_busy', { attempted, cause: error }) : error;
  }
}

async function readRow({ records }: AccountDeps, attempted: string): Promise<RecordItem<WorkspaceRow>> {
  const item = await records.get<WorkspaceRow>(keys.workspaceKey.pk, keys.workspaceKey.sk);
  if (!item) throw accountErrors('workspace_key_mismatch', { attempted, detail: 'the records name no workspace' });
  return item;
}
