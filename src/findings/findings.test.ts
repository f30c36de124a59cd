import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withRecordFaults } from '../../test/support/faults/record-faults.ts';
import { memoryRecordStore } from '../storage/index.ts';
import { findingId, states } from './finding.ts';
import { ada, DAY, observation, testFindings } from './test-findings.ts';

const id = findingId(observation());
const open = { limit: 100 };

test('what is wrong is open from the first look on, and the same finding at the next', async () => {
  const { findings, look, advance, now } = testFindings();
  const first = now();
  await look([observation()]);
  advance(DAY);
  await look([observation()]);
  const { findings: list } = await findings.list({}, open);
  assert.deepEqual(
    list.map(({ findingId, state, firstSeenMs, lastSeenMs }) => ({ findingId, state, firstSeenMs, lastSeenMs })),
    [{ findingId: id, state: 'open', firstSeenMs: first, lastSeenMs: first + DAY + 1 }],
  );
  const { history } = await findings.show(id);
  assert.deepEqual(
    history.map(({ change }) => change),
    ['opened'],
  );
});

test('what was mended is fixed, and reopened when it comes back', async () => {
  const { findings, look } = testFindings();
  await look([observation()]);
  await look([observation({ verdict: 'pass', evidence: [] })]);
  assert.deepEqual((await findings.list({}, open)).findings, []);
  assert.equal((await findings.show(id)).finding.state, 'fixed');
  await look([observation()]);
  const { finding, history } = await findings.show(id);
  assert.deepEqual([finding.state, finding.reopened], ['open', 1]);
  assert.deepEqual(
    history.map(({ change }) => change),
    ['reopened', 'fixed', 'opened'],
  );
});

test('what could not be looked at stays open and is never taken for safe', async () => {
  const { findings, look } = testFindings();
  await look([observation()]);
  await look([observation({ verdict: 'unknown', evidence: [{ label: 'Reply', value: 'AccessDenied' }] })]);
  const { finding, history } = await findings.show(id);
  assert.deepEqual([finding.state, finding.verdict], ['open', 'unknown']);
  assert.equal(history[0]?.change, 'verdict_changed');
  await look([observation({ verdict: 'unknown' }, 'other')]);
  assert.equal((await findings.show(findingId(observation({}, 'other')))).finding.state, 'open');
});

test('after a complete look what was not seen is gone; after a broken one it stays', async () => {
  const { findings, look } = testFindings();
  await look([observation(), observation({}, 'second')]);
  await look([observation({}, 'second')], { complete: false });
  assert.equal((await findings.list({}, open)).findings.length, 2);
  await look([observation({}, 'second')]);
  assert.deepEqual(
    (await findings.list({}, open)).findings.map(({ resource }) => resource.name),
    ['second'],
  );
  const { finding, history } = await findings.show(id);
  assert.deepEqual([finding.state, history[0]?.change], ['fixed', 'gone']);
});

test('one place says nothing about another', async () => {
  const { findings, look } = testFindings();
  await look([observation()], { scope: 'account 1' });
  await look([observation({}, 'second')], { scope: 'account 2' });
  await look([], { scope: 'account 2' });
  assert.deepEqual(
    (await findings.list({}, open)).findings.map(({ resource }) => resource.name),
    ['photos'],
  );
});

test('a run that looks for some checks closes only those', async () => {
  const { findings, look } = testFindings();
  await look([observation(), observation({ check: 'bucket-no-versioning' })]);
  const run = await findings.beginRun({
    source: 'buckets',
    scope: 'account 123456789012',
    checks: ['bucket-no-versioning'],
  });
  await findings.endRun(run.runId, true);
  assert.deepEqual(
    (await findings.list({}, open)).findings.map(({ check }) => check),
    ['bucket-public-read'],
  );
});

test('an accepted finding is out of the list until its day, and then opens by itself', async () => {
  const { findings, look, advance, now, events } = testFindings();
  await look([observation()]);
  await findings.accept(ada, id, { reason: 'A web site', untilMs: now() + 30 * DAY });
  assert.deepEqual((await findings.list({}, open)).findings, []);
  await look([observation()]);
  assert.equal((await findings.show(id)).finding.state, 'accepted');
  advance(30 * DAY);
  const { findings: list } = await findings.list({}, open);
  assert.deepEqual(
    list.map(({ findingId, reopened }) => [findingId, reopened]),
    [[id, 1]],
  );
  const { history } = await findings.show(id);
  assert.deepEqual(
    history.map(({ change, by, reason }) => [change, by, reason]),
    [
      ['acceptance_ended', null, null],
      ['accepted', '@ada', 'A web site'],
      ['opened', null, null],
    ],
  );
  assert.deepEqual(
    events.map(({ act, actorId, subjectIds }) => [act, actorId, ...subjectIds]),
    [['finding.accepted', 'account-ada', id]],
  );
});

test('an acceptance can be taken back, and extended', async () => {
  const { findings, look, advance, now } = testFindings();
  await look([observation()]);
  await findings.accept(ada, id, { reason: 'Soon', untilMs: now() + DAY });
  await findings.accept(ada, id, { reason: 'Later', untilMs: now() + 9 * DAY });
  advance(2 * DAY);
  assert.deepEqual((await findings.list({}, open)).findings, []);
  await findings.reopen(ada, id, 'Not any more');
  assert.equal((await findings.list({}, open)).findings.length, 1);
  await assert.rejects(findings.reopen(ada, id, 'Twice'), { code: 'finding_not_decided' });
  advance(20 * DAY);
  assert.equal((await findings.show(id)).finding.reopened, 1, 'the old end counts for nothing');
});

test('what cannot be accepted is refused before anything changes', async () => {
  const { findings, look, now, events } = testFindings();
  await look([observation({ verdict: 'pass' })]);
  const request = { reason: 'Why', untilMs: null };
  await assert.rejects(findings.accept(ada, id, request), { code: 'finding_not_open' });
  await assert.rejects(findings.accept(ada, '0'.repeat(32), request), { code: 'finding_not_found' });
  await assert.rejects(findings.accept(ada, '../finding', request), { code: 'finding_not_found' });
  await assert.rejects(findings.accept(ada, id, { reason: 'Why', untilMs: now() }), { code: 'finding_until_past' });
  assert.deepEqual(events, []);
});

test('a rule suppresses what is known at once and what comes later, and gives it back when it is removed', async () => {
  const { findings, look } = testFindings();
  await look([observation(), observation({}, 'logs-1')]);
  const request = { check: null, resource: 'logs-*', path: null, tag: null, reason: 'Logs', untilMs: null };
  const { rule, suppressed } = await findings.addRule(ada, request);
  assert.equal(suppressed, 1);
  await look([observation(), observation({}, 'logs-1'), observation({}, 'logs-2')]);
  const names = async (state: 'open' | 'suppressed') =>
    (await findings.list({ states: [state] }, open)).findings.map(({ resource }) => resource.name).toSorted();
  assert.deepEqual([await names('open'), await names('suppressed')], [['photos'], ['logs-1', 'logs-2']]);
  assert.equal(await findings.removeRule(ada, rule.ruleId), 2);
  assert.deepEqual(await names('open'), ['logs-1', 'logs-2', 'photos']);
  await assert.rejects(findings.removeRule(ada, rule.ruleId), { code: 'finding_rule_not_found' });
});

test('a rule that has ended suppresses nothing any more', async () => {
  const { findings, look, now, advance } = testFindings();
  await look([observation()]);
  const parts = { check: 'bucket-*', resource: null, path: null, tag: 'env=prod' };
  await findings.addRule(ada, { ...parts, reason: 'For a day', untilMs: now() + DAY });
  advance(2 * DAY);
  await look([observation()]);
  assert.equal((await findings.list({}, open)).findings.length, 1);
});

test('what a rule suppressed is open again on the day the rule ends, though no guard has looked since', async () => {
  const { findings, look, now, advance, records } = testFindings();
  await look([observation(), observation({}, 'second')]);
  const parts = { check: null, resource: '*photos', path: null, tag: null };
  await findings.addRule(ada, { ...parts, reason: 'For a day', untilMs: now() + DAY });
  const removed = await findings.addRule(ada, { ...parts, reason: 'Taken back', untilMs: now() + 2 * DAY });
  await findings.removeRule(ada, removed.rule.ruleId);
  assert.equal((await findings.list({}, open)).findings.length, 1);
  advance(DAY);
  assert.equal((await findings.list({}, open)).findings.length, 2);
  const { finding, history } = await findings.show(id);
  assert.deepEqual([finding.state, finding.ruleId, history[0]?.change], ['open', null, 'suppression_ended']);
  assert.equal((await records.query('findings-due', { limit: 10 })).items.length, 0, 'nothing waits any more');
});

test('a rule that would suppress everything is refused', async () => {
  const { findings } = testFindings();
  const nothing = { check: null, resource: null, path: null, tag: null, reason: 'All', untilMs: null };
  await assert.rejects(findings.addRule(ada, nothing), { code: 'finding_rule_empty' });
  await assert.rejects(findings.addRule(ada, { ...nothing, resource: '**' }), { code: 'finding_rule_empty' });
});

test('a baseline accepts what is open now, so that only what comes new is open', async () => {
  const { findings, look } = testFindings();
  await look([observation(), observation({ severity: 'low', check: 'bucket-no-versioning' })]);
  const request = { reason: 'Hand-over', untilMs: null };
  assert.equal(await findings.baseline(ada, { severities: ['low'] }, request), 1);
  assert.equal(await findings.baseline(ada, {}, request), 1);
  await look([observation(), observation({ severity: 'low', check: 'bucket-no-versioning' }), observation({}, 'new')]);
  const { findings: list } = await findings.list({}, open);
  assert.deepEqual(
    list.map(({ resource }) => resource.name),
    ['new'],
  );
  assert.equal((await findings.show(id)).finding.acceptance?.baseline, true);
});

test('the list is worst first, known before unknown, page by page, and every filter narrows it', async () => {
  const { findings, look } = testFindings();
  await look([
    observation({ severity: 'low' }, 'a'),
    observation({ severity: 'critical', verdict: 'unknown' }, 'b'),
    observation({ severity: 'critical' }, 'c'),
    observation({ severity: 'high', check: 'other-check' }, 'd'),
  ]);
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await findings.list({}, { limit: 1, after });
    seen.push(...page.findings.map(({ resource }) => resource.name));
    after = page.next;
  } while (after !== undefined);
  assert.deepEqual(seen, ['c', 'b', 'd', 'a']);
  const names = async (filter: Parameters<typeof findings.list>[0]) =>
    (await findings.list(filter, open)).findings.map(({ resource }) => resource.name);
  assert.deepEqual(await names({ severities: ['high', 'low'] }), ['d', 'a']);
  assert.deepEqual(await names({ verdicts: ['unknown'] }), ['b']);
  assert.deepEqual(await names({ check: 'other-*' }), ['d']);
  assert.deepEqual(await names({ resource: 'arn:*:a' }), ['a']);
  assert.deepEqual(await names({ text: 'EVERYBODY other-check' }), ['d']);
  assert.deepEqual(await names({ source: 'host' }), []);
  await assert.rejects(findings.list({}, { limit: 1, after: 'open!nonsense' }), { code: 'finding_cursor_invalid' });
});

test('a finding that gets worse moves in the list and stands there once', async () => {
  const { findings, look } = testFindings();
  await look([observation({ severity: 'low' }), observation({ severity: 'medium' }, 'second')]);
  await look([observation({ severity: 'high' }), observation({ severity: 'medium' }, 'second')]);
  const { findings: list } = await findings.list({ states }, open);
  assert.deepEqual(
    list.map(({ resource, severity }) => [resource.name, severity]),
    [
      ['photos', 'high'],
      ['second', 'medium'],
    ],
  );
});

test('two runs are compared: what is new, fixed, changed, and as before', async () => {
  const { findings, look, advance } = testFindings();
  const first = await look([observation({}, 'stays'), observation({}, 'mended'), observation({}, 'blind')]);
  advance(1000);
  const second = await look([
    observation({}, 'stays'),
    observation({ verdict: 'pass' }, 'mended'),
    observation({ verdict: 'unknown' }, 'blind'),
    observation({}, 'fresh'),
  ]);
  const { opened, fixed, changed, same } = await findings.compare(first.runId, second.runId);
  const names = (list: typeof opened) => list.map(({ resource }) => resource);
  assert.deepEqual([names(opened), names(fixed), names(changed), same], [['fresh'], ['mended'], ['blind'], 1]);
  const other = await look([], { scope: 'elsewhere' });
  await assert.rejects(findings.compare(first.runId, other.runId), { code: 'finding_run_not_found' });
});

test('a batch may be sent again after a lost answer, and counts once', async () => {
  const { findings } = testFindings();
  const run = await findings.beginRun({ source: 'buckets', scope: 'a', checks: null });
  await findings.observe(run.runId, 0, [observation()]);
  const again = await findings.observe(run.runId, 0, [observation()]);
  assert.deepEqual([again.batches, again.counts.fail], [1, 1]);
  assert.equal((await findings.show(id)).history.length, 1);
  await assert.rejects(findings.observe(run.runId, 2, [observation()]), { code: 'finding_batch_invalid' });
  await findings.endRun(run.runId, true);
  assert.equal((await findings.endRun(run.runId, true)).complete, true);
  await assert.rejects(findings.observe(run.runId, 1, [observation()]), { code: 'finding_run_ended' });
  await assert.rejects(findings.observe('nonsense', 0, [observation()]), { code: 'finding_run_not_found' });
});

test('the worse of two reports of one check on one resource counts', async () => {
  const { findings, look } = testFindings();
  const run = await look([observation({ verdict: 'pass' }), observation(), observation({ verdict: 'unknown' })]);
  assert.equal(run.counts.fail, 1);
  assert.equal((await findings.show(id)).finding.verdict, 'fail');
});

test('two guards that see the same at once, and somebody who accepts meanwhile, lose nothing', async () => {
  const { findings, look } = testFindings();
  await look([observation()]);
  const many = Array.from({ length: 40 }, (_, index) => observation({}, `bucket-${index}`));
  await Promise.all([
    look([observation(), ...many], { scope: 'a' }),
    look([observation(), ...many], { scope: 'b' }),
    findings.accept(ada, id, { reason: 'Meanwhile', untilMs: null }),
  ]);
  const totals = await findings.totals();
  assert.deepEqual([totals.states.open, totals.states.accepted], [40, 1]);
});

test('two thousand findings are noted, counted and closed', async () => {
  const { findings, look } = testFindings();
  const many = Array.from({ length: 2000 }, (_, index) => observation({ severity: 'medium' }, `bucket-${index}`));
  await look(many);
  assert.equal((await findings.totals()).open.medium.fail, 2000);
  await look(many.slice(0, 10));
  const { states } = await findings.totals();
  assert.deepEqual([states.open, states.fixed], [10, 1990]);
});

test('fixed findings are forgotten a year after they were last seen; open ones never are', async () => {
  const { findings, look, advance } = testFindings();
  await look([observation(), observation({}, 'second')]);
  await look([observation({ verdict: 'pass' }), observation({}, 'second')]);
  advance(366 * DAY);
  assert.deepEqual((await findings.totals()).states, { open: 1, accepted: 0, suppressed: 0, fixed: 0, clear: 0 });
  await assert.rejects(findings.show(id), { code: 'finding_not_found' });
});

test('a batch whose writing broke off is taken whole when it is sent again', async () => {
  let broken = false;
  const records = (clock: () => number) =>
    withRecordFaults(memoryRecordStore({ clock }), ({ operation, nth }) => {
      // The second of the transactions that the forty need.
      if (operation !== 'transact' || nth !== 3 || broken) return undefined;
      broken = true;
      return { before: new Error('the store is away') };
    });
  const { findings } = testFindings(records);
  const many = Array.from({ length: 40 }, (_, index) => observation({}, `bucket-${index}`));
  const run = await findings.beginRun({ source: 'buckets', scope: 'a', checks: null });
  await assert.rejects(findings.observe(run.runId, 0, many), /away/);
  const taken = await findings.observe(run.runId, 0, many);
  assert.deepEqual([taken.batches, taken.counts.fail], [1, 40]);
  assert.equal((await findings.totals()).states.open, 40);
});

test('who is to report for one guard changes nothing that another has found, not even what it had seen first', async () => {
  const { findings, advance } = testFindings();
  const whole = (verdict: 'fail' | 'pass') =>
    observation({ check: 'ACC-01', verdict, resource: { uid: 'host/b', type: 'host', name: 'web-2' } });
  const begin = (source: string, reporterId: string) =>
    findings.beginRun({ source, reporterId, scope: reporterId, checks: null, isConfined: source === 'buckets' });
  const early = await begin('buckets', 'a');
  await findings.observe(early.runId, 0, [whole('fail')], 'a');
  const other = await begin('host', 'b');
  await findings.observe(other.runId, 0, [whole('fail')], 'b');
  advance(1);
  const late = await begin('buckets', 'a');
  await assert.rejects(findings.observe(late.runId, 0, [whole('pass')], 'a'), { code: 'finding_source_refused' });
  await findings.endRun(late.runId, true, 'a');
  const { findings: list } = await findings.list({}, open);
  assert.deepEqual(
    list.map(({ check, source, state }) => [check, source, state]),
    [['ACC-01', 'host', 'open']],
  );
});
