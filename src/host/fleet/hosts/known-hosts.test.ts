import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOST, testFleet } from '../test-fleet.ts';

test('a host that was enrolled and never reports is silent, like one that has stopped', async () => {
  const { fleet, enrol, advance, deps } = testFleet();
  await enrol();
  advance(3 * deps.settings.hostScanEveryMs);
  assert.equal((await fleet.show(HOST)).state, 'waiting');
  advance(1);
  assert.equal((await fleet.show(HOST)).state, 'silent');
  const { hosts } = await fleet.list({ state: 'silent' });
  assert.deepEqual([hosts[0]?.hostId, hosts[0]?.lastReportTime], [HOST, null]);
});
