import type { Collection, Db, IndexDescription } from 'mongodb';
import { protocolLogs } from '../flow-store.ts';

/** For retention. A TTL index where that is asked for; our own sweep goes by the same time. */
const STORED: IndexDescription = { key: { _stored: 1 }, name: '_stored_1' };
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
const NOTICE: readonly IndexDescription[] = [{ key: { _last: -1 } }, { key: { uids: 1 } }, STORED];
const COVERAGE: readonly IndexDescription[] = [{ key: { _sensor: 1, from: -1 } }, STORED];

/** Makes what is missing. `ttlMs`: after so long MongoDB removes documents itself; `null`: it does not. */
export async function prepareCollections(database: Db, ttlMs: number | null): Promise<void> {
  const wanted = new Map<string, readonly IndexDescription[]>([
    ...protocolLogs.map((name) => [name, LOG] as const),
    ['conn', CONN],
    ['notice', NOTICE],
    ['coverage', COVERAGE],
  ]);
  const ttl = ttlMs === null ? {} : { expireAfterSeconds: Math.ceil(ttlMs / 1000) };
  await Promise.all(
    [...wanted].map(async ([name, indexes]) => {
      const collection = database.collection(name);
      await dropOtherTtl(collection, ttl.expireAfterSeconds);
      await collection.createIndexes(indexes.map((each) => (each === STORED ? { ...each, ...ttl } : each)));
    }),
  );
  await database.collection('sums').createIndexes([{ key: { hour: 1 } }, { key: { _stored: 1 } }]);
}

const NAMESPACE_NOT_FOUND = 26;

/** An index keeps its time when another is asked for under its name. */
async function dropOtherTtl(collection: Collection, seconds: number | undefined): Promise<void> {
  try {
    const found = (await collection.indexes()).find(({ name }) => name === STORED.name);
    if (found && found['expireAfterSeconds'] !== seconds) await collection.dropIndex('_stored_1');
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== NAMESPACE_NOT_FOUND) throw error;
  }
}

function recordsIn(order: typeof CONN_ORDER | typeof LOG_ORDER): readonly IndexDescription[] {
  return [
    { key: order },
    { key: { _ends: 1, ...order } },
    // Of either end: a port is looked for in both.
    { key: { 'id.resp_p': 1, ...order } },
    { key: { 'id.orig_p': 1, ...order } },
    { key: { uid: 1 } },
    STORED,
  ];
}
