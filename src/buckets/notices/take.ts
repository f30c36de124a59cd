/**
 * Takes events into the open digests, each once: what is known of an object and the digest are written in one
 * transaction, so that an event that comes again, whatever stopped the first time, finds itself counted or not.
 */
import type { Clock } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import type { RecordItem, RecordOperation, RecordStore } from '../../storage/index.ts';
import type { BucketsSettings } from '../settings.ts';
import { withRecent } from './events/bursts.ts';
import { EMPTY, withChange, type Change, type Digest } from './events/digest.ts';
import { isLater, type ObjectEvent } from './events/object-event.ts';
import { keys, SHARDS, type ObjectRow, type OpenRow } from './rows.ts';
import { idsMoved, moveSeen } from './seen-before.ts';

export interface TakeDeps {
  readonly records: RecordStore;
  readonly settings: BucketsSettings;
  readonly clock: Clock;
  /** Who is told of a bucket. */
  readonly ownerOf: (bucket: string) => Promise<string>;
}

/** Whoever owns what is nobody's, or what is beyond the limits. */
export const ACCOUNT_OWNER = 'account';

/** Of one transaction. */
const OPERATIONS = 100;
/** Objects in one. */
const OBJECTS_AT_ONCE = 90;
/** Owners that are written to at one time; all their digests have to fit into one record. */
export const MOST_OWNERS = 25;
const ATTEMPTS = 20;

/** Resolves with how many were new. Throws what the store throws; then some may be taken, and all may come again. */
export async function takeEvents(events: readonly ObjectEvent[], deps: TakeDeps): Promise<number> {
  const byObject = Map.groupBy(events, ({ bucket, key }) => JSON.stringify([bucket, key]));
  const groups = [...byObject.values()];
  const owners = new Map<string, string>();
  for (const bucket of new Set(events.map((event) => event.bucket))) owners.set(bucket, await deps.ownerOf(bucket));
  const shard = Math.floor(Math.random() * SHARDS);
  let taken = 0;
  for (let from = 0; from < groups.length; from += OBJECTS_AT_ONCE) {
    taken += await takeSome({ groups: groups.slice(from, from + OBJECTS_AT_ONCE), owners, shard }, deps);
  }
  return taken;
}

interface Some {
  /** The events of one object each. */
  readonly groups: readonly (readonly ObjectEvent[])[];
  readonly owners: ReadonlyMap<string, string>;
  readonly shard: number;
}

async function takeSome(some: Some, deps: TakeDeps): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // Most objects of a burst were never heard of: that is tried first, without a question for each.
      return await takeOnce(some, attempt > 1, deps);
    } catch (error) {
      // An object is known, or somebody else took events at the same time.
      if (!hasCode(error, 'record_conflict') || attempt === ATTEMPTS) throw error;
    }
  }
}

async function takeOnce(
  { groups, owners, shard }: Some,
  asks: boolean,
  { records, settings, clock }: TakeDeps,
): Promise<number> {
  const openAt = keys.open(shard);
  const open = await records.get<OpenRow>(openAt.pk, openAt.sk);
  const before = open?.value ?? { digests: {}, recent: {} };
  const expiresAtMs = clock() + settings.objectNoticesRememberMs;
  const digests: Record<string, Digest> = { ...before.digests };
  const counted = new Map<string, Map<Change, number>>();
  let taken = 0;
  const objects = await Promise.all(
    groups.map(async (events) => {
      const [first] = events;
      if (first === undefined) return [];
      const at = keys.object(first.bucket, first.key);
      const known = asks ? await records.get<ObjectRow>(at.pk, at.sk) : null;
      const heard = known === null ? new Set<string>() : await idsMoved(at.pk, known.value, events, records);
      return [{ at, known, heard, events }];
    }),
  );
  let room = OPERATIONS - 1 - groups.length;
  const operations = objects.flat().flatMap(({ at, known, heard, events }): RecordOperation[] => {
    let row = known?.value ?? { seen: [], latest: null, isThere: null };
    let isNew = false;
    for (const event of events) {
      if (row.seen.includes(event.eventId) || heard.has(event.eventId)) continue;
      const change = changeOf(event, row);
      row = after(event, row);
      isNew = true;
      taken += 1;
      const owner = ownerIn(digests, owners.get(event.bucket) ?? ACCOUNT_OWNER);
      digests[owner] = withChange(digests[owner] ?? EMPTY, change, event);
      const ofBucket = counted.get(event.bucket) ?? new Map<Change, number>();
      counted.set(event.bucket, ofBucket.set(change, (ofBucket.get(change) ?? 0) + 1));
    }
    if (!isNew) return [];
    const moved = room > 0 ? moveSeen(row) : null;
    if (moved === null) return [{ op: 'put', ...at, value: row, expiresAtMs, if: unchanged(known) }];
    room -= 1;
    return [
      { op: 'put', ...at, value: moved.row, expiresAtMs, if: unchanged(known) },
      { op: 'put', pk: at.pk, sk: moved.sk, value: moved.older, expiresAtMs },
    ];
  });
  if (operations.length === 0) return 0;
  const value: OpenRow = { digests, recent: withRecent(before.recent, counted, clock(), settings) };
  await records.transact([{ op: 'put', ...openAt, value, if: unchanged(open) }, ...operations]);
  return taken;
}

export function unchanged(item: RecordItem | null): 'absent' | { readonly revision: string } {
  return item === null ? 'absent' : { revision: item.revision };
}

function ownerIn(digests: Readonly<Record<string, Digest>>, owner: string): string {
  return owner in digests || Object.keys(digests).length < MOST_OWNERS ? owner : ACCOUNT_OWNER;
}

function changeOf(event: ObjectEvent, row: ObjectRow): Change {
  if (event.happened !== 'written') return event.happened;
  // What was there before a late event, its row does not know any more.
  const was = isNewest(event, row) ? row.isThere : null;
  const before = was ?? event.wasThereBefore;
  return before === null ? 'written' : before ? 'overwritten' : 'created';
}

function after(event: ObjectEvent, row: ObjectRow): ObjectRow {
  const seen = [...row.seen, event.eventId];
  if (!isNewest(event, row)) return { ...row, seen };
  const isThere = isOfAccess(event) ? row.isThere : event.isThereAfterwards;
  return { ...row, seen, latest: event.sequencer ?? row.latest, isThere };
}

function isOfAccess({ happened }: ObjectEvent): boolean {
  return happened === 'acl' || happened === 'opened' || happened === 'access';
}

function isNewest({ sequencer }: ObjectEvent, { latest }: ObjectRow): boolean {
  return sequencer === null || latest === null || isLater(sequencer, latest);
}
