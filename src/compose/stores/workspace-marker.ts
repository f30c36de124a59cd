/**
 * `workspace.json` in each store says whose it is. Two workspaces in one bucket would delete each other's objects as
 * unreferenced, so a store is claimed once, by a create-only write, and never taken over.
 */
import { type Clock, timestamp } from '../../base/clock.ts';
import { hasCode, HoldfastError } from '../../base/errors.ts';
import { bytesBody, type ObjectStore } from '../../storage/index.ts';
import { composeErrors } from '../errors.ts';
import { type ChangedStore, storeChanged, type StoreName, storeNames } from './known-stores.ts';

export const MARKER = 'workspace.json';
const FORMAT = 'holdfast-workspace-1';
const MAX_BYTES = 64 * 1024;

/** The workspace a store belongs to, `null` when it is free. Throws `store_marker_unreadable`. */
export async function ownerOf(
  store: ObjectStore,
  options: { readonly signal?: AbortSignal } = {},
): Promise<string | null> {
  const found = await store.head(MARKER, options);
  if (!found) return null;
  const attempted = `Read ${MARKER} in ${store.properties.url}`;
  if (found.size > MAX_BYTES) throw composeErrors('store_marker_unreadable', { attempted, detail: 'it is too large' });
  const pieces: Uint8Array[] = [];
  for await (const piece of (await store.get(MARKER, options)).body) pieces.push(piece);
  try {
    const { format, workspaceId } = JSON.parse(Buffer.concat(pieces).toString('utf8')) as Record<string, unknown>;
    if (format === FORMAT && typeof workspaceId === 'string' && workspaceId !== '') return workspaceId;
  } catch (cause) {
    throw composeErrors('store_marker_unreadable', { attempted, detail: 'it is not JSON', cause });
  }
  throw composeErrors('store_marker_unreadable', { attempted, detail: 'it names no workspace of a known format' });
}

/** A store that says nothing for so long is away. */
const PATIENCE_MS = 5000;

/**
 * Whether a store still holds the workspace: one that was emptied, or made anew, answers to everything and has lost all. `null`: it is
 * away, or does not let anybody look.
 */
export async function isStillOurs(store: ObjectStore, workspaceId: string): Promise<boolean | null> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    return (await ownerOf(store, { signal })) === workspaceId;
  } catch (error) {
    if (hasCode(error, 'store_marker_unreadable')) return false;
    if (error instanceof HoldfastError || signal.aborted) return null;
    throw error;
  }
}

/** In the order of the stores. */
export function ownersOf(stores: readonly ObjectStore[]): Promise<(string | null)[]> {
  return Promise.all(stores.map((store) => ownerOf(store)));
}

/** Before a workspace is made: stores that have an owner belong to records that are not here. */
export async function refuseOwnedStores(stores: readonly ObjectStore[]): Promise<void> {
  for (const store of stores) {
    if ((await ownerOf(store)) === null) continue;
    throw composeErrors('bucket_of_a_workspace', { attempted: `Start a new workspace on ${store.properties.url}` });
  }
}

export interface Claim {
  readonly stores: { readonly [Name in StoreName]: ObjectStore };
  readonly workspaceId: string;
  readonly clock: Clock;
  /** Nobody has an account yet, so that no store can hold anything of this workspace. */
  readonly isNew: boolean;
  /** Those that are not the ones of the records. */
  readonly changed: readonly ChangedStore[];
  /** The store that is lost for good, or was brought elsewhere, and may begin anew. */
  readonly adopt: StoreName | null;
  /** Fills a store that begins anew. What it does must bear repeating: the marker comes last. */
  readonly fill: (name: StoreName) => Promise<unknown>;
}

/**
 * Claims the free stores of a new workspace. One that is not new has claimed its stores long ago: a store without a
 * marker is then an unmounted disk or a lost one, another store than that of the records may be an old copy, and
 * either is taken in only when `adopt` names it. All stores are looked at before one is claimed, so that a refusal
 * leaves no mark. Answers the stores that it took in.
 * Throws `store_of_other_workspace`, `store_changed` and `store_marker_missing`.
 */
export async function claimStores(claim: Claim): Promise<readonly StoreName[]> {
  const { stores, workspaceId, clock, isNew, adopt } = claim;
  const changed = isNew ? [] : claim.changed;
  const free: StoreName[] = [];
  for (const name of storeNames) {
    const owner = await ownerOf(stores[name]);
    if (owner === null) free.push(name);
    else if (owner !== workspaceId) throw otherWorkspace(stores[name]);
  }
  for (const change of changed) if (change.name !== adopt) throw storeChanged(change);
  for (const name of isNew ? [] : free) {
    if (name === adopt) continue;
    throw composeErrors('store_marker_missing', {
      attempted: `Use the store ${stores[name].properties.url} (${name})`,
      detail: `there is no ${MARKER} in it`,
    });
  }
  // One that was brought here may lack what was stored meanwhile: it is held against the records like an empty one.
  const brought = changed.map(({ name }) => name).filter((name) => !free.includes(name));
  for (const name of brought) await claim.fill(name);
  for (const name of isNew ? [] : free) await claim.fill(name);
  await Promise.all(free.map((name) => putMarker(stores[name], workspaceId, clock)));
  return isNew ? [] : [...brought, ...free];
}

/** Makes the workspace the owner of a store. Throws `store_of_other_workspace` when another one was faster. */
export async function putMarker(store: ObjectStore, workspaceId: string, clock: Clock): Promise<void> {
  const text = `${JSON.stringify({ format: FORMAT, workspaceId, createdTime: timestamp(clock()) }, null, 2)}\n`;
  const bytes = Buffer.from(text);
  try {
    await store.put(MARKER, bytesBody(bytes), { size: bytes.length, createOnly: true });
  } catch (error) {
    if (!hasCode(error, 'object_exists')) throw error;
    if ((await ownerOf(store)) !== workspaceId) throw otherWorkspace(store);
  }
}

/** What to tell whoever started the server with `adopt` set. */
export function adoptionWarnings(adopt: StoreName | null, adopted: readonly StoreName[]): string[] {
  if (adopt === null) return [];
  const out =
    'Start without HOLDFAST_ADOPT_STORE or --adopt-store from now on: with it, a disk that is not mounted is not noticed.';
  return [
    adopted.includes(adopt)
      ? `The store “${adopt}” begins anew; \`holdfast backup status\` tells when everything is in it again. ${out}`
      : out,
  ];
}

function otherWorkspace(store: ObjectStore): Error {
  return composeErrors('store_of_other_workspace', { attempted: `Attach the store ${store.properties.url}` });
}
