import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordOperation, RecordStore } from '../../../storage/index.ts';
import { ada, HOST, OTHER, reportOf, saying, testFleet, timesAt } from '../test-fleet.ts';

const HOUR = 3_600_000;

test('a report makes findings, an index and a line of the history, and the next one tells what was mended', async () => {
  const { fleet, enrol, report, findings, advance } = testFleet();
  await enrol();
  const { wants, schedule } = await report();
  assert.deepEqual([wants, schedule.scanEveryMs], [[], HOUR]);
  const [host] = (await fleet.list({})).hosts;
  assert.deepEqual([host?.state, host?.index, host?.coverage, host?.open.high], ['reporting', 33, 100, 1]);
  assert.equal(host?.worst[0]?.title, 'About ACC-01');
  advance(HOUR);
  await report(
    saying([
      { check: 'KRN-07', verdict: 'pass' },
      { check: 'ACC-01', verdict: 'pass' },
    ]),
  );
  const shown = await fleet.show(HOST);
  assert.deepEqual([shown.index, shown.indexBefore, shown.open.high], [100, 33, 0]);
  const fixed = await findings.list({ states: ['fixed'] }, { limit: 10 });
  assert.deepEqual(
    fixed.findings.map(({ check }) => check),
    ['ACC-01'],
  );
  const { scans } = await fleet.scans(HOST, {});
  assert.deepEqual(
    scans.map(({ scanId, index }) => [scanId, index]),
    [
      ['2', 100],
      ['1', 33],
    ],
  );
  const compared = await fleet.compare(HOST, '1', '2');
  assert.deepEqual(
    compared.checks.map(({ check, before, after }) => [check, before, after]),
    [['ACC-01', 'wrong', 'right']],
  );
  assert.deepEqual([compared.came.length, compared.went.map(({ check }) => check)], [0, ['ACC-01']]);
  const back = await fleet.compare(HOST, '2', '1');
  assert.deepEqual([back.came.length, back.went.length], [1, 0]);
});

test('a report that comes again changes nothing', async () => {
  const { fleet, enrol, report, advance, records } = testFleet();
  await enrol();
  const same = reportOf();
  const first = await report(same);
  const rows = JSON.stringify((await records.query(`host#${HOST}`)).items);
  advance(HOUR);
  assert.deepEqual(await report(same), first);
  assert.equal(JSON.stringify((await records.query(`host#${HOST}`)).items), rows);
  assert.equal((await fleet.scans(HOST, {})).scans[0]?.scans, 1);
});

test('scans that see the same are one line, cost no writes of findings, and once a day all is told as seen again', async () => {
  const written: string[] = [];
  const { fleet, enrol, report, advance, findings } = testFleet({ wrap: (store) => watched(store, written) });
  await enrol();
  await report();
  written.length = 0;
  for (let hour = 0; hour < 3; hour += 1) {
    advance(HOUR);
    await report();
  }
  assert.deepEqual(
    written.filter((pk) => pk.startsWith('finding')),
    [],
  );
  const { scans } = await fleet.scans(HOST, {});
  assert.deepEqual(
    scans.map((scan) => scan.scans),
    [4],
  );
  advance(21 * HOUR);
  await report();
  const [open] = (await findings.list({}, { limit: 1 })).findings;
  assert.ok(open && open.lastSeenMs > open.firstSeenMs);
});

test('nothing is taken of a report that names another host, or contradicts itself', async () => {
  const { fleet, enrol, report, records, now } = testFleet();
  await enrol();
  const own = reportOf(timesAt(now()));
  const { observations } = saying([{ check: 'ACC-01', verdict: 'fail' }], OTHER);
  for (const [part, code] of [
    [{ observations }, 'report_of_another_host'],
    [
      {
        ...own,
        observations: own.observations.map((each) => ({
          ...each,
          resource: { ...each.resource, uid: `host/${HOST}0` },
        })),
      },
      'report_of_another_host',
    ],
    [{ whole: ['NET-01'] as string[] }, 'report_invalid'],
    [{ checks: [...own.checks, ...own.checks] as typeof own.checks }, 'report_invalid'],
    [{ checks: [] as typeof own.checks }, 'report_invalid'],
  ] as const) {
    await assert.rejects(report({ ...own, ...part }), { code });
  }
  await assert.rejects(fleet.report({ hostId: HOST, with: ['host'] }, reportOf({ hostId: OTHER })), {
    code: 'report_of_another_host',
  });
  assert.deepEqual((await records.query(`host#${HOST}`)).items, []);
  assert.equal((await fleet.show(HOST)).state, 'waiting');
});

test('what a host says of itself counts less than what follows from what it saw', async () => {
  const { fleet, enrol, report } = testFleet();
  await enrol();
  const told = saying([
    { check: 'ACC-01', verdict: 'fail' },
    { check: 'KRN-07', verdict: 'unknown' },
  ]);
  await report({
    ...told,
    checks: told.checks.map((each) => ({ ...each, outcome: 'right', severity: 'info', title: 'Fine' })),
  });
  const { checks, index, coverage, notLookedAt } = await fleet.show(HOST);
  assert.deepEqual(
    checks.map(({ id, outcome }) => [id, outcome]),
    [
      ['ACC-01', 'wrong'],
      ['KRN-07', 'not_looked_at'],
    ],
  );
  assert.ok(checks.every(({ title, severity }) => title !== 'Fine' && severity !== 'info'));
  assert.deepEqual([index, notLookedAt], [0, 1]);
  assert.ok(coverage !== null && coverage < 100);
});

test('a clock that is wrong is told, and times are shown as they were', async () => {
  const { fleet, enrol, report, now, advance } = testFleet();
  await enrol();
  await report();
  advance(HOUR);
  const ahead = 400 * 86_400_000;
  await report(timesAt(now() + ahead));
  const wrong = await fleet.show(HOST);
  assert.deepEqual([wrong.clockOffsetMs, wrong.clockIsWrong], [-ahead, true]);
  const [last] = (await fleet.scans(HOST, {})).scans;
  assert.equal(last?.lastTime, new Date(now() - 2000).toISOString());
  // Set right again, it goes on as if nothing had been.
  advance(HOUR);
  await report(saying([{ check: 'ACC-01', verdict: 'pass' }]));
  const right = await fleet.show(HOST);
  assert.deepEqual([right.clockIsWrong, right.open.high, right.state], [false, 0, 'reporting']);
});

test('a report that waited while a newer one came is history, and says nothing of how the host is now', async () => {
  const { fleet, enrol, report, now, advance } = testFleet();
  await enrol();
  advance(10 * HOUR);
  await report(saying([{ check: 'ACC-01', verdict: 'pass' }]));
  const startedTime = new Date(now() - 5 * HOUR).toISOString();
  await report({ startedTime, ...saying([{ check: 'ACC-01', verdict: 'fail' }]) });
  const shown = await fleet.show(HOST);
  assert.deepEqual([shown.index, shown.open.high], [100, 0]);
  assert.equal((await fleet.scans(HOST, {})).scans.length, 2);
});

test('a server that dies between the findings and the host leaves both right when the report comes again', async () => {
  let dies = true;
  const wrap = (store: RecordStore): RecordStore => ({
    ...store,
    async transact(operations) {
      if (dies && operations.some(({ sk }) => sk.startsWith('report#'))) throw new Error('the server is gone');
      await store.transact(operations);
    },
  });
  const { fleet, enrol, report, findings } = testFleet({ wrap });
  await enrol();
  const same = reportOf();
  await assert.rejects(report(same), /the server is gone/);
  assert.equal((await fleet.show(HOST)).state, 'waiting');
  dies = false;
  await report(same);
  const [open, ...more] = (await findings.list({}, { limit: 10 })).findings;
  assert.deepEqual([open?.check, more.length, open?.reopened], ['ACC-01', 0, 0]);
  assert.deepEqual(
    (await fleet.scans(HOST, {})).scans.map((scan) => scan.scans),
    [1],
  );
});

test('two reports of one host at once are both taken', async () => {
  const { fleet, enrol, report } = testFleet();
  await enrol();
  await Promise.all([report(), report(), report()]);
  assert.deepEqual(
    (await fleet.scans(HOST, {})).scans.map((scan) => scan.scans),
    [3],
  );
});

test('an older report that notes its findings while a newer one is taken: the next one sets them right', async () => {
  const [atEnd, taken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let [ends, older]: [number, Promise<unknown>] = [0, Promise.resolve()];
  const wrap = (store: RecordStore): RecordStore => ({
    ...store,
    async transact(operations) {
      const end = operations.some(({ sk }) => sk.startsWith('report#')) ? (ends += 1) : 0;
      if (end === 1) {
        const startedTime = new Date(now() - HOUR).toISOString();
        older = report({ startedTime, ...saying([{ check: 'ACC-01', verdict: 'fail' }]) });
        await atEnd.promise;
      }
      if (end === 2) {
        atEnd.resolve();
        await taken.promise;
      }
      await store.transact(operations);
    },
  });
  const { enrol, report, now, advance, findings } = testFleet({ wrap });
  await enrol();
  const right = saying([{ check: 'ACC-01', verdict: 'pass' }]);
  await report(right);
  taken.resolve();
  await older;
  advance(HOUR);
  await report(right);
  assert.deepEqual((await findings.list({}, { limit: 10 })).findings, []);
});

test('a host that is revoked or forgotten while its report is being taken: nothing of the report is kept', async () => {
  for (const act of ['revoke', 'forget'] as const) {
    const { fleet, enrol, report, records, findings, advance } = testFleet({
      wrap: (store) =>
        meanwhile(store, async () => {
          advance(1);
          await fleet[act](ada, HOST);
        }),
    });
    await enrol();
    await assert.rejects(report(), { code: act === 'revoke' ? 'host_revoked' : 'host_not_found' });
    assert.deepEqual((await records.query(`host#${HOST}`)).items, [], act);
    const { total } = await fleet.list({});
    const { findings: open } = await findings.list({}, { limit: 10 });
    assert.deepEqual([total, open.length], act === 'revoke' ? [1, 1] : [0, 0]);
  }
});

test('a check that the host does not make any more leaves nothing open; a scan of some checks leaves the others', async () => {
  const { fleet, enrol, report, advance } = testFleet();
  await enrol();
  await report(
    saying([
      { check: 'ACC-01', verdict: 'fail' },
      { check: 'KRN-07', verdict: 'fail' },
      { check: 'OWN-01', verdict: 'fail' },
    ]),
  );
  advance(HOUR);
  await report({ selection: ['KRN-07'], ...saying([{ check: 'KRN-07', verdict: 'pass' }]) });
  const some = await fleet.show(HOST);
  assert.deepEqual(
    some.checks.map(({ id, outcome }) => `${id} ${outcome}`),
    ['ACC-01 wrong', 'KRN-07 right', 'OWN-01 wrong'],
  );
  assert.equal(some.open.high, 2);
  advance(HOUR);
  await report(saying([{ check: 'ACC-01', verdict: 'fail' }]));
  const all = await fleet.show(HOST);
  assert.deepEqual([all.checks.map(({ id }) => id), all.open.high], [['ACC-01'], 1]);
});

test('a report of as many checks with as much text as it may have fits, and others after it take no more room', async () => {
  const { fleet, enrol, report, advance } = testFleet();
  await enrol();
  const own = (group: string) => {
    const told = saying(
      Array.from({ length: 1000 }, (_, at) => ({ check: `${group}-${String(at).padStart(4, '0')}`, verdict: 'pass' })),
    );
    const large = { title: 'ü'.repeat(512), why: '\u0001'.repeat(1000), outcome: 'not_looked_at' as const };
    return { ...told, observations: [], checks: told.checks.map((each) => ({ ...each, ...large })) };
  };
  for (const group of ['OWN', 'MORE', 'OTHER']) {
    advance(HOUR);
    await report({ selection: ['OWN-0001'], ...own(group) });
  }
  const { checks } = await fleet.show(HOST);
  assert.deepEqual([checks.length, checks[0]?.id, checks[0]?.outcome], [1000, 'OTHER-0000', 'not_looked_at']);
});

test('a host reports so often in an hour and no more; another one is not kept from it', async () => {
  const { fleet, enrol, report, advance } = testFleet({ settings: { hostReportsAnHour: 2 } });
  await enrol();
  await report();
  await report();
  await assert.rejects(report(), { code: 'host_reports_many', extra: { retryAfterMs: HOUR } });
  await enrol(OTHER);
  await report({ hostId: OTHER, ...saying([{ check: 'ACC-01', verdict: 'pass' }], OTHER) });
  advance(HOUR);
  await report();
  assert.equal((await fleet.scans(HOST, {})).scans[0]?.scans, 3);
});

test('so many scans are kept of a host and no more', async () => {
  const { fleet, enrol, report, advance, records } = testFleet({ settings: { hostScansKept: 3 } });
  await enrol();
  for (let scan = 0; scan < 8; scan += 1) {
    advance(HOUR);
    await report(saying([{ check: 'ACC-01', verdict: scan % 2 === 0 ? 'fail' : 'pass' }]));
  }
  const { scans } = await fleet.scans(HOST, {});
  assert.deepEqual(
    scans.map(({ scanId }) => scanId),
    ['8', '7', '6'],
  );
  const first = await fleet.scans(HOST, { limit: 2 });
  assert.deepEqual(
    (await fleet.scans(HOST, { limit: 2, after: first.next })).scans.map(({ scanId }) => scanId),
    ['6'],
  );
  await assert.rejects(fleet.scan(HOST, '1'), { code: 'host_scan_not_found' });
  advance(400 * 24 * HOUR);
  assert.deepEqual(
    (await records.query(`host#${HOST}`)).items.map(({ sk }) => sk),
    ['last'],
  );
});

test('checks of both platforms keep their names in the history', async () => {
  const { fleet, enrol, report } = testFleet();
  await enrol();
  const told = saying([
    { check: 'W-ACC-01', verdict: 'fail' },
    { check: 'ACC-01', verdict: 'pass' },
  ]);
  await report({ ...told, system: { ...reportOf().system, platform: 'windows' } });
  const { checks } = await fleet.scan(HOST, '1');
  assert.deepEqual(
    checks.map(({ id, outcome }) => `${id} ${outcome}`),
    ['ACC-01 right', 'W-ACC-01 wrong'],
  );
  assert.equal((await fleet.show(HOST)).platform, 'windows');
  const shipped = fleet.checks('windows').checks;
  assert.ok(shipped.length >= 30 && shipped.every(({ checkId, isTested }) => checkId.startsWith('W-') && !isTested));
  assert.match((await fleet.check('KRN-07')).script, /^# id: KRN-07/);
});

test('a host is late, then silent, and what people accept counts for nothing in the list', async () => {
  const { fleet, enrol, report, advance, findings } = testFleet();
  await enrol();
  assert.equal((await fleet.show(HOST)).state, 'waiting');
  assert.equal((await fleet.totals()).byWorst.unheard, 1);
  await report();
  assert.equal((await fleet.totals()).byWorst.high, 1);
  const [open] = (await findings.list({}, { limit: 1 })).findings;
  await findings.accept(ada, open?.findingId ?? '', { reason: 'so be it', untilMs: null });
  assert.equal((await fleet.list({})).hosts[0]?.open.high, 0);
  assert.equal((await fleet.totals()).byWorst.nothing, 1);
  advance(HOUR + HOUR / 2 + 1);
  assert.equal((await fleet.list({ state: 'late' })).total, 1);
  advance(2 * HOUR);
  const totals = await fleet.totals();
  assert.deepEqual([totals.states.silent, totals.inTrouble, totals.open.high], [1, 1, 0]);
  assert.deepEqual([totals.byWorst.nothing, totals.byWorst.unheard], [0, 1]);
  await assert.rejects(fleet.list({ state: 'asleep' }), { code: 'host_filter_invalid' });
  await fleet.change(ada, HOST, { label: 'the shop', scanEveryMs: 24 * HOUR });
  assert.deepEqual(
    (await fleet.list({ q: 'SHOP' })).hosts.map(({ state }) => state),
    ['reporting'],
  );
});

/** Does something else once, between the findings of a report and its host. */
function meanwhile(store: RecordStore, act: () => Promise<void>): RecordStore {
  let isDone = false;
  return {
    ...store,
    async transact(operations) {
      if (!isDone && operations.some(({ sk }) => sk.startsWith('report#'))) {
        isDone = true;
        await act();
      }
      await store.transact(operations);
    },
  };
}

function watched(store: RecordStore, written: string[]): RecordStore {
  return {
    ...store,
    async transact(operations: readonly RecordOperation[]) {
      for (const { op, pk } of operations) if (op !== 'check') written.push(pk);
      await store.transact(operations);
    },
  };
}
