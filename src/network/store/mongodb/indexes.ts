import type { Collection, Db, IndexDescription, IndexDescriptionInfo } from 'mongodb';
import { protocolLogs } from '../flow-store.ts';

/** For retention. A TTL index where that is asked for; our own sweep goes by the same time. */
const STORED_NAME = '_stored_1';
const STORED: IndexDescription = { key: { _stored: 1 }, name: STORED_NAME };
/** In the order of lists, so that nothing has to be sorted. */
const CONN_ORDER = { _us: -1, uid: -1 } as const;
const LOG_ORDER = { _us: -1, _id: -1 } as const;
/** The questions of a SOC: what was there at a time, of whom, at which port, in which state; one flow by its uid. */
const CONN: readonly IndexDescription[] = [
  ...recordsIn(CONN_ORDER),
  { key: { conn_state: 1, ...CONN_ORDER } },
  { key: { _services: 1, ...CONN_ORDER } },
  { key: { community_id: 1 } },
];
const LOG = recordsIn(LOG_ORDER);
const NOTICE: readonly IndexDescription[] = [
  ...[{ key: { _last: -1 } }, { key: { uids: 1 } }],
  ...[{ key: { src: 1, _last: -1 } }, { key: { dst: 1, _last: -1 } }, STORED],
];
const COVERAGE: readonly IndexDescription[] = [{ key: { _sensor: 1, from: -1 } }, STORED];

/**
 * Makes what is missing. `ttlMs`: after so long MongoDB removes documents itself; `null`: it does not; `undefined`: what is there decides, and
 * without anything it does not.
 */
export async function prepareCollections(database: Db, ttlMs: number | null | undefined): Promise<void> {
  const wanted = new Map<string, readonly IndexDescription[]>([
    ...protocolLogs.map((name) => [name, LOG] as const),
    ['conn', CONN],
    ['notice', NOTICE],
    ['coverage', COVERAGE],
  ]);
  const ttl = typeof ttlMs === 'number' ? { expireAfterSeconds: Math.ceil(ttlMs / 1000) } : {};
  const there = await Promise.all(
    [...wanted].map(async ([name, indexes]) => {
      const collection = database.collection(name);
      return { collection, indexes, stored: await storedIndex(collection) };
    }),
  );
  const stays = (stored: IndexDescriptionInfo | null): boolean => stored !== null && ttlMs === undefined;
  for (const { collection, stored } of there) {
    const isOther = stored !== null && stored['expireAfterSeconds'] !== ttl.expireAfterSeconds;
    // An index keeps its time when another is asked for under its name.
    if (isOther && !stays(stored))
      await changeTime(database, collection, { was: stored['expireAfterSeconds'], ...ttl });
  }
  await Promise.all(
    there.map(async ({ collection, indexes, stored }) => {
      await collection.createIndexes(
        indexes.flatMap((each) => {
          if (each !== STORED) return [each];
          return stays(stored) ? [] : [{ ...each, ...ttl }];
        }),
      );
    }),
  );
  await database.collection('sums').createIndexes([{ key: { hour: 1 } }, { key: { _stored: 1 } }]);
}

interface ChangedTime {
  /** `undefined`: it removes nothing. */
  readonly was: unknown;
  readonly expireAfterSeconds?: number;
}

/**
 * In place, so that no index of a large collection is built again; where that cannot be, as where removing begins or ends, the index goes and is made anew
 * after this.
 */
async function changeTime(
  database: Db,
  collection: Collection,
  { was, expireAfterSeconds }: ChangedTime,
): Promise<void> {
  if (was !== undefined && expireAfterSeconds !== undefined) {
    const index = { name: STORED_NAME, expireAfterSeconds };
    try {
      await database.command({ collMod: collection.collectionName, index });
      return;
    } catch (error) {
      if (!hasNumber(error, UNAUTHORIZED, ...NOT_THERE)) throw error;
    }
  }
  try {
    await collection.dropIndex(STORED_NAME);
  } catch (error) {
    // Another server that starts with the same settings was faster.
    if (!hasNumber(error, INDEX_NOT_FOUND)) throw error;
  }
}

/** https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml. Changing in place takes `dbAdmin`, which `readWrite` is not. */
const UNAUTHORIZED = 13;
/** CommandNotFound, CommandNotSupported, NotImplemented: other servers that speak its language say any of them. */
const NOT_THERE = [59, 115, 238] as const;
const INDEX_NOT_FOUND = 27;
const NAMESPACE_NOT_FOUND = 26;

/** `null`: there is none. */
async function storedIndex(collection: Collection): Promise<IndexDescriptionInfo | null> {
  try {
    return (await collection.indexes()).find(({ name }) => name === STORED_NAME) ?? null;
  } catch (error) {
    if (!hasNumber(error, NAMESPACE_NOT_FOUND)) throw error;
    return null;
  }
}

function hasNumber(error: unknown, ...numbers: readonly number[]): boolean {
  return numbers.some((number) => number === (error as { readonly code?: unknown } | null)?.code);
}

function recordsIn(order: typeof CONN_ORDER | typeof LOG_ORDER): readonly IndexDescription[] {
  return [
    { key: order },
    { key: { _ends: 1, ...order } },
    // Whoever asks with Zeek's own names, and does not know of `_ends`.
    { key: { 'id.orig_h': 1, ...order } },
    // Of either end: a port is looked for in both.
    { key: { 'id.resp_p': 1, ...order } },
    { key: { 'id.orig_p': 1, ...order } },
    { key: { uid: 1 } },
    STORED,
  ];
}
