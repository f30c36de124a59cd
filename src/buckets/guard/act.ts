/** What the guard does about one bucket: at once after a call, and again after the grace time. */
import { hasCode } from '../../base/errors.ts';
import { isPublic } from '../auditing/exposure-words.ts';
import { bucketErrors } from '../errors.ts';
import type { BucketReader } from '../facts/bucket-reader.ts';
import { decideAfterGrace, decideAtOnce, type Decision, type Situation } from './decide.ts';
import type { GuardEvent } from './event.ts';
import { wasDeletedAfter } from './freed.ts';
import { graceUntilMs } from './grace.ts';
import type { Guard } from './guard.ts';
import { lookAt, type Look } from './look.ts';
import { mend } from './mend.ts';
import { forgetUntold, tellUntold } from './untold.ts';
import { alertOf, type Told } from './words.ts';

/** What the guard last knew of a bucket. */
interface Remembered {
  readonly verdict: string;
  readonly wrong: readonly string[];
  readonly unread: readonly string[];
  /** Strangers got in when the guard first saw it, and still do; `null`: it has not decided yet. */
  readonly isLeftOpen: boolean | null;
  /** A program that keeps it as it is described somewhere made the last call that was heard. */
  readonly byInfrastructureCode?: boolean;
  /** Until then whoever made the last calls sets it up. Missing: no call was heard. */
  readonly graceUntilMs?: number;
  readonly atMs: number;
}

export type Phase = 'at-once' | 'after-grace';

/** Throws `guard_bucket_unread` when something could not be read or judged: the event has to come again. */
export async function actOn(
  name: string,
  phase: Phase,
  event: GuardEvent | null,
  reader: BucketReader,
  guard: Guard,
): Promise<void> {
  await tellUntold(name, guard);
  const look = await lookAt(name, reader, guard);
  if (look.bucket === null && event !== null && (await wasDeletedAfter(name, event.time, guard))) {
    guard.log.info({ bucket: name }, 'It was deleted meanwhile');
    return;
  }
  if (look.bucket === null || look.unread.length > 0) {
    await remember(name, look, event, (before) => before?.isLeftOpen ?? null, guard);
    await tell({ name, bucket: look.bucket, event, unread: look.unread }, guard);
    throw bucketErrors('guard_bucket_unread', { attempted: `Look at ${name}`, detail: look.unread.join('; ') });
  }
  if (phase === 'at-once' && event !== null) await atOnce(name, look, event, reader, guard);
  else await afterGrace(name, look, event, reader, guard);
}

async function atOnce(name: string, look: Look, event: GuardEvent, reader: BucketReader, guard: Guard): Promise<void> {
  const decision = decideAtOnce(await situationOf(look, event, guard));
  const { seen, told } = await carryOut(name, decision, look, reader, guard);
  const isLeftOpen = (before: Remembered | null): boolean | null =>
    isOpen(seen) ? (before?.isLeftOpen ?? (event.isCreation ? false : null)) : false;
  await remember(name, seen, event, isLeftOpen, guard);
  await tellAsSeen({ ...told, event, next: nextOf(seen, guard) }, seen, guard);
}

/** Also what a look at all does about each bucket; then there is no event. */
export async function afterGrace(
  name: string,
  look: Look,
  event: GuardEvent | null,
  reader: BucketReader,
  guard: Guard,
): Promise<void> {
  const { graceUntilMs: untilMs = 0 } = (event === null ? await remembered(name, guard) : null) ?? {};
  // It was told of at once, and its own event comes.
  if (untilMs > guard.clock() && untilMs - guard.clock() <= guard.config.graceMinutes * 60_000) return;
  const situation = await situationOf(look, event, guard);
  const decision = decideAfterGrace(situation);
  const { seen, told } = await carryOut(name, decision, look, reader, guard);
  // What was closed once and is open now shall be closed, also where that is not possible today.
  await remember(name, seen, event, () => isOpen(seen) && (situation.isLeftOpen ?? !situation.isCreation), guard);
  await tellAsSeen({ ...told, event }, seen, guard);
}

/** Throws `guard_bucket_unread` where something was read that nobody can judge: it is not taken for safe either. */
async function tellAsSeen(told: CarriedOut['told'], seen: Look, guard: Guard): Promise<void> {
  const { unjudged } = seen;
  if (isBad(seen) || unjudged.length > 0 || told.receipt !== null) await tell({ ...told, unread: unjudged }, guard);
  if (unjudged.length === 0) return;
  throw bucketErrors('guard_bucket_unread', { attempted: `Judge ${told.name}`, detail: unjudged.join('; ') });
}

interface CarriedOut {
  /** As it is now. */
  readonly seen: Look;
  readonly told: Partial<Told> & Pick<Told, 'name' | 'bucket'>;
}

async function carryOut(
  name: string,
  { changes, left }: Decision,
  look: Look,
  reader: BucketReader,
  guard: Guard,
): Promise<CarriedOut> {
  if (changes.length === 0) return { seen: look, told: { name, bucket: look.bucket, left, receipt: null } };
  const receipt = await mend(changes, guard).catch(async (error: unknown) => {
    if (hasCode(error, 'guard_change_failed', 'buckets_role_refused'))
      await tell({ name, bucket: look.bucket, left: [error.message] }, guard);
    throw error;
  });
  if (receipt === null) {
    const why = `it was mended ${guard.settings.guardBucketMendsADay} times today, and something undid it each time`;
    return { seen: look, told: { name, bucket: look.bucket, left: [why], receipt } };
  }
  const seen = await lookAt(name, reader, guard);
  return { seen, told: { name, bucket: seen.bucket, changes, left, receipt } };
}

async function situationOf({ bucket, place }: Look, event: GuardEvent | null, guard: Guard): Promise<Situation> {
  if (bucket === null) throw new TypeError('There is no bucket to decide about');
  const before = await remembered(bucket.facts.bucket, guard);
  return {
    ...{ bucket, place, config: guard.config },
    exceptionMostMs: guard.settings.guardExceptionMostMs,
    isCreation: event?.isCreation ?? false,
    isLeftOpen: before?.isLeftOpen ?? null,
    byInfrastructureCode: isByCode(event, before),
  };
}

/** A look at all hears of no call: then the last one counts. */
function isByCode(event: GuardEvent | null, before: Remembered | null): boolean {
  return event?.byInfrastructureCode ?? before?.byInfrastructureCode ?? false;
}

function isBad({ bucket }: Look): boolean {
  return bucket === null || bucket.observations.some(({ verdict }) => verdict === 'fail');
}

function isOpen({ bucket }: Look): boolean {
  return bucket !== null && isPublic(bucket.exposure.verdict);
}

function nextOf(seen: Look, { config }: Guard): string | null {
  if (!isBad(seen) || config.mode === 'report') return null;
  return `In ${config.graceMinutes} minutes it is looked at again, and mended where Mode allows it, unless it is tagged ${config.exceptionTag}.`;
}

async function remembered(name: string, { table }: Guard): Promise<Remembered | null> {
  return (await table.get(`bucket ${name}`)) as Remembered | null;
}

async function remember(
  name: string,
  { bucket, unread }: Look,
  event: GuardEvent | null,
  isLeftOpen: (before: Remembered | null) => boolean | null,
  guard: Guard,
): Promise<void> {
  const { table, settings, clock, log } = guard;
  const before = await remembered(name, guard);
  const wrong = (bucket?.observations ?? []).filter(({ verdict }) => verdict === 'fail').map(({ check }) => check);
  const verdict = unread.length > 0 ? 'unknown' : (bucket?.exposure.verdict ?? 'unknown');
  const value: Remembered = {
    ...{ verdict, wrong, unread, isLeftOpen: isLeftOpen(before) },
    ...{ byInfrastructureCode: isByCode(event, before), atMs: clock() },
    graceUntilMs: Math.max(before?.graceUntilMs ?? 0, event === null ? 0 : graceUntilMs(event, guard.config)),
  };
  await table.put(`bucket ${name}`, value, clock() + settings.guardBucketsKeptMs);
  // A tag can be an exception: who set it stands in the log, also where all is well.
  const after = event === null ? {} : { call: event.call, caller: event.caller };
  log.info({ bucket: name, verdict, wrong, unread, ...after }, 'Looked at');
}

const NOTHING = { event: null, changes: [], receipt: null, left: [], unread: [], next: null } as const;

async function tell(told: Partial<Told> & Pick<Told, 'name' | 'bucket'>, guard: Guard): Promise<void> {
  await guard.alerts.tell(told.name, alertOf({ ...NOTHING, ...told }, guard.config));
  // What was changed is told herewith.
  if (told.receipt !== null && told.receipt !== undefined) await forgetUntold(told.name, guard);
}
