/**
 * What an agent does with buckets: it looks at all of an account or store again and again, and watches the objects of those it was
 * told. Both are the verbs that people run, in processes of their own; what they need of the store stays on this host.
 */
import type { Clock } from '../base/clock.ts';
import { HoldfastError } from '../base/errors.ts';
import { retryDelayMs } from '../base/timing/retry-delay.ts';
import type { Time } from './alarm.ts';
import { agentErrors } from './errors.ts';
import { firstWaitMs } from './schedule.ts';
import type { AgentSettings } from './settings.ts';
import { failing, type StatusKeeper } from './status.ts';

/** Where they lie, as the options of buckets/ say it: on this host alone, never by a server. */
export interface BucketsChoice {
  /** To be watched: BUCKET or BUCKET/PREFIX. */
  readonly watched: readonly string[];
  /** `endpoint`, `role`. */
  readonly options: Readonly<Record<string, readonly string[]>>;
}

export interface BucketsJob extends Pick<BucketsChoice, 'options'> {
  readonly verb: 'audit' | 'watch';
  readonly words: readonly string[];
  readonly stateFolder: string;
  readonly server: string;
  readonly token: string;
}

/** What its process says. */
export type BucketsAnswer =
  /** It sees what it is to see, from here on. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'trouble'; readonly line: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly title: string };

/** Hears what is said before the end. */
export type OnBuckets = (answer: Extract<BucketsAnswer, { kind: 'ready' | 'trouble' }>) => void;

/** Runs one to its end. Throws `agent_buckets_failed`, and what `signal` was aborted with. */
export type RunBuckets = (job: BucketsJob, onBuckets: OnBuckets, signal: AbortSignal) => Promise<void>;

export interface BucketsDeps {
  readonly choice: BucketsChoice;
  readonly job: Pick<BucketsJob, 'stateFolder' | 'server' | 'token'>;
  readonly runBuckets: RunBuckets;
  readonly status: StatusKeeper;
  readonly settings: AgentSettings;
  readonly clock: Clock;
  readonly time: Time;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Goes on until it is aborted. What fails is told, and tried again. */
export async function keepLookingAtBuckets(deps: BucketsDeps): Promise<never> {
  const watching = deps.choice.watched.length === 0 ? [] : [keepWatching(deps)];
  await Promise.all([keepAuditing(deps), ...watching]);
  throw new TypeError('Looking at buckets has ended by itself');
}

async function keepAuditing(deps: BucketsDeps): Promise<never> {
  const { time, settings, status, clock, random, signal } = deps;
  const everyMs = settings.agentBucketsEveryMs;
  // A start costs no look: one that is restarted again and again would cost a lot of requests.
  await time.wait(firstWaitMs(status.now.lastAudit, { ...status.now.schedule, scanEveryMs: everyMs }, clock()), signal);
  for (let failed = 0; ;) {
    const isDone = isWanted(deps) ? await auditOnce(deps) : true;
    // Each look costs requests: one that failed is made again later than a report is sent again.
    const againMs = isDone ? everyMs : retryDelayMs(failed, settings.agentRetryMaxMs, everyMs, random);
    failed = isDone ? 0 : failed + 1;
    await time.wait(againMs, signal);
  }
}

async function auditOnce(deps: BucketsDeps): Promise<boolean> {
  const { status, clock, say } = deps;
  const startedMs = clock();
  await status.change({ lastAudit: { startedMs, isDone: false } });
  const error = await runOnce('audit', [], deps, () => {});
  const auditFailing = error && failing(status.now.auditFailing, error, clock());
  await status.change({ auditFailing, lastAudit: { startedMs, isDone: error === null } });
  say(error ? `buckets audit: ${error.message}.` : 'The buckets were looked at.');
  return error === null;
}

async function keepWatching(deps: BucketsDeps): Promise<never> {
  const { choice, time, settings, status, clock, random, signal, say } = deps;
  for (let failed = 0; ; failed += 1) {
    if (!isWanted(deps)) {
      await time.wait(settings.agentRetryMaxMs, signal);
      continue;
    }
    let readyMs: number | null = null;
    const onReady = (): void => {
      readyMs ??= time.passedMs();
      if (status.now.watchingSinceMs === null) say('The buckets are watched.');
      void status.change({ watchFailing: null, watchingSinceMs: status.now.watchingSinceMs ?? clock() });
    };
    const ended = await runOnce('watch', choice.watched, deps, onReady);
    const error = ended ?? agentErrors('agent_buckets_failed', { detail: 'the watch has ended by itself' });
    await status.change({
      watchFailing: failing(status.now.watchFailing, error, clock()),
      watchingSinceMs: null,
    });
    say(`buckets watch: ${error.message}. It is started again.`);
    // One that watched for long is begun again soon.
    if (readyMs !== null && time.passedMs() - readyMs > settings.agentRetryMaxMs) failed = 0;
    await time.wait(retryDelayMs(failed, settings.agentRetryMs, settings.agentRetryMaxMs, random), signal);
  }
}

/** The server may want to hear of hosts alone. */
function isWanted({ status }: BucketsDeps): boolean {
  return status.now.schedule.with.includes('buckets');
}

/** Resolves to why it failed; `null`: it did not. */
async function runOnce(
  verb: BucketsJob['verb'],
  words: readonly string[],
  { choice, job, runBuckets, signal, say }: BucketsDeps,
  onReady: () => void,
): Promise<HoldfastError | null> {
  let trouble: string | null = null;
  const onBuckets: OnBuckets = (answer) => {
    if (answer.kind === 'ready') return onReady();
    // Of a store that is away for long it is told once.
    if (answer.line !== trouble) say(`buckets ${verb}: ${answer.line}`);
    trouble = answer.line;
  };
  try {
    await runBuckets({ ...job, verb, words, options: choice.options }, onBuckets, signal);
    signal.throwIfAborted();
    return null;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof HoldfastError)) throw error;
    return error;
  }
}
