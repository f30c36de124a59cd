/**
 * Whether the guard hears: once a day it makes a change that changes nothing to a bucket of its own. The call has to come
 * back through trail, rule and queue as any other does. Where it does not, people are told, and the alarm on the count of
 * calls that were heard goes off also when this code does not run at all.
 */
import { timestamp } from '../../base/clock.ts';
import { allFlags } from '../fixes/fixers.ts';
import type { GuardEvent } from './event.ts';
import type { Guard } from './guard.ts';

const SENT = 'canary sent';
const HEARD = 'canary heard';

interface At {
  readonly atMs: number;
}

export interface CanaryState {
  /** `null`: never. */
  readonly sentMs: number | null;
  readonly heardMs: number | null;
}

export async function canaryState({ table }: Pick<Guard, 'table'>): Promise<CanaryState> {
  const [sent, heard] = (await Promise.all([table.get(SENT), table.get(HEARD)])) as (At | null)[];
  return { sentMs: sent?.atMs ?? null, heardMs: heard?.atMs ?? null };
}

/** Tells when the call before did not come back in time, and makes the next one. */
export async function singCanary(guard: Guard): Promise<void> {
  const { config, table, settings, clock, alerts, log } = guard;
  if (config.canaryBucket === null) return;
  const { sentMs, heardMs } = await canaryState(guard);
  const isDeaf = sentMs !== null && (heardMs ?? 0) < sentMs && clock() - sentMs > settings.guardCanaryMs;
  if (isDeaf) {
    log.error({ sentMs, heardMs }, 'The guard is deaf');
    await alerts.tell(
      'the canary',
      `The guard is deaf: what it did at ${timestamp(sentMs)} never came back as an event.\nNothing that happens to buckets is seen until the next look at all. See what is wrong with: holdfast buckets doctor`,
    );
  }
  await using writer = await guard.openWriter();
  const target = {
    kind: 'bucket',
    bucket: config.canaryBucket,
    region: config.region,
    setting: 'publicAccessBlock',
  } as const;
  await table.put(SENT, { atMs: clock() } satisfies At, clock() + settings.guardBucketsKeptMs);
  await writer.write(target, allFlags);
}

/** `true`: the event is the canary's, and nothing else is to be done about it. `isFirst`: it has not waited for the grace time. */
export async function hearCanary({ subject, call }: GuardEvent, isFirst: boolean, guard: Guard): Promise<boolean> {
  const { config, table, settings, clock, log } = guard;
  if (subject.kind !== 'bucket' || subject.name !== config.canaryBucket) return false;
  if (!isFirst) return true;
  await table.put(HEARD, { atMs: clock() } satisfies At, clock() + settings.guardBucketsKeptMs);
  log.info({ call, canaryHeard: 1 }, 'The canary was heard');
  return true;
}
