/**
 * Sends what is due: to each owner at most one mail in the time that the settings say, and the rarer the longer it goes on.
 * What leaves is set apart first and taken away when it was sent, so that a process that dies sends a mail twice rather
 * than never.
 */
import type { Clock } from '../../../base/clock.ts';
import { errorFacts } from '../../../base/error-facts.ts';
import { hasCode } from '../../../base/errors.ts';
import { newId } from '../../../base/ids.ts';
import type { Log } from '../../../base/log.ts';
import { acquireLease, type RecordOperation, type RecordStore } from '../../../storage/index.ts';
import type { BucketsSettings } from '../../settings.ts';
import { burstsIn, FURTHER_BUCKETS, isTold, withTold, type Burst } from '../events/bursts.ts';
import { changesIn, EMPTY, merged } from '../events/digest.ts';
import {
  keys,
  SHARDS,
  type LeavingRow,
  type NoticeLetter,
  type OpenRow,
  type TurnsRow,
  type UnreachedRow,
} from '../rows.ts';
import { ACCOUNT_OWNER, MOST_OWNERS, unchanged } from '../take.ts';

export interface SendDeps {
  readonly records: RecordStore;
  readonly settings: BucketsSettings;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Brings one to its owner. The same one may come twice, under the same id. `unreached`: nothing reaches them now, and
   * the account is told instead, when it is its turn; it is always reached.
   */
  readonly deliver: (letter: NoticeLetter) => Promise<Delivery>;
  /** Who is told of a bucket. */
  readonly ownerOf: (bucket: string) => Promise<string>;
}

export type Delivery = 'told' | 'unreached';

/** Longer than a turn of sending may take. */
const LEASE_MS = 120_000;
const ATTEMPTS = 20;

/**
 * Resolves with how many were sent; with 0 while somebody else sends. Throws what {@link SendDeps.deliver} throws, once all
 * others are sent: one that nobody can deliver holds up no other owner.
 */
export async function sendDue(deps: SendDeps): Promise<number> {
  const { records, clock } = deps;
  await using lease = await acquireLease(records, 'object-notices', {
    ...{ ttlMs: LEASE_MS, holder: newId(), clock, autoRenew: false },
  });
  if (lease === null) return 0;
  // What an earlier turn left behind comes first.
  const failed: Failures = new Map();
  let sent = await sendLeaving(deps, failed);
  await setApart('owners', deps);
  sent += await sendLeaving(deps, failed);
  // The account comes last: it is told what reached nobody as well.
  await setApart('account', deps);
  sent += await sendLeaving(deps, failed);
  const [failure] = failed.values();
  if (failed.size > 0) throw failure;
  return sent;
}

/** By the id of the letter. */
type Failures = Map<string, unknown>;

/** Adds to `failed` what could not be delivered; that stays for the next turn. */
async function sendLeaving(deps: SendDeps, failed: Failures): Promise<number> {
  const { records, deliver, log } = deps;
  for (let sent = 0; ;) {
    const leaving = await records.get<LeavingRow>(keys.leaving.pk, keys.leaving.sk);
    const letter = leaving?.value.letters.find(({ id }) => !failed.has(id));
    if (!leaving || letter === undefined) return sent;
    let delivery: Delivery;
    try {
      delivery = await deliver(letter);
    } catch (error) {
      log.error({ ...errorFacts(error), owner: letter.owner }, 'Not told; the next turn tries again');
      failed.set(letter.id, error);
      continue;
    }
    const { owner, digest, bursts } = letter;
    if (delivery === 'told') {
      sent += 1;
      log.info({ owner, changes: changesIn(digest), bursts: bursts.length }, 'Told');
    } else {
      log.warn({ owner, changes: changesIn(digest) }, 'Not reached; the account is told');
    }
    const rest = leaving.value.letters.filter(({ id }) => id !== letter.id);
    const value: LeavingRow = { letters: rest };
    await records.transact([
      rest.length > 0
        ? { op: 'put', ...keys.leaving, value, if: unchanged(leaving) }
        : { op: 'delete', ...keys.leaving, if: unchanged(leaving) },
      ...(delivery === 'told' ? [] : [await handedOver(letter, deps)]),
    ]);
  }
}

/** What the account is told of a letter that reached nobody; of its bursts it is told anyway. */
async function handedOver({ owner, digest }: NoticeLetter, { records }: SendDeps): Promise<RecordOperation> {
  const row = await records.get<UnreachedRow>(keys.unreached.pk, keys.unreached.sk);
  const before = row?.value ?? { owners: [], hasMore: false, digest: EMPTY };
  const isNamed = before.owners.includes(owner);
  const hasRoom = isNamed || before.owners.length < MOST_OWNERS;
  const value: UnreachedRow = {
    owners: isNamed || !hasRoom ? before.owners : [...before.owners, owner],
    hasMore: before.hasMore || !hasRoom,
    digest: merged(before.digest, digest),
  };
  return { op: 'put', ...keys.unreached, value, if: unchanged(row) };
}

type Whose = 'owners' | 'account';

/** Makes letters of what is due. */
async function setApart(whose: Whose, deps: SendDeps): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await setApartOnce(whose, deps);
    } catch (error) {
      if (!hasCode(error, 'record_conflict') || attempt === ATTEMPTS) throw error;
    }
  }
}

async function setApartOnce(whose: Whose, { records, settings, clock, ownerOf }: SendDeps): Promise<void> {
  const places = Array.from({ length: SHARDS }, (_, shard) => keys.open(shard));
  const found = await Promise.all(places.map(({ pk, sk }) => records.get<OpenRow>(pk, sk)));
  const turnsRow = await records.get<TurnsRow>(keys.turns.pk, keys.turns.sk);
  const leaving = await records.get<LeavingRow>(keys.leaving.pk, keys.leaving.sk);
  const unreached = await records.get<UnreachedRow>(keys.unreached.pk, keys.unreached.sk);
  const left = leaving?.value.letters ?? [];
  const { turns, bursts: told } = turnsRow?.value ?? { turns: {}, bursts: {} };
  const open = found.flatMap((row) => (row === null ? [] : [row]));
  const nowMs = clock();
  const recents = open.map(({ value }) => value.recent);
  const isNews = (owner: string, burst: Burst): boolean => !isTold(told, owner, burst, nowMs, settings);
  const burstsOf = await byOwner(burstsIn(recents, nowMs, settings), ownerOf, isNews);
  const owners = new Set([
    ...(unreached === null ? [] : [ACCOUNT_OWNER]),
    ...burstsOf.keys(),
    ...open.flatMap(({ value }) => Object.keys(value.digests)),
  ]);
  const due = [...owners].filter((owner) => {
    if ((owner === ACCOUNT_OWNER) !== (whose === 'account')) return false;
    // What could not be delivered goes first; there is one letter for each owner, so that all fit into one record.
    if (left.some((letter) => letter.owner === owner)) return false;
    const turn = turns[owner];
    if (turn === undefined || turn.dueMs <= nowMs) return true;
    // A burst does not wait for a pause that has grown, only for the shortest.
    const lastMs = turn.dueMs - turn.gapMs;
    return burstsOf.has(owner) && lastMs + settings.objectNoticesEveryMs <= nowMs;
  });
  // What does not fit is due in the next minute; what is told instead of others takes the room of a letter.
  const room = MOST_OWNERS - left.length - (unreached === null ? 0 : 1);
  const isDue = new Set(due.slice(0, Math.max(0, room)));
  if (isDue.size === 0) return;
  const letters = [...isDue].map((owner): NoticeLetter => {
    const digest = open.flatMap(({ value }) => value.digests[owner] ?? []).reduce(merged, EMPTY);
    const letter: NoticeLetter = { id: newId(), owner, digest, bursts: burstsOf.get(owner) ?? [], atMs: nowMs };
    return owner === ACCOUNT_OWNER && unreached !== null ? { ...letter, unreached: unreached.value } : letter;
  });
  const nextTurns: TurnsRow = {
    turns: turnsAfter(turns, isDue, nowMs, settings),
    bursts: withTold(told, letters, nowMs, settings),
  };
  const rest = open.map(({ pk, sk, value, revision }): RecordOperation => {
    const digests = Object.fromEntries(Object.entries(value.digests).filter(([owner]) => !isDue.has(owner)));
    return { op: 'put', pk, sk, value: { ...value, digests } satisfies OpenRow, if: { revision } };
  });
  await records.transact([
    {
      op: 'put',
      ...keys.leaving,
      value: { letters: [...left, ...letters] } satisfies LeavingRow,
      if: unchanged(leaving),
    },
    { op: 'put', ...keys.turns, value: nextTurns, if: unchanged(turnsRow) },
    ...(unreached !== null && isDue.has(ACCOUNT_OWNER)
      ? [{ op: 'delete', ...keys.unreached, if: unchanged(unreached) } as const]
      : []),
    ...rest,
  ]);
}

/** A burst is told to the account as well as to the owner of the bucket; that of further buckets to the account alone. */
async function byOwner(
  bursts: readonly Burst[],
  ownerOf: SendDeps['ownerOf'],
  isNews: (owner: string, burst: Burst) => boolean,
): Promise<ReadonlyMap<string, Burst[]>> {
  const found = new Map<string, Burst[]>();
  for (const burst of bursts) {
    const owners = burst.bucket === FURTHER_BUCKETS ? [] : [await ownerOf(burst.bucket)];
    for (const owner of new Set([ACCOUNT_OWNER, ...owners])) {
      if (isNews(owner, burst)) found.set(owner, [...(found.get(owner) ?? []), burst]);
    }
  }
  return found;
}

/** While mails follow each other the pause doubles; after a quiet one it is the shortest again. */
function turnsAfter(
  turns: TurnsRow['turns'],
  isDue: ReadonlySet<string>,
  nowMs: number,
  { objectNoticesEveryMs, objectNoticesSlowestMs }: BucketsSettings,
): TurnsRow['turns'] {
  const kept = Object.entries(turns).filter(([owner, { dueMs, gapMs }]) => !isDue.has(owner) && nowMs < dueMs + gapMs);
  const next = [...isDue].map((owner) => {
    const turn = turns[owner];
    const isOngoing = turn !== undefined && nowMs < turn.dueMs + turn.gapMs;
    const gapMs = isOngoing
      ? Math.min(Math.max(turn.gapMs * 2, objectNoticesEveryMs), Math.max(objectNoticesSlowestMs, objectNoticesEveryMs))
      : objectNoticesEveryMs;
    return [owner, { dueMs: nowMs + gapMs, gapMs }] as const;
  });
  return Object.fromEntries([...kept, ...next]);
}
