import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandErrors } from '../base/commands/errors.ts';
import { HoldfastError } from '../base/errors.ts';
import { agentErrors } from './errors.ts';
import { testAgent } from './test-agent.ts';
import { testReport } from './test-report.ts';

const MINUTE = 60_000;
const away = () => commandErrors('server_unreachable', { attempted: 'Ask' });
const problem = (status: number, code = 'a_problem') =>
  new HoldfastError(code, { status, title: 'No', remedy: 'None' });
const idsOf = (reports: readonly { readonly reportId: string }[]) => reports.map(({ reportId }) => reportId);

test('an agent scans at once and then on its schedule, and each report comes to the server once', async () => {
  await using agent = await testAgent();
  await agent.time.pass(46 * MINUTE);
  assert.deepEqual(agent.scannedAtMs, [0, 15 * MINUTE, 30 * MINUTE, 45 * MINUTE]);
  assert.equal(new Set(idsOf(agent.heard)).size, 4);
  assert.equal(agent.heard.length, 4);
  assert.deepEqual(await agent.spool.waiting(), []);
});

test('a clock on the wall that jumps days ahead and back neither stops scans nor makes more of them', async () => {
  let jumpMs = 0;
  await using agent = await testAgent({ wallMs: () => Date.UTC(2026, 10, 28) + jumpMs });
  for (const days of [30, -4000, 0.001, 0]) {
    jumpMs = days * 24 * 60 * MINUTE;
    await agent.time.pass(15 * MINUTE);
  }
  assert.deepEqual(agent.scannedAtMs, [0, 15 * MINUTE, 30 * MINUTE, 45 * MINUTE, 60 * MINUTE]);
});

test('while the server is away reports wait, it is asked less and less often, and then they come in their order', async () => {
  let isAway = true;
  await using agent = await testAgent({ answer: () => (isAway ? away() : {}), schedule: () => (isAway ? away() : {}) });
  await agent.time.pass(2 * 60 * MINUTE);
  const made = idsOf(await agent.spool.waiting());
  assert.equal(made.length, agent.scannedAtMs.length);
  assert.ok(agent.heard.length < 20, `${agent.heard.length} attempts in two hours`);
  assert.equal(agent.said.filter((line) => /is asked again and again/.test(line)).length, 1);
  assert.equal(agent.files.kept.status?.failing?.code, 'server_unreachable');

  isAway = false;
  const before = agent.heard.length;
  await agent.time.pass(15 * MINUTE);
  assert.deepEqual(idsOf(agent.heard.slice(before)).slice(0, made.length), made);
  assert.equal(agent.files.kept.status?.failing, null);
});

test('of more reports than may wait the oldest are given up, which is told and counted', async () => {
  await using agent = await testAgent({ schedule: away, answer: away, settings: { agentSpoolReports: 3 } });
  await agent.time.pass(75 * MINUTE);
  assert.equal((await agent.spool.waiting()).length, 3);
  assert.equal(agent.files.kept.status?.lost.givenUp, agent.scannedAtMs.length - 3);
  assert.match(agent.said.join('\n'), /1 report of the oldest are given up/);
});

test('what seldom changes goes along when the server does not have it, and else only its hash', async () => {
  let wants: readonly string[] = [];
  const facts = ['a', 'a', 'b', 'b', 'b'];
  await using agent = await testAgent({
    makes: () => testReport({ facts: facts.shift() ?? 'b', firewall: 'r' }),
    answer: () => ({ wants }),
  });
  await agent.time.pass(46 * MINUTE);
  const sent = agent.heard.map((report) => [report.facts, report.firewall].map((part) => part?.state !== undefined));
  assert.deepEqual(sent, [
    [true, true],
    [false, false],
    [true, false],
    [false, false],
  ]);
  wants = ['firewall'];
  await agent.time.pass(15 * MINUTE);
  wants = [];
  await agent.time.pass(30 * MINUTE);
  const later = agent.heard.slice(4).map(({ firewall }) => firewall?.state !== undefined);
  assert.deepEqual(later, [false, true, false], 'it goes with the next report when the server asks for it');
});

test('a report that was sent and not acknowledged goes again under its id, with the time of then', async () => {
  let lost = 2;
  await using agent = await testAgent({
    answer: () => (lost-- > 0 ? commandErrors('connection_lost', { attempted: 'Ask' }) : {}),
  });
  await agent.time.pass(MINUTE);
  assert.equal(agent.heard.length, 3);
  assert.equal(new Set(idsOf(agent.heard)).size, 1);
  assert.equal(new Set(agent.heard.map(({ sentTime }) => sentTime)).size, 3);
});

test('a report that is too large goes without its parts, and one that is refused is dropped, told and counted', async () => {
  await using agent = await testAgent({
    makes: () => testReport({ facts: 'a', text: agent.scannedAtMs.length === 1 ? 'first' : 'second' }),
    answer: ({ facts, system }) =>
      facts?.state ? problem(413, 'body_too_large') : system.osName === 'first' ? {} : problem(422),
  });
  await agent.time.pass(16 * MINUTE);
  assert.deepEqual(
    agent.heard.map(({ facts }) => facts?.state !== undefined),
    [true, false, false],
  );
  assert.deepEqual(await agent.spool.waiting(), []);
  assert.equal(agent.files.kept.status?.lost.refused, 1);
  assert.match(agent.said.join('\n'), /is lost: No/);
});

for (const code of ['host_revoked', 'host_replaced']) {
  test(`${code} ends the agent for good: it says so, asks no more, and would not ask after a start either`, async () => {
    await using agent = await testAgent({ answer: () => problem(403, code) });
    await agent.time.pass(MINUTE);
    const error = (await agent.ended) as HoldfastError;
    assert.equal(error.code, agentErrors('agent_ended').code);
    assert.equal(agent.heard.length, 1);
    assert.equal(agent.files.kept.identity?.ended?.code, code);
    await agent.time.pass(24 * 60 * MINUTE);
    assert.equal(agent.heard.length, 1);
  });
}

test('a server that does not know the token, or is overloaded, is asked again later and as late as it wishes', async () => {
  let answer: Error = problem(401, 'host_token_invalid');
  await using agent = await testAgent({ answer: () => answer, schedule: () => answer });
  await agent.time.pass(MINUTE);
  const before = agent.heard.length;
  assert.ok(before < 6, `${before} attempts in a minute`);
  answer = new HoldfastError('busy', { status: 503, title: 'Busy', remedy: 'Wait' }, { extra: { retryAfter: '1800' } });
  await agent.time.pass(3 * MINUTE);
  const asked = agent.heard.length;
  await agent.time.pass(25 * MINUTE);
  assert.equal(agent.heard.length, asked);
});

test('a scan that fails is told and made again at its next time; nothing is sent for it', async () => {
  let fails = true;
  await using agent = await testAgent({
    makes: () =>
      fails ? agentErrors('agent_scan_failed', { detail: 'its process ended with SIGKILL' }) : testReport(),
  });
  await agent.time.pass(MINUTE);
  assert.equal(agent.files.kept.status?.scanFailing?.code, 'agent_scan_failed');
  fails = false;
  await agent.time.pass(15 * MINUTE);
  assert.deepEqual(agent.scannedAtMs, [0, 15 * MINUTE]);
  assert.equal(agent.files.kept.status?.scanFailing, null);
  assert.equal(agent.heard.length, 1);
});

test('a schedule that a server changes holds from then on, within its bounds', async () => {
  let scanEveryMs = 24 * 60 * MINUTE;
  await using agent = await testAgent({
    schedule: () => ({ schedule: { scanEveryMs } }),
    answer: () => ({ schedule: { scanEveryMs } }),
  });
  await agent.time.pass(30 * MINUTE);
  assert.deepEqual(agent.scannedAtMs, [0]);
  // Asked for once an hour, where there is nothing to report.
  scanEveryMs = 1;
  await agent.time.pass(46 * MINUTE);
  const [, second = 0, third = 0] = agent.scannedAtMs;
  assert.ok(second > 0 && second <= 66 * MINUTE, `${second}`);
  assert.equal(third - second, 5 * MINUTE);
});
