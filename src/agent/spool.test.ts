import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSpool, type Spool } from './spool.ts';
import { testReport } from './test-report.ts';

const NO_LIMITS = { count: 1000, bytes: 2 ** 30 };

function scratch(): { readonly spool: Spool; readonly folder: string } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'spool-'));
  return {
    spool: openSpool(folder),
    folder: join(folder, 'agent'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

test('reports wait in the order they came, whatever their ids say of the time', async () => {
  using here = scratch();
  const made = [testReport(), testReport(), testReport()].toReversed();
  for (const each of made) await here.spool.add(each);
  const waiting = await here.spool.waiting();
  assert.deepEqual(
    waiting.map(({ reportId }) => reportId),
    made.map(({ report }) => report.reportId),
  );
  assert.deepEqual((await here.spool.read(waiting[0]!))?.report, made[0]?.report);
  assert.equal(statSync(join(here.folder, 'spool', waiting[0]!.name)).mode & 0o777, 0o600);
});

test('what reports share lies there once, and goes with the last of them', async () => {
  using here = scratch();
  const { spool } = here;
  for (const facts of ['a', 'a', 'b']) await spool.add(testReport({ facts, firewall: 'c' }));
  assert.equal(readdirSync(join(here.folder, 'parts')).length, 3);
  const [first, second] = await spool.waiting();
  await spool.remove(first!);
  await spool.remove(second!);
  assert.equal(await spool.tidy(NO_LIMITS), 0);
  assert.deepEqual(readdirSync(join(here.folder, 'parts')).toSorted(), [
    `facts-${'b'.repeat(16)}.json`,
    `firewall-${'c'.repeat(16)}.json`,
  ]);
  assert.equal((await spool.part('facts', 'b'.repeat(64)))?.hash, 'b'.repeat(64));
  assert.equal(await spool.part('facts', 'a'.repeat(64)), null);
});

test('beyond a number or a size the oldest go and are counted, and the newest stays however large it is', async () => {
  using here = scratch();
  const { spool } = here;
  const made = Array.from({ length: 5 }, () => testReport());
  for (const each of made) await spool.add(each);
  assert.equal(await spool.tidy({ ...NO_LIMITS, count: 2 }), 3);
  const ids = async (): Promise<readonly string[]> => (await spool.waiting()).map(({ reportId }) => reportId);
  assert.deepEqual(await ids(), [made[3]!.report.reportId, made[4]!.report.reportId]);
  await spool.add(testReport({ firewall: 'e' }));
  const large = testReport({ text: 'y'.repeat(100_000) });
  await spool.add(large);
  assert.equal(await spool.tidy({ ...NO_LIMITS, bytes: 50_000 }), 3);
  assert.deepEqual(await ids(), [large.report.reportId]);
  assert.deepEqual(readdirSync(join(here.folder, 'parts')), []);
});

test('what a kill left half-written is no report and is cleared away; a damaged one is none either', async () => {
  using here = scratch();
  const { spool } = here;
  const whole = testReport();
  await spool.add(whole);
  const folder = join(here.folder, 'spool');
  writeFileSync(
    join(folder, `000000000002_${testReport().report.reportId}_none_none.json.${'0'.repeat(8)}.tmp`),
    '{"rep',
  );
  assert.equal((await spool.waiting()).length, 1);
  await spool.tidy(NO_LIMITS);
  assert.equal(readdirSync(folder).length, 1);
  const [waiting] = await spool.waiting();
  writeFileSync(join(folder, waiting!.name), '{"report":');
  assert.equal(await spool.read(waiting!), null);
});
