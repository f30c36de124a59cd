/**
 * `workspace.json` in each store says whose it is. Two workspaces in one bucket would delete each other's objects as
 * unreferenced, so a store is claimed once, by a create-only write, and never taken over.
 */
import { type Clock, timestamp } from '../base/clock.ts';
import { hasCode } from '../base/errors.ts';
import { bytesBody, type ObjectStore } from '../storage/index.ts';
import { composeErrors } from './errors.ts';

export const MARKER = 'workspace.json';
const FORMAT = 'holdfast-workspace-1';
const MAX_BYTES = 64 * 1024;

/** The workspace a store belongs to, `null` when it is free. Throws `store_marker_unreadable`. */
export async function ownerOf(store: ObjectStore): Promise<string | null> {
  const found = await store.head(MARKER);
  if (!found) return null;
  const attempted = `Read ${MARKER} in ${store.properties.url}`;
  if (found.size > MAX_BYTES) throw composeErrors('store_marker_unreadable', { attempted, detail: 'it is too large' });
  const pieces: Uint8Array[] = [];
  for await (const piece of (await store.get(MARKER)).body) pieces.push(piece);
  try {
    const { format, workspaceId } = JSON.parse(Buffer.concat(pieces).toString('utf8')) as Record<string, unknown>;
    if (format === FORMAT && typeof workspaceId === 'string' && workspaceId !== '') return workspaceId;
  } catch (cause) {
    throw composeErrors('store_marker_unreadable', { attempted, detail: 'it is not JSON', cause });
  }
  throw composeErrors('store_marker_unreadable', { attempted, detail: 'it names no workspace of a known format' });
}

/** Before a workspace is made: stores that have an owner belong to records that are not here. */
export async function refuseOwnedStores(stores: readonly ObjectStore[]): Promise<void> {
  for (const store of stores) {
    if ((await ownerOf(store)) === null) continue;
    throw composeErrors('bucket_of_a_workspace', { attempted: `Start a new workspace on ${store.properties.url}` });
  }
}

/**
 * Claims a free store; throws `store_of_other_workspace` when somebody else's. All are looked at before one is
 * claimed, so that a refusal leaves no mark.
 */
export async function claimStores(stores: readonly ObjectStore[], workspaceId: string, clock: Clock): Promise<void> {
  const owners = await Promise.all(stores.map(ownerOf));
  for (const [index, owner] of owners.entries()) {
    if (owner !== null && owner !== workspaceId) throw otherWorkspace(stores[index]);
  }
  const text = `${JSON.stringify({ format: FORMAT, workspaceId, createdTime: timestamp(clock()) }, null, 2)}\n`;
  for (const [index, store] of stores.entries()) {
    if (owners[index] !== null) continue;
    const bytes = Buffer.from(text);
    try {
      await store.put(MARKER, bytesBody(bytes), { size: bytes.length, createOnly: true });
    } catch (error) {
      if (!hasCode(error, 'object_exists')) throw error;
      if ((await ownerOf(store)) !== workspaceId) throw otherWorkspace(store);
    }
  }
}

function otherWorkspace(store: ObjectStore | undefined): Error {
  return composeErrors('store_of_other_workspace', { attempted: `Attach the store ${store?.properties.url ?? ''}` });
}
