import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsOf } from '../base/settings.ts';
import { agentErrors } from './errors.ts';
import type { AgentStatus } from './kept.ts';
import { keepCapturing, type NetworkJob, type OnNetwork } from './network.ts';
import { agentSettings } from './settings.ts';
import { openStatus } from './status.ts';
import { memoryFiles } from './test-agent.ts';
import { testTime } from './test-time.ts';

const MINUTE = 60_000;
const JOB: NetworkJob = {
  ...{ stateFolder: '/state', server: 'https://files.example.org', token: 'hfh_token', hostId: '0'.repeat(32) },
  ...{ interface: 'eth0', filter: 'not port 22', ring: null },
};

type Act = (onNetwork: OnNetwork, signal: AbortSignal) => Promise<void>;

const forEver: Act = (onNetwork, signal) => {
  onNetwork({ kind: 'ready' });
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
};

async function testCapture(act: () => Act, kept: Partial<AgentStatus> = {}) {
  const [time, files, stopping] = [testTime(), memoryFiles(), new AbortController()];
  const status = await openStatus(files);
  await status.change(kept);
  const [atMs, said]: [number[], string[]] = [[], []];
  const { signal } = stopping;
  const ended = keepCapturing({
    ...{ time, status, signal, clock: () => time.passedMs(), random: () => 1, settings: settingsOf(agentSettings) },
    ...{ job: JOB, say: (line: string) => void said.push(line) },
    runNetwork(job, onNetwork, own) {
      assert.deepEqual(job, JOB);
      atMs.push(time.passedMs());
      return act()(onNetwork, own);
    },
  }).catch((error: unknown) => error);
  return {
    ...{ time, status, atMs, said },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await ended;
    },
  };
}

test('a capture that ends is begun again with growing waits, and the status says which it is', async () => {
  let act: Act = () => Promise.reject(agentErrors('agent_network_failed', { detail: 'tcpdump: no such device' }));
  await using capture = await testCapture(() => act);
  await capture.time.pass(MINUTE);
  assert.deepEqual(capture.atMs, [0, 5000, 15_000, 35_000]);
  assert.match(capture.said.join('\n'), /no such device/);
  assert.deepEqual([capture.status.now.captureFailing?.attempts, capture.status.now.capturingSinceMs], [4, null]);
  act = forEver;
  await capture.time.pass(MINUTE);
  assert.equal(capture.status.now.captureFailing, null);
  assert.notEqual(capture.status.now.capturingSinceMs, null);
});

test('one that captured for long and was ended is begun again within seconds', async () => {
  let end = (): void => {};
  await using capture = await testCapture(() => async (onNetwork, signal) => {
    onNetwork({ kind: 'ready' });
    await new Promise<void>((resolve) => {
      end = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  });
  for (let again = 2; again < 5; again += 1) {
    await capture.time.pass(60 * MINUTE);
    end();
    await capture.time.pass(6000);
    assert.equal(capture.atMs.length, again);
  }
});

test('lost batches are said and counted, and the same trouble is said once', async () => {
  await using capture = await testCapture(() => (onNetwork, signal) => {
    for (const batches of [2, 3]) onNetwork({ kind: 'lost', batches, why: 'no room' });
    for (let round = 0; round < 3; round += 1) onNetwork({ kind: 'trouble', line: 'the server is away' });
    return forEver(onNetwork, signal);
  });
  await capture.time.pass(MINUTE);
  assert.equal(capture.status.now.lostBatches, 5);
  assert.equal(capture.said.filter((line) => /no room/.test(line)).length, 2);
  assert.equal(capture.said.filter((line) => /is away/.test(line)).length, 1);
});

test('where the server does not want to hear of the network nothing is captured', async () => {
  const schedule = { scanEveryMs: 15 * MINUTE, startMs: 0, with: ['host', 'buckets'] };
  await using capture = await testCapture(() => forEver, { schedule });
  await capture.time.pass(60 * MINUTE);
  assert.deepEqual(capture.atMs, []);
});
