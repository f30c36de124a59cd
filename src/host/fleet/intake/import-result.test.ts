import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { ada, HOST, keyOf, testFleet } from '../test-fleet.ts';

const b64 = (text: string): string => Buffer.from(text).toString('base64');
const words = (...all: readonly string[]): string => all.map((each) => `${each}\0`).join('');

/** What an archive wrote: one check that found something. */
function result(startedTime: string, part: object = {}): Buffer[] {
  const answers = words('fail', '4', '', '/etc/shadow', 'it is open', '', 'end', '0');
  const system = { isRoot: true, osFamily: 'debian', packages: 'dpkg', init: 'systemd' };
  const named = { hostname: 'cellar', osName: 'Debian', osId: 'debian', osVersion: '12', container: '', cloud: '' };
  const more = { ...named, kernel: '6.1', architecture: 'x86_64' };
  const told = Object.fromEntries(
    Object.entries({ ...system, ...more }).map(([name, value]) => [
      name,
      typeof value === 'string' ? b64(value) : value,
    ]),
  );
  const lines = [
    {
      kind: 'begin',
      format: 'holdfast-host-result',
      version: 1,
      platform: 'linux',
      madeWith: '0.1.0',
      resultId: 'ab'.repeat(16),
      startedTime,
      ...part,
    },
    { kind: 'system', hostId: HOST, ...told },
    { kind: 'check', check: 'KRN-07', sha256: 'c'.repeat(64), outcome: 'ran', answers: b64(answers), tookMs: 3 },
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const sha256 = createHash('sha256').update(text).digest('hex');
  return [Buffer.from(text), Buffer.from(`${JSON.stringify({ kind: 'end', tookMs: 9000, sha256 })}\n`)];
}

async function* sent(pieces: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

test('a result that was carried here makes the host known, once, without a token', async () => {
  const { fleet, events, advance } = testFleet();
  const file = result('2026-11-28T20:00:00Z');
  const taken = await fleet.importResult(ada, sent(file));
  assert.deepEqual(taken, { hostId: HOST, hostname: 'cellar', otherChecks: ['KRN-07'], unknownChecks: [] });
  advance(30 * 86_400_000);
  await fleet.importResult(ada, sent(file));
  const shown = await fleet.show(HOST);
  assert.deepEqual([shown.state, shown.open.high, shown.clockOffsetMs], ['imported', 1, null]);
  const { scans } = await fleet.scans(HOST, {});
  assert.deepEqual(
    scans.map(({ origin, startedTime, scans: count }) => [origin, startedTime, count]),
    [['bundle', '2026-11-28T20:00:00.000Z', 1]],
  );
  assert.ok(events.some(({ act, actorId }) => act === 'host.imported' && actorId === 'ada'));
});

test('a host that was carried here enrols like any other, and an older result is history then', async () => {
  const { fleet, enrol, report, advance } = testFleet();
  await fleet.importResult(ada, sent(result('2026-11-28T20:00:00Z')));
  await enrol(HOST, keyOf('k'));
  advance(1000);
  await report();
  await fleet.importResult(ada, sent(result('2026-11-28T21:00:00Z', { resultId: 'cd'.repeat(16) })));
  const shown = await fleet.show(HOST);
  assert.deepEqual([shown.state, shown.hostname], ['reporting', 'web-1']);
  assert.equal((await fleet.scans(HOST, {})).scans.length, 3);
});

test('nothing is taken of a file that is none, is cut off, or is too large', async () => {
  const { fleet, records } = testFleet({ settings: { hostResultBytes: 100_000 } });
  const [most = Buffer.of()] = result('2026-11-28T20:00:00Z');
  await assert.rejects(fleet.importResult(ada, sent([Buffer.from('{}')])), { code: /host_result_/ });
  await assert.rejects(fleet.importResult(ada, sent([most])), { code: 'host_result_cut_off' });
  await assert.rejects(fleet.importResult(ada, sent([Buffer.alloc(60_000), Buffer.alloc(60_000)])), {
    code: 'host_result_too_large',
  });
  assert.deepEqual((await records.query('hosts')).items, []);
});
