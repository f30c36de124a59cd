import type { Collection, Db } from 'mongodb';
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

const SUMS = {
  flows: { $sum: 1 },
  packets: { $sum: { $add: ['$orig_pkts', '$resp_pkts'] } },
  bytes: { $sum: { $add: ['$orig_ip_bytes', '$resp_ip_bytes'] } },
};
/** Sums of many addresses may not fit into what the server has in memory. */
const OPTIONS = { maxTimeMS: MOST_MS, allowDiskUse: true };
const BY = { address: '_ends', service: '_services', port: '_port' } as const;

/** The server adds up. A flow that goes on counts for nothing: it comes again with all that it has. */
export async function talkersOf(conn: Collection, query: TalkersQuery): Promise<readonly Talker[]> {
  const field = BY[query.by];
  const rows = await conn
    .aggregate(
      [
        { $match: { ...rangeFilter(query), partial: false, [field]: { $exists: true } } },
        { $project: { [field]: 1, orig_pkts: 1, resp_pkts: 1, orig_ip_bytes: 1, resp_ip_bytes: 1 } },
        ...(query.by === 'port' ? [] : [{ $unwind: `$${field}` }]),
        { $group: { _id: `$${field}`, ...SUMS } },
        { $sort: { bytes: -1, _id: 1 } },
        { $limit: query.limit },
      ],
      OPTIONS,
    )
    .toArray();
  return rows.map(({ _id, flows, packets, bytes }): Talker => ({
    ...{ name: String(_id), flows: Number(flows) },
    ...{ packets: Number(packets), bytes: Number(bytes) },
  }));
}

export async function timelineOf(
  conn: Collection,
  query: TimelineQuery,
  notices: readonly NoticeRecord[],
): Promise<readonly TimelinePoint[]> {
  const { from, to, points: number } = query;
  const width = (to - from) / number;
  const points = Array.from({ length: number }, (_, index) => ({
    ...{ ts: from + index * width, flows: 0, packets: 0, bytes: 0, notices: 0 },
  }));
  const rows = await conn
    .aggregate(
      [
        { $match: { ...rangeFilter(query), partial: false } },
        {
          $group: {
            _id: { $floor: { $divide: [{ $subtract: ['$_us', Math.ceil(from * 1e6)] }, width * 1e6] } },
            ...SUMS,
          },
        },
      ],
      OPTIONS,
    )
    .toArray();
  for (const { _id, flows, packets, bytes } of rows) {
    const point = points[Math.min(number - 1, Math.max(0, Number(_id)))];
    if (!point) continue;
    point.flows += Number(flows);
    point.packets += Number(packets);
    point.bytes += Number(bytes);
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
  const $match = { to: { $gte: from }, from: { $lt: to }, ...(sensor === undefined ? {} : { _sensor: sensor }) };
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
        { $group: { _id: { sensor: '$_sensor', why: '$leftOut.why' }, packets: { $sum: '$leftOut.packets' } } },
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
