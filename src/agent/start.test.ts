import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsOf } from '../base/settings.ts';
import { agentSettings } from './settings.ts';
import { startAgent } from './start.ts';
import { IDENTITY, memoryFiles, memorySpool } from './test-agent.ts';
import { testTime } from './test-time.ts';

test('what a host was not enrolled for it is refused at the start, in words, and what it was stays as it was', async () => {
  const [files, spool, time, stopping] = [memoryFiles(), memorySpool(), testTime(), new AbortController()];
  files.kept.identity = IDENTITY;
  const never = () => Promise.reject(new Error('not to be called'));
  const started = startAgent({
    ...{ files, spool, time, signal: stopping.signal, random: () => 1, clock: Date.now },
    ...{ server: null, with: ['host', 'buckets'], enrolmentToken: null, stateFolder: '/memory' },
    ...{ scan: never, runBuckets: never, choice: { watched: [], options: {} } },
    ...{ runNetwork: never, networkChoice: null },
    ...{ host: IDENTITY, settings: settingsOf(agentSettings), say() {} },
    openServer() {
      throw new Error('not to be called');
    },
  });
  await assert.rejects(started, { code: 'agent_part_not_enrolled', detail: /enrolled for host, not for buckets/ });
  assert.deepEqual(files.kept.identity, IDENTITY);
});
