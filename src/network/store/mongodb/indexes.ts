import type { Db, IndexDescription } from 'mongodb';
import { protocolLogs } from '../flow-store.ts';

/** For retention. It is no TTL index: those end by a time of their own, and what is kept for how long is one setting. */
const STORED: IndexDescription = { key: { _stored: 1 } };
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

/** Makes what is missing. */
export async function prepareCollections(database: Db): Promise<void> {
  const wanted = new Map<string, readonly IndexDescription[]>([
    ...protocolLogs.map((name) => [name, LOG] as const),
    ['conn', CONN],
    ['notice', NOTICE],
    ['coverage', COVERAGE],
  ]);
  await Promise.all([...wanted].map(([name, indexes]) => database.collection(name).createIndexes([...indexes])));
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
