import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ada, HOST, saying, testFleet } from '../test-fleet.ts';

test('a host that was taken over fills its own place and no more, and nothing is open once it is forgotten', async () => {
  const { fleet, enrol, report, findings, advance } = testFleet({ findings: { findingsPerPlace: 100 } });
  await enrol();
  for (let round = 0; round < 3; round += 1) {
    const made = Array.from({ length: 60 }, (_, at) => `/made-up/${round}-${at}`);
    const checks = made.map((resource) => ({ check: 'FIL-01', verdict: 'fail' as const, resource }));
    // Nothing is told to be whole, so that nothing is gone.
    await report({ ...saying(checks), whole: [] });
  }
  const { open, worst } = await fleet.show(HOST);
  assert.equal(open.high, 101, 'with the one that says so');
  assert.equal(worst.length, 3);
  const { findings: told } = await findings.list({ check: 'host-findings-limit' }, { limit: 10 });
  assert.deepEqual(
    told.map(({ title }) => title),
    [`More was found at host/${HOST} than is kept`],
  );
  advance(1);
  await fleet.forget(ada, HOST);
  assert.deepEqual((await findings.list({}, { limit: 10 })).findings, []);
});
