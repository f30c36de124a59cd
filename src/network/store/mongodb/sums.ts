import type { AnyBulkWriteOperation, Db, Document } from 'mongodb';
import type { RangeQuery } from '../flow-store.ts';

/**
 * Each hour of a sensor added up in one document of `sums`, so that figures of long ranges do not read all flows. An hour that flows were
 * added to stands in `sums_due` until it is added up anew, and counts by its flows until then: what is due is noted before flows are
 * written and once more after them, and only the note that was seen is taken away.
 */
export const HOUR = 3600;
/** Of addresses and ports; those with the least bytes are left out. */
const MOST_COUNTED = 1024;
/** So many hours at a time: the sweep comes again. */
const HOURS_OF_A_SWEEP = 500;
/** MaxTimeMSExpired, https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml */
const MAX_TIME_EXPIRED = 50;
/** Each of them has taken as long as it may; the rest is for the next sweep. */
const MOST_EXPIRED = 4;
/** More stretches than that are not asked for one by one. */
const MOST_STRETCHES = 100;

/** A flow log has one direction in a document; without the other a sum would be none. */
export const SUMS = {
  flows: { $sum: 1 },
  packets: { $sum: { $add: ['$orig_pkts', { $ifNull: ['$resp_pkts', 0] }] } },
  bytes: { $sum: { $add: ['$orig_ip_bytes', { $ifNull: ['$resp_ip_bytes', 0] }] } },
};
export const BY = { address: '_ends', service: '_services', port: '_port' } as const;
const FIGURES = { orig_pkts: 1, resp_pkts: 1, orig_ip_bytes: 1, resp_ip_bytes: 1 } as const;

type Options = { readonly maxTimeMS: number; readonly allowDiskUse: boolean };

/** Notes that these hours have to be added up. `by`: differs each time. */
export async function noteDue(database: Db, sensor: string, hours: Iterable<number>, by: string): Promise<void> {
  const writes = Array.from(hours, (hour): AnyBulkWriteOperation => {
    const filter: Document = { _id: `${sensor} ${hour}` };
    return { updateOne: { filter, update: { $set: { _sensor: sensor, hour, by } }, upsert: true } };
  });
  if (writes.length > 0) await database.collection('sums_due').bulkWrite(writes, { ordered: false });
}

/** Flows of a name, added up by the server. `$match`: which. */
export function talkersPipeline(by: keyof typeof BY, $match: Document, limit: number): Document[] {
  const field = BY[by];
  return [
    { $match: { ...$match, partial: false, [field]: { $exists: true } } },
    { $project: { [field]: 1, ...FIGURES } },
    ...(by === 'port' ? [] : [{ $unwind: `$${field}` }]),
    { $group: { _id: `$${field}`, ...SUMS } },
    { $sort: { bytes: -1, _id: 1 } },
    { $limit: limit },
  ];
}

/**
 * Adds up hours that are over and due. One that takes the server longer than it may keeps none of the others waiting: it stays due,
 * and its turn comes behind theirs. Throws what the driver throws.
 */
export async function addUpHours(database: Db, nowMs: number, options: Options): Promise<void> {
  const due = database.collection('sums_due');
  const over = Math.floor(nowMs / 1000 / HOUR);
  const notes = await due
    .find({ hour: { $lt: over } })
    .sort({ tried: 1 })
    .limit(HOURS_OF_A_SWEEP)
    .toArray();
  const failures: unknown[] = [];
  for (const note of notes as unknown as readonly Due[]) {
    try {
      await addUpHour(database, note, options);
    } catch (error) {
      if ((error as { code?: unknown } | null)?.code !== MAX_TIME_EXPIRED) throw error;
      const id: Document = { _id: note._id };
      await due.updateOne(id, { $set: { tried: nowMs } });
      failures.push(error);
      if (failures.length === MOST_EXPIRED) break;
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function addUpHour(database: Db, { _id, _sensor, hour, by }: Due, options: Options): Promise<void> {
  const conn = database.collection('conn');
  const $match = { _sensor, _us: { $gte: hour * HOUR * 1e6, $lt: (hour + 1) * HOUR * 1e6 } };
  const named = async (what: keyof typeof BY): Promise<readonly Document[]> =>
    (await conn.aggregate(talkersPipeline(what, $match, MOST_COUNTED), options).toArray()).map(
      ({ _id: name, ...sums }) => ({ name, ...sums }),
    );
  const minutes = await conn
    .aggregate(
      [
        { $match: { ...$match, partial: false } },
        { $group: { _id: { $floor: { $divide: ['$_us', 60e6] } }, ...SUMS } },
      ],
      options,
    )
    .toArray();
  const [oldest] = await conn
    .find({ ...$match })
    .sort({ _stored: 1 })
    .limit(1)
    .project({ _stored: 1 })
    .toArray();
  const byId: Document = { _id };
  if (!oldest) await database.collection('sums').deleteOne(byId);
  else {
    const sums = {
      ...{ _sensor, hour, _stored: oldest['_stored'] as Date },
      ...{
        address: await named('address'),
        port: await named('port'),
        service: await named('service'),
      },
      minutes: minutes.map(({ _id: minute, ...figures }) => ({ minute, ...figures })),
    };
    await database.collection('sums').replaceOne(byId, sums, { upsert: true });
  }
  await database.collection('sums_due').deleteOne({ ...byId, by });
}

interface Due {
  readonly _id: string;
  readonly _sensor: string;
  readonly hour: number;
  readonly by: string;
}

/** Before flows that were stored then go: the hours that they are of. */
export async function noteOld(database: Db, cutoff: Date): Promise<void> {
  const old = database.collection('sums').find({ _stored: { $lt: cutoff } }, { projection: { _sensor: 1, hour: 1 } });
  const bySensor = new Map<string, number[]>();
  for await (const { _sensor: sensor, hour } of old) {
    bySensor.set(sensor as string, [...(bySensor.get(sensor as string) ?? []), hour as number]);
  }
  for (const [sensor, hours] of bySensor) await noteDue(database, sensor, hours, `older than ${cutoff.toISOString()}`);
}

/** A database that has flows of before there were sums: all of its hours are due. */
export async function noteAllOnce(database: Db, options: Options): Promise<void> {
  const [sums, due] = [database.collection('sums'), database.collection('sums_due')];
  if ((await sums.findOne({})) || (await due.findOne({})) || !(await database.collection('conn').findOne({}))) return;
  const hours = await database
    .collection('conn')
    .aggregate(
      [
        {
          $group: {
            _id: { sensor: '$_sensor', hour: { $floor: { $divide: ['$_us', HOUR * 1e6] } } },
          },
        },
      ],
      options,
    )
    .toArray();
  const bySensor = Map.groupBy(hours, ({ _id }) => _id.sensor as string);
  for (const [sensor, each] of bySensor) {
    await noteDue(
      database,
      sensor,
      each.map(({ _id }) => Number(_id.hour)),
      'from before',
    );
  }
}

export interface Parts {
  /** Hours whose sums count: a filter for `sums`; `null`: none do. */
  readonly summed: Document | null;
  /** Flows that are not in them: a filter for `conn`. */
  readonly flows: Document;
}

/** What of a range is read from sums, and which flows are looked at beside them. */
export async function partsOf(database: Db, { from, to, sensor }: RangeQuery): Promise<Parts> {
  const bySensor = sensor === undefined ? {} : { _sensor: sensor };
  const [fromUs, toUs] = [Math.ceil(from * 1e6), Math.ceil(to * 1e6)];
  const all = { summed: null, flows: { _us: { $gte: fromUs, $lt: toUs }, ...bySensor } };
  const [first, behind] = [Math.ceil(from / HOUR), Math.floor(to / HOUR)];
  if (first >= behind) return all;
  const hours = { hour: { $gte: first, $lt: behind }, ...bySensor };
  const due = await database
    .collection('sums_due')
    .find(hours, { projection: { _sensor: 1, hour: 1 } })
    .limit(HOURS_OF_A_SWEEP + 1)
    .toArray();
  const stretches = stretchesOf(due as unknown as readonly Due[]);
  if (due.length > HOURS_OF_A_SWEEP || stretches.length > MOST_STRETCHES) return all;
  const [firstUs, behindUs] = [first * HOUR * 1e6, behind * HOUR * 1e6];
  const $or = [
    { _us: { $gte: fromUs, $lt: firstUs }, ...bySensor },
    { _us: { $gte: behindUs, $lt: toUs }, ...bySensor },
    ...stretches.map((each) => ({
      _us: { $gte: each.first * HOUR * 1e6, $lt: each.behind * HOUR * 1e6 },
      _sensor: each.sensor,
    })),
  ];
  const dueIds = due.map(({ _id }) => _id);
  return {
    summed: { ...hours, ...(dueIds.length === 0 ? {} : { _id: { $nin: dueIds } }) },
    flows: { $or },
  };
}

interface Stretch {
  readonly sensor: string;
  readonly first: number;
  readonly behind: number;
}

function stretchesOf(due: readonly Due[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const [sensor, own] of Map.groupBy(due, ({ _sensor }) => _sensor)) {
    for (const { hour } of own.toSorted((a, b) => a.hour - b.hour)) {
      const last = stretches.at(-1);
      if (last?.sensor === sensor && last.behind === hour)
        stretches[stretches.length - 1] = { ...last, behind: hour + 1 };
      else stretches.push({ sensor, first: hour, behind: hour + 1 });
    }
  }
  return stretches;
}
