import type { Collection, Db, Document } from 'mongodb';
import { protocolLogs, type Swept } from '../flow-store.ts';
import { noteOld } from './sums.ts';

export interface Bounds {
  readonly keptMs: number;
  /** Of all documents as they are, before MongoDB packs them; their indexes not counted. */
  readonly mostBytes: number;
}

const KINDS = ['conn', ...protocolLogs, 'notice', 'coverage'] as const;
/** Room is made in pieces of this part of all, as in files: a sweep that removed little would have to come again at once. */
const PIECES = 16;
/** Each removes a piece at least; what is too much then goes with the next sweep. */
const MOST_ROUNDS = 64;

/** Removes what is past its time, then what was stored first while there is too much. `nowMs`: milliseconds since 1970. */
export async function removeOld(database: Db, { keptMs, mostBytes }: Bounds, nowMs: number): Promise<Swept> {
  let removed = await removeBefore(database, new Date(nowMs - keptMs));
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const bytes = await bytesIn(database);
    if (bytes <= mostBytes) break;
    const cutoff = await cutoffFor(database.collection('coverage'), 1 - mostBytes / bytes);
    if (cutoff === null) break;
    removed += await removeBefore(database, cutoff);
  }
  return { removed, lost: 0 };
}

/** Resolves to the number of flows. */
async function removeBefore(database: Db, cutoff: Date): Promise<number> {
  const old: Document = { _stored: { $lt: cutoff } };
  await noteOld(database, cutoff);
  const { deletedCount } = await database.collection('conn').deleteMany(old);
  // What a sensor looked at goes last: it is by that that room is made.
  for (const name of KINDS.slice(1)) await database.collection(name).deleteMany(old);
  return deletedCount;
}

/** As large as documents are, without the room that MongoDB keeps for others to come: that shrinks with none of them. */
async function bytesIn(database: Db): Promise<number> {
  const sizes = await Promise.all(
    KINDS.map(async (name) => Number((await database.command({ collStats: name }))['size'] ?? 0)),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Before when this part of all batches, and a piece of the rest, was stored: each has one document of what its sensor looked at. `null`: there is none. */
async function cutoffFor(coverage: Collection, part: number): Promise<Date | null> {
  const batches = await coverage.countDocuments({});
  const at = async (place: number): Promise<number | null> => {
    const [found] = await coverage.find({}).sort({ _stored: 1 }).skip(place).limit(1).project({ _stored: 1 }).toArray();
    return found ? Number(found['_stored']) : null;
  };
  const first = await at(0);
  if (first === null) return null;
  const place = Math.ceil(batches * (part + (1 - part) / PIECES));
  const kept = (await at(place)) ?? (await at(batches - 1)) ?? first;
  // Something goes in any case, and what is stored in one moment goes together.
  return new Date(place >= batches ? kept + 1 : Math.max(kept, first + 1));
}
