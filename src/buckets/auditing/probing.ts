/** Asks the buckets of an audit as a stranger would, no faster than the settings allow. Only reads. */
import { setTimeout as wait } from 'node:timers/promises';
import { askOverHttp, type AskAnonymously } from '../exposure/anonymous-client.ts';
import { probeAnonymously, type Probe } from '../exposure/anonymous-probe.ts';
import type { BucketFacts } from '../facts/bucket-facts.ts';
import type { BucketReader } from '../facts/bucket-reader.ts';
import type { BucketsSettings } from '../settings.ts';

/** How strangers reach the store of an audit. */
export interface Probing {
  /** `null`: AWS itself. */
  readonly endpoint: string | null;
  readonly ask: AskAnonymously;
}

/** One for all audits of a program, so that they keep to the pace together: so many requests a second. */
export function openProbing(
  endpoint: string | null,
  settings: BucketsSettings,
  perSecond = settings.bucketsProbesPerSecond,
): Probing {
  return { endpoint, ask: paced(askOverHttp(settings.bucketsRequestTimeoutMs), perSecond) };
}

export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/** At most `perSecond` requests begin in each second, evenly. */
export function paced(
  ask: AskAnonymously,
  perSecond: number,
  now: () => number = () => performance.now(),
  rest: Wait = (ms, signal) => wait(ms, undefined, { signal }),
): AskAnonymously {
  let freeMs = 0;
  return async (request, signal) => {
    const startMs = Math.max(now(), freeMs);
    freeMs = startMs + 1000 / perSecond;
    if (startMs > now()) await rest(startMs - now(), signal);
    return await ask(request, signal);
  };
}

/** Beside the names that strangers try, those of some objects that are there: whoever knows a name may read it. */
export async function probeBucket(
  facts: BucketFacts,
  partition: string,
  { endpoint, ask }: Probing,
  { reader, most, signal }: { readonly reader: BucketReader; readonly most: number; readonly signal: AbortSignal },
): Promise<Probe> {
  const region = facts.region.known ? facts.region.value : null;
  const sampled =
    facts.objects.known || most === 0
      ? facts.objects
      : await reader.sample({ name: facts.bucket, region }, { most, headBytes: 0 }, signal);
  const keys = sampled.known ? sampled.value.slice(0, most).map(({ key }) => key) : [];
  return await probeAnonymously({ bucket: facts.bucket, endpoint, region, partition, keys }, ask, { signal });
}
