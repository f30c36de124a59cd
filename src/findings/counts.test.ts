import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingId, severities, type Observation } from './finding.ts';
import type { Findings } from './findings.ts';
import { keys, scopeIdOf, type WorstRow } from './records.ts';
import { ada, DAY, observation, testFindings } from './test-findings.ts';

const PLACES = ['account 1', 'account 2'] as const;
const placeOf = (scope: string) => ({ source: 'buckets', scope });

/** By going through all of them, which the counts are there to save. */
async function walked(findings: Findings, scope: string) {
  const wrong: WorstRow[] = [];
  for await (const { findingId, title, severity, state, verdict } of findings.ofPlace(placeOf(scope))) {
    if (state === 'open' && verdict === 'fail') wrong.push({ findingId, title, severity });
  }
  const sorted = wrong.toSorted(
    (one, other) =>
      severities.indexOf(one.severity) - severities.indexOf(other.severity) ||
      (one.findingId < other.findingId ? -1 : 1),
  );
  return {
    counts: Object.fromEntries(severities.map((each) => [each, wrong.filter((of) => of.severity === each).length])),
    worst: sorted.slice(0, 3),
  };
}

/** The same numbers at each run, of the kind that MINSTD makes. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => (state = (state * 48_271) % 2_147_483_647) % below;
}

test('what is open at a place is what going through it would tell, whatever looks and people did', async () => {
  const { findings, look } = testFindings();
  const below = numbers(4711);
  const some = (scope: string): Observation[] =>
    Array.from({ length: 14 }, (_, at) => at)
      .filter(() => below(3) > 0)
      .map((at) =>
        observation(
          {
            severity: severities[below(5)] ?? 'info',
            verdict: (['fail', 'fail', 'unknown', 'pass'] as const)[below(4)] ?? 'fail',
          },
          `${scope}-${at}`,
        ),
      );
  for (let round = 0; round < 25; round += 1) {
    const scope = PLACES[below(2)] ?? 'account 1';
    await look(some(scope), { scope, complete: below(4) > 0 });
    const { findings: open } = await findings.list({}, { limit: 100 });
    const chosen = open[below(Math.max(1, open.length))];
    const until = { reason: 'known', untilMs: null };
    if (chosen && round % 2 === 0) await findings.accept(ada, chosen.findingId, until);
    if (chosen && round % 4 === 0) await findings.reopen(ada, chosen.findingId, 'not so');
    if (round === 10) await findings.addRule(ada, { check: null, resource: '*-3', path: null, tag: null, ...until });
    const told = await findings.openAt(PLACES.map(placeOf));
    assert.deepEqual(told, await Promise.all(PLACES.map((each) => walked(findings, each))), `after round ${round}`);
  }
});

test('a finding that is seen at another place is counted there, and no longer where it was', async () => {
  const { findings, look } = testFindings();
  await look([observation()], { scope: 'account 1' });
  await look([observation()], { scope: 'account 2' });
  const critical = (await findings.openAt(PLACES.map(placeOf))).map(({ counts }) => counts.critical);
  assert.deepEqual(critical, [0, 1]);
});

test('places that were written by an earlier release are counted once', async () => {
  const { findings, look, records } = testFindings();
  await look([observation(), observation({}, 'second')], { scope: 'account 1' });
  const place = keys.counts(scopeIdOf(placeOf('account 1')));
  await records.transact([{ op: 'delete', ...place }]);
  await look([observation()], { scope: 'account 1' });
  assert.deepEqual((await findings.openAt([placeOf('account 1')]))[0]?.counts.critical, 1);
});

test('a full place keeps what is known and leaves out what is new, which a finding tells until there is room', async () => {
  const { findings, look, advance } = testFindings(undefined, { findingsPerPlace: 100 });
  const many = (from: number, to: number, name = 'b') =>
    Array.from({ length: to - from }, (_, at) => observation({}, `${name}-${from + at}`));
  const limit = findingId({ check: 'buckets-findings-limit', resource: { uid: 'account 1', type: 'place', name: '' } });
  const totals = async () => (await findings.totals()).open.critical.fail;
  await look(many(0, 90), { scope: 'account 1' });
  await assert.rejects(findings.show(limit), { code: 'finding_not_found' });

  const run = await look(many(0, 130), { scope: 'account 1' });
  assert.deepEqual([await totals(), run.leftOut], [100, 30]);
  const told = (await findings.show(limit)).finding;
  assert.deepEqual([told.state, told.title], ['open', 'More was found at account 1 than is kept']);
  assert.deepEqual(told.evidence, [
    { label: 'Kept', value: '100' },
    { label: 'Left out by the last look', value: '30' },
  ]);
  await look(many(0, 100, 'c'), { scope: 'account 2' });
  assert.equal(await totals(), 200, 'another place has room of its own');

  // What was fixed is forgotten a year later, which makes room.
  await look([], { scope: 'account 1' });
  assert.equal((await findings.show(limit)).finding.state, 'fixed');
  await look(many(200, 240), { scope: 'account 1' });
  assert.equal((await findings.show(limit)).finding.state, 'open');
  advance(400 * DAY);
  await look(many(300, 340), { scope: 'account 1' });
  assert.equal((await findings.openAt([placeOf('account 1')]))[0]?.counts.critical, 40);
  assert.equal((await findings.show(limit)).finding.state, 'fixed');
});
