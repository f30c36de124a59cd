import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsOf } from '../base/settings.ts';
import { keepLookingAtBuckets, type BucketsJob, type OnBuckets } from './buckets.ts';
import { agentErrors } from './errors.ts';
import type { AgentStatus } from './kept.ts';
import { agentSettings } from './settings.ts';
import { openStatus } from './status.ts';
import { memoryFiles } from './test-agent.ts';
import { testTime } from './test-time.ts';

const [MINUTE, HOUR] = [60_000, 3_600_000];
const failed = (detail: string) => agentErrors('agent_buckets_failed', { detail });

interface Run {
  readonly job: BucketsJob;
  readonly atMs: number;
}
type Act = (onBuckets: OnBuckets, signal: AbortSignal) => Promise<void>;

/** Until it is stopped, as a watch that works. */
const forEver: Act = (onBuckets, signal) => {
  onBuckets({ kind: 'ready' });
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
};

async function testBuckets(acts: { audit?: Act; watch?: Act }, kept: Partial<AgentStatus> = {}) {
  const [time, files, stopping] = [testTime(), memoryFiles(), new AbortController()];
  const clock = () => Date.UTC(2026, 10, 28) + time.passedMs();
  const status = await openStatus(files);
  await status.change(kept);
  const [runs, said]: [Run[], string[]] = [[], []];
  const { signal } = stopping;
  const ended = keepLookingAtBuckets({
    ...{ time, status, clock, signal, random: () => 1, settings: settingsOf(agentSettings) },
    choice: { watched: acts.watch ? ['plans/2026/'] : [], options: { endpoint: ['https://s3.example.org'] } },
    job: { stateFolder: '/state', server: 'https://files.example.org', token: 'hfh_token' },
    say: (line) => void said.push(line),
    runBuckets(job, onBuckets, own) {
      runs.push({ job, atMs: time.passedMs() });
      return acts[job.verb]?.(onBuckets, own) ?? Promise.resolve();
    },
  }).catch((error: unknown) => error);
  return {
    ...{ time, status, said, ended },
    timesOf: (verb: BucketsJob['verb']) => runs.filter(({ job }) => job.verb === verb).map(({ atMs }) => atMs),
    runs,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await ended;
    },
  };
}

test('buckets are looked at once in six hours, at the places that were named on this host', async () => {
  await using buckets = await testBuckets({});
  await buckets.time.pass(13 * HOUR);
  assert.deepEqual(buckets.timesOf('audit'), [0, 6 * HOUR, 12 * HOUR]);
  const { verb, words, options, token } = buckets.runs[0]!.job;
  assert.deepEqual([verb, words, options, token], ['audit', [], { endpoint: ['https://s3.example.org'] }, 'hfh_token']);
  assert.deepEqual(buckets.timesOf('watch'), []);
});

test('a start soon after a look makes none, so that one that is restarted again and again costs nothing', async () => {
  const startedMs = Date.UTC(2026, 10, 28) - HOUR;
  await using buckets = await testBuckets({}, { lastAudit: { startedMs, isDone: true } });
  await buckets.time.pass(6 * HOUR);
  assert.deepEqual(buckets.timesOf('audit'), [5 * HOUR]);
});

test('a look that fails is told, stands in the status, and is made again less and less often', async () => {
  let fails = true;
  await using buckets = await testBuckets({
    audit: async () => {
      if (fails) throw failed('no credentials');
    },
  });
  await buckets.time.pass(HOUR);
  assert.deepEqual(buckets.timesOf('audit'), [0, 15 * MINUTE, 45 * MINUTE]);
  assert.equal(buckets.status.now.auditFailing?.attempts, 3);
  assert.match(buckets.said.join('\n'), /buckets audit: .*no credentials/);
  fails = false;
  await buckets.time.pass(HOUR);
  assert.equal(buckets.status.now.auditFailing, null);
});

test('a watch that ends is started again with growing waits, and the status says which it is', async () => {
  let works = false;
  await using buckets = await testBuckets({
    watch: (onBuckets, signal) =>
      works ? forEver(onBuckets, signal) : Promise.reject(failed('its process ended with SIGKILL')),
  });
  await buckets.time.pass(MINUTE);
  assert.deepEqual(buckets.timesOf('watch'), [0, 5000, 15_000, 35_000]);
  assert.equal(buckets.status.now.watchFailing?.code, 'agent_buckets_failed');
  assert.equal(buckets.status.now.watchingSinceMs, null);
  works = true;
  await buckets.time.pass(MINUTE);
  assert.equal(buckets.timesOf('watch').length, 5);
  assert.equal(buckets.status.now.watchFailing, null);
  assert.notEqual(buckets.status.now.watchingSinceMs, null);
  assert.deepEqual(buckets.runs.find(({ job }) => job.verb === 'watch')?.job.words, ['plans/2026/']);
});

test('one that watched for long and was ended is started again within seconds', async () => {
  let end = (): void => {};
  await using buckets = await testBuckets({
    async watch(onBuckets) {
      onBuckets({ kind: 'ready' });
      await new Promise<void>((resolve) => (end = resolve));
    },
  });
  for (let again = 1; again < 4; again += 1) {
    await buckets.time.pass(HOUR);
    end();
    await buckets.time.pass(6000);
    assert.equal(buckets.timesOf('watch').length, again + 1);
  }
  assert.equal(buckets.said.filter((line) => /started again/.test(line)).length, 3);
});

test('the same trouble is told once', async () => {
  await using buckets = await testBuckets({
    watch(onBuckets, signal) {
      for (let round = 0; round < 3; round += 1) onBuckets({ kind: 'trouble', line: 'plans cannot be listed' });
      return forEver(onBuckets, signal);
    },
  });
  await buckets.time.pass(MINUTE);
  assert.equal(buckets.said.filter((line) => /cannot be listed/.test(line)).length, 1);
});

test('where the server wants to hear of hosts alone nothing is looked at', async () => {
  const schedule = { scanEveryMs: 15 * MINUTE, startMs: 0, with: ['host'] };
  await using buckets = await testBuckets({ watch: forEver }, { schedule });
  await buckets.time.pass(12 * HOUR);
  assert.deepEqual(buckets.runs, []);
});
