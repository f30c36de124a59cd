import type { Collection, Db, Document } from 'mongodb';
import type { NoticeRecord } from '../../records/notice-record.ts';
import type {
  RangeQuery,
  SensorView,
  StoreUsage,
  Talker,
  TalkersQuery,
  TimelinePoint,
  TimelineQuery,
} from '../flow-store.ts';
import { MOST_MS, rangeFilter } from './queries.ts';
import { partsOf, SUMS, talkersPipeline } from './sums.ts';

/** Sums of many addresses may not fit into what the server has in memory. */
export const OPTIONS = { maxTimeMS: MOST_MS, allowDiskUse: true };
/** More names are looked at than are wanted: one may be busy in sums and in flows, and in none of both busiest. */
const MOST_NAMES = 4096;
/** Minutes were added up. A point has so many at least, or begins where they do. */
const MINUTE = 60;
const MINUTES_OF_A_POINT = 4;

interface Figures {
  flows: number;
  packets: number;
  bytes: number;
}

/** The server adds up. A flow that goes on counts for nothing: it comes again with all that it has. */
export async function talkersOf(database: Db, query: TalkersQuery): Promise<readonly Talker[]> {
  const { summed, flows } = await partsOf(database, query);
  const found = await database
    .collection('conn')
    .aggregate(talkersPipeline(query.by, flows, summed === null ? query.limit : MOST_NAMES), OPTIONS)
    .toArray();
  const above = summed === null ? [] : await namesInSums(database, summed, query.by);
  const names = new Map<string, Figures>();
  for (const each of [...found, ...above]) {
    const known = names.get(String(each['_id'])) ?? { flows: 0, packets: 0, bytes: 0 };
    names.set(String(each['_id']), added(known, each));
  }
  return Array.from(names, ([name, figures]): Talker => ({ name, ...figures }))
    .toSorted((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1))
    .slice(0, query.limit);
}

async function namesInSums(database: Db, $match: Document, by: TalkersQuery['by']): Promise<readonly Document[]> {
  return await database
    .collection('sums')
    .aggregate(
      [
        { $match },
        { $project: { [by]: 1 } },
        { $unwind: `$${by}` },
        {
          $group: {
            ...{ _id: `$${by}.name`, flows: { $sum: `$${by}.flows` } },
            ...{ packets: { $sum: `$${by}.packets` }, bytes: { $sum: `$${by}.bytes` } },
          },
        },
        { $sort: { bytes: -1, _id: 1 } },
        { $limit: MOST_NAMES },
      ],
      OPTIONS,
    )
    .toArray();
}

function added(known: Figures, more: Document): Figures {
  return {
    flows: known.flows + Number(more['flows']),
    packets: known.packets + Number(more['packets']),
    bytes: known.bytes + Number(more['bytes']),
  };
}

export async function timelineOf(
  database: Db,
  query: TimelineQuery,
  notices: readonly NoticeRecord[],
): Promise<readonly TimelinePoint[]> {
  const { from, to, points: number } = query;
  const width = (to - from) / number;
  const points = Array.from({ length: number }, (_, index) => ({
    ...{ ts: from + index * width, flows: 0, packets: 0, bytes: 0, notices: 0 },
  }));
  const isFine = width >= MINUTE * MINUTES_OF_A_POINT || (width % MINUTE === 0 && from % MINUTE === 0);
  const { summed, flows: $match } = isFine
    ? await partsOf(database, query)
    : { summed: null, flows: rangeFilter(query) };
  const add = (place: number, figures: Document): void => {
    const point = points[Math.min(number - 1, Math.max(0, place))];
    if (point) Object.assign(point, added(point, figures));
  };
  const rows = await database
    .collection('conn')
    .aggregate(
      [
        { $match: { ...$match, partial: false } },
        {
          $group: {
            _id: {
              $floor: { $divide: [{ $subtract: ['$_us', Math.ceil(from * 1e6)] }, width * 1e6] },
            },
            ...SUMS,
          },
        },
      ],
      OPTIONS,
    )
    .toArray();
  for (const { _id, ...figures } of rows) add(Number(_id), figures);
  if (summed !== null) {
    const hours = database.collection('sums').find(summed, { projection: { minutes: 1 }, maxTimeMS: MOST_MS });
    for await (const { minutes } of hours) {
      for (const { minute, ...figures } of minutes as Document[]) {
        add(Math.floor((Number(minute) * MINUTE - from) / width), figures);
      }
    }
  }
  for (const { last } of notices) {
    const point = last < to ? points[Math.max(0, Math.floor((last - from) / width))] : undefined;
    if (point) point.notices += 1;
  }
  return points;
}

export async function sensorViews(
  coverage: Collection,
  { from, to, sensor }: RangeQuery,
): Promise<readonly SensorView[]> {
  const $match = {
    to: { $gte: from },
    from: { $lt: to },
    ...(sensor === undefined ? {} : { _sensor: sensor }),
  };
  const sums = await coverage
    .aggregate(
      [
        { $match },
        {
          $group: {
            ...{ _id: '$_sensor', from: { $min: '$from' }, to: { $max: '$to' } },
            ...{ packets: { $sum: '$packets' }, dropped: { $sum: '$dropped' } },
          },
        },
        { $sort: { _id: 1 } },
      ],
      OPTIONS,
    )
    .toArray();
  const left = await coverage
    .aggregate(
      [
        { $match },
        { $unwind: '$leftOut' },
        {
          $group: {
            _id: { sensor: '$_sensor', why: '$leftOut.why' },
            packets: { $sum: '$leftOut.packets' },
          },
        },
      ],
      OPTIONS,
    )
    .toArray();
  return sums.map((each): SensorView => ({
    ...{ sensor: String(each['_id']), from: Number(each['from']), to: Number(each['to']) },
    ...{ packets: Number(each['packets']), dropped: Number(each['dropped']) },
    leftOut: Object.fromEntries(
      left
        .filter((one) => one['_id'].sensor === each['_id'])
        .map((one) => [String(one['_id'].why), Number(one['packets'])]),
    ),
  }));
}

export async function usageOf(database: Db): Promise<StoreUsage> {
  const conn = database.collection('conn');
  const [oldest, newest, flows, stats] = await Promise.all([
    conn.find({}).sort({ _us: 1 }).limit(1).next(),
    conn.find({}).sort({ _us: -1 }).limit(1).next(),
    conn.estimatedDocumentCount(),
    database.stats(),
  ]);
  return {
    flows,
    bytes: Number(stats['storageSize'] || stats['dataSize']),
    oldest: oldest && Number(oldest['_us']) / 1e6,
    newest: newest && Number(newest['_us']) / 1e6,
  };
}
