import type { Db, MongoClient } from 'mongodb';
import type { Clock } from '../../../base/clock.ts';
import type { FlowStore } from '../flow-store.ts';
import { noticePage } from '../notice-page.ts';
import { sourceOf } from '../source-of.ts';
import { addBatch } from './add-batch.ts';
import { OPTIONS, sensorViews, talkersOf, timelineOf, usageOf } from './figures.ts';
import { findFlow, findFlows } from './find-flows.ts';
import { findLogs } from './find-logs.ts';
import { findNotices } from './find-notices.ts';
import { prepareCollections } from './indexes.ts';
import { withMongoErrors } from './mongo-errors.ts';
import { MOST_MS } from './queries.ts';
import { type Bounds, removeOld } from './remove-old.ts';
import { boundsOfServer, noteBounds } from './server-bounds.ts';
import { addUpHours, noteAllOnce } from './sums.ts';

export interface MongoFlowsOptions extends Bounds {
  /** Without user and password. */
  readonly url: string;
  /** As they are shown to people. */
  readonly hosts: string;
  readonly user: string | null;
  readonly password: string | null;
  readonly database: string;
  /**
   * Whether MongoDB removes what is kept no longer by itself as well, where it can. `as it is`, the default, is for whoever does not decide it:
   * an index that is there stays, and where a server keeps flows its bounds hold.
   */
  readonly ttl?: 'wanted' | 'unwanted' | 'as it is';
  readonly clock: Clock;
}

/** What the URL does not say otherwise. */
const TIMES = {
  /** For a server that is away. */
  serverSelectionTimeoutMS: 10_000,
  connectTimeoutMS: 10_000,
  /** A server that was reached and says nothing for so long is given up. */
  socketTimeoutMS: 60_000,
};

const SLOW_HOURS =
  'It is tried again with the next sweep. Until then figures of these hours are right and take longer. Look whether the server of MongoDB is there, and whether it has enough memory for an hour of flows.';

/**
 * Flows in MongoDB, in plain collections with Zeek's names: `conn`, one for each log, `notice`, and `coverage` for what sensors looked at. A
 * batch is not one transaction there: what broke off is completed when it comes again, and nothing is twice. Throws `flows_unavailable`.
 */
export async function openMongoFlowStore(options: MongoFlowsOptions): Promise<FlowStore> {
  const place = `flows in MongoDB on ${options.hosts}`;
  const asked = <Result>(what: string, step: () => Promise<Result>, remedy?: string): Promise<Result> =>
    withMongoErrors(`${what} ${place}`, step, remedy);
  const [client, database] = await asked('Open the', () => connected(options));
  const conn = database.collection('conn');
  const store: FlowStore = {
    add: (batch) => asked('Store', () => addBatch(database, batch, options.clock())),
    // It is the server that works.
    openWriter: () => ({ add: (batch) => store.add(batch), async [Symbol.asyncDispose]() {} }),
    flows: (query) => asked('Read', () => findFlows(conn, query)),
    flow: (uid) => asked('Read', () => findFlow(database, uid)),
    logs: (kind, query) => asked('Read', () => findLogs(database.collection(kind), query)),
    notices: (query) => asked('Read', async () => noticePage(await findNotices(database, query), query)),
    talkers: (query) => asked('Read', () => talkersOf(database, query)),
    timeline: (query) => asked('Read', async () => timelineOf(database, query, await findNotices(database, query))),
    source: (address, range) =>
      sourceOf(
        {
          flows: (query) => store.flows(query),
          logs: (kind, query) => store.logs(kind, query),
          noticesOf: (query) => asked('Read', () => findNotices(database, query)),
          firstTimeOf: (wanted) =>
            asked('Read', async () => {
              const first = await conn.find({ _ends: wanted }).sort({ _us: 1 }).limit(1).maxTimeMS(MOST_MS).next();
              return first && Number(first['_us']) / 1e6;
            }),
        },
        address,
        range,
      ),
    sensors: (range) => asked('Read', () => sensorViews(database.collection('coverage'), range)),
    usage: () => asked('Read', () => usageOf(database)),
    sweep: (nowMs) =>
      asked('Remove old', async () => {
        const bounds = isDecided(options) ? options : ((await boundsOfServer(database)) ?? options);
        return await removeOld(database, bounds, nowMs);
      }),
    addUp: (nowMs) => asked('Add up hours of', () => addUpHours(database, nowMs, OPTIONS), SLOW_HOURS),
    archive: null,
    [Symbol.asyncDispose]: () => client.close(),
  };
  return store;
}

/** Resolves when the server has answered and all indexes are there. */
async function connected(options: MongoFlowsOptions): Promise<readonly [MongoClient, Db]> {
  const { url, user, password, database: name, keptMs, ttl = 'as it is' } = options;
  const { default: driver } = await import('mongodb');
  const client = new driver.MongoClient(url, {
    ...(user === null ? {} : { auth: { username: user, ...(password === null ? {} : { password }) } }),
    ...timesFor(url),
    ...{ appName: 'holdfast', ignoreUndefined: true },
    // What is acknowledged outlives the loss of one server.
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: 30_000 },
  });
  try {
    await client.connect();
    const database = client.db(name);
    await prepareCollections(database, ttl === 'as it is' ? undefined : ttl === 'wanted' ? keptMs : null);
    if (isDecided(options)) await noteBounds(database, options);
    await noteAllOnce(database, OPTIONS);
    return [client, database];
  } catch (error) {
    await client.close();
    throw error;
  }
}

function isDecided({ ttl = 'as it is' }: MongoFlowsOptions): boolean {
  return ttl !== 'as it is';
}

/** The driver would take its options for more than those of the URL. */
function timesFor(url: string): Partial<typeof TIMES> {
  const given = new Set([...new URLSearchParams(url.split('?')[1]).keys()].map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(TIMES).filter(([name]) => !given.has(name.toLowerCase())));
}
