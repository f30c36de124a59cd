/** Very many of what destroys within a short time: what ransomware and a script gone wrong look like. Pure. */
import { count, formatDuration } from '../../../base/text/quantities.ts';
import type { Change } from './digest.ts';

/** What alarms in numbers. A lifecycle rule deletes as many as it was told to. */
const ALARMING = ['opened', 'deleted', 'overwritten', 'acl'] as const satisfies readonly Change[];
type Alarming = (typeof ALARMING)[number];

const WORDS: { readonly [Name in Alarming]: readonly [string, string] } = {
  opened: ['object opened to everyone', 'objects opened to everyone'],
  deleted: ['deletion', 'deletions'],
  overwritten: ['object overwritten', 'objects overwritten'],
  acl: ['ACL of an object changed', 'ACLs of objects changed'],
};

const SLOT_MS = 60_000;
/** Buckets and kinds of change that are counted by themselves at one time: all have to fit into one record. */
const MOST_PAIRS = 100;
/** No bucket is called so: what happens in those beyond the limit is counted together. */
export const FURTHER_BUCKETS = '';

type Slot = readonly [minute: number, count: number];

/** What happened in the last minutes, by `<change> <bucket>`. */
export type Recent = { readonly [name: string]: readonly Slot[] };

export type Burst = {
  /** Or {@link FURTHER_BUCKETS}, taken together. */
  readonly bucket: string;
  readonly change: Alarming;
  readonly count: number;
  /** Where it may have taken longer than the settings say: since the look before. */
  readonly withinMs?: number;
};

export interface BurstLimits {
  readonly objectNoticesBurst: number;
  readonly objectNoticesBurstMs: number;
}

export function withRecent(
  recent: Recent,
  counted: ReadonlyMap<string, ReadonlyMap<Change, number>>,
  nowMs: number,
  limits: BurstLimits,
): Recent {
  const minute = Math.floor(nowMs / SLOT_MS);
  const young = Object.entries(recent).map(([name, slots]) => [name, youngOf(slots, nowMs, limits)] as const);
  const kept = Object.fromEntries(young.filter(([, slots]) => slots.length > 0));
  for (const [bucket, changes] of counted) {
    for (const change of ALARMING) {
      const more = changes.get(change) ?? 0;
      if (more === 0) continue;
      const own = `${change} ${bucket}`;
      const isCounted = own in kept || Object.keys(kept).length < MOST_PAIRS;
      const name = isCounted ? own : `${change} ${FURTHER_BUCKETS}`;
      kept[name] = withSlot(kept[name] ?? [], [minute, more]);
    }
  }
  return kept;
}

/** What goes on now, whether it was told of or not. */
export function burstsIn(all: readonly Recent[], nowMs: number, limits: BurstLimits): readonly Burst[] {
  const sums = new Map<string, number>();
  for (const [name, slots] of all.flatMap((recent) => Object.entries(recent))) {
    const sum = youngOf(slots, nowMs, limits).reduce((total, [, each]) => total + each, 0);
    sums.set(name, (sums.get(name) ?? 0) + sum);
  }
  return [...sums].flatMap(([name, sum]): Burst[] => {
    const space = name.indexOf(' ');
    const change = ALARMING.find((each) => each === name.slice(0, space));
    if (sum < limits.objectNoticesBurst || change === undefined) return [];
    return [{ bucket: name.slice(space + 1), change, count: sum }];
  });
}

/** Which owner was told of which burst, and when. The next one of the same bucket is told of when that one is over. */
export type ToldBursts = { readonly [name: string]: number };

export function isTold(told: ToldBursts, owner: string, burst: Burst, nowMs: number, limits: BurstLimits): boolean {
  return (told[nameOf(owner, burst)] ?? 0) + limits.objectNoticesBurstMs > nowMs;
}

export function withTold(
  told: ToldBursts,
  letters: readonly { readonly owner: string; readonly bursts: readonly Burst[] }[],
  nowMs: number,
  { objectNoticesBurstMs }: BurstLimits,
): ToldBursts {
  const kept = Object.entries(told).filter(([, atMs]) => atMs + objectNoticesBurstMs > nowMs);
  const more = letters.flatMap(({ owner, bursts }) => bursts.map((burst) => [nameOf(owner, burst), nowMs] as const));
  return Object.fromEntries([...kept, ...more]);
}

function nameOf(owner: string, { change, bucket }: Burst): string {
  return `${owner} ${change} ${bucket}`;
}

function withSlot(slots: readonly Slot[], [minute, more]: Slot): readonly Slot[] {
  const now = slots.find(([at]) => at === minute)?.[1] ?? 0;
  return [...slots.filter(([at]) => at !== minute), [minute, now + more]];
}

function youngOf(slots: readonly Slot[], nowMs: number, { objectNoticesBurstMs }: BurstLimits): readonly Slot[] {
  // Rather a minute less than one too many: what is told did happen within the time.
  return slots.filter(([minute]) => minute > Math.floor(nowMs / SLOT_MS) - objectNoticesBurstMs / SLOT_MS);
}

/** `plans: 40,000 deletions in 5 min 0 s`. */
export function burstWords(burst: Burst, { objectNoticesBurstMs }: BurstLimits): string {
  const { bucket, change, count: number, withinMs = objectNoticesBurstMs } = burst;
  const where = bucket === FURTHER_BUCKETS ? 'further buckets taken together' : bucket;
  return `${where}: ${count(number, ...WORDS[change])} within ${formatDuration(withinMs)}`;
}
