import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { AuditEvent } from '../../base/audit-event.ts';
import { hasCode } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import { settingsOf } from '../../base/settings.ts';
import { findingsSettings, openFindings } from '../../findings/index.ts';
import { memoryRecordStore } from '../../storage/index.ts';
import { goodFacts } from '../checks/test-subject.ts';
import { auditedBucket, publicPolicy } from '../fixes/test-plans.ts';
import { known } from '../facts/fact.ts';
import { testGuard } from '../guard/test-guard.ts';
import { bucketsSettings } from '../settings.ts';
import type { BucketPlace } from './place.ts';
import { beginRunning, goOn, runningNow } from './running.ts';
import { proofJson, proofOf } from './proof.ts';
import { serveBuckets } from './serve.ts';
import type { Audit } from '../auditing/audit.ts';

const ada = { by: '@ada', actorId: 'a', sessionId: 's' };
const start = { placeIds: ['p'], probe: false };

function deps() {
  let nowMs = Date.UTC(2026, 10, 28);
  const clock = (): number => nowMs;
  const records = memoryRecordStore({ clock });
  const events: AuditEvent[] = [];
  const audit = {
    operations(event: AuditEvent) {
      events.push(event);
      return [];
    },
  };
  const findings = openFindings({ records, clock, audit, settings: settingsOf(findingsSettings) });
  const settings = settingsOf(bucketsSettings);
  return {
    parts: { findings, records, clock, audit, settings, log: silentLog },
    advance: (ms: number) => void (nowMs += ms),
    events,
  };
}

test('where there is no place a look says how to name one, and nothing is begun', async () => {
  const { parts, events } = deps();
  await using served = serveBuckets({ ...parts, places: [] });
  await assert.rejects(served.begin(ada, { placeId: null, probe: false }), (error) =>
    hasCode(error, 'buckets_no_place'),
  );
  assert.deepEqual((await served.places()).places, []);
  assert.deepEqual(events, []);
});

test('an audit whose server is gone makes room for the next one, and goes on no more when it comes back', async () => {
  const { parts, advance } = deps();
  const lost = await beginRunning(parts, ada, start);
  advance(59_000);
  await assert.rejects(beginRunning(parts, ada, start), (error) => hasCode(error, 'buckets_audit_runs'));
  assert.equal(await goOn(parts, lost.auditId, { at: 0, buckets: 7 }), true);
  assert.equal((await runningNow(parts))?.buckets, 7);
  advance(60_000);
  assert.equal(await runningNow(parts), null);
  const next = await beginRunning(parts, ada, start);
  assert.equal(await goOn(parts, lost.auditId, { at: 1, buckets: 9 }), false);
  assert.equal((await runningNow(parts))?.auditId, next.auditId);
});

test('a server leaves the lists of places alone that another one looks at, and forgets those that none has looked at for long', async () => {
  const { parts, advance } = deps();
  const placeOf = (placeId: string): BucketPlace => ({
    ...{ placeId, kind: 'account', endpoint: null, role: null, bucket: null },
    probing: { endpoint: null, ask: async () => ({ status: 404, headers: {}, body: '' }) },
    openReader: () => testGuard({ buckets: [{ ...goodFacts, bucket: `of-${placeId}` }] }).guard.openReader(),
  });
  await using one = serveBuckets({ ...parts, places: [placeOf('one')] });
  await using other = serveBuckets({ ...parts, places: [placeOf('other')] });
  const look = async (served: typeof one) => {
    await served.begin(ada, { placeId: null, probe: false });
    while ((await served.places()).running !== null) await turn();
  };
  const listed = async (served: typeof one) => (await served.list({})).buckets.length;
  await look(one);
  advance(86_400_000);
  await look(other);
  assert.deepEqual([await listed(one), await listed(other)], [1, 1]);
  advance(31 * 86_400_000);
  await look(other);
  assert.deepEqual([await listed(one), await listed(other)], [0, 1]);
});

test('two that begin at once: one of them does', async () => {
  const { parts } = deps();
  const both = await Promise.allSettled([beginRunning(parts, ada, start), beginRunning(parts, ada, start)]);
  assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
});

test('a proof fits a record, however large what is set on the bucket', () => {
  const rules = Array.from({ length: 1000 }, (_, at) => ({ ID: `${at}`.padEnd(255, '\ud83d'), Status: 'Enabled' }));
  const { audited, place } = auditedBucket({ policy: known(publicPolicy), lifecycle: known({ Rules: rules }) });
  const way = audited.exposure.ways[0];
  assert.ok(way);
  const many = Array.from({ length: 500 }, () => ({
    ...way,
    actions: Array.from({ length: 400 }, () => '\u0001'.repeat(900)),
  }));
  const large = { ...audited, exposure: { ...audited.exposure, ways: many } };
  const audit = { scope: 'aws', account: place.account, buckets: [large], accountObservations: [] } as unknown as Audit;
  const parts = { known: new Map(), endpoint: null, findingIds: [], atMs: 0 };
  const json = proofJson(proofOf(audit, large, parts));
  assert.ok(Buffer.byteLength(JSON.stringify({ json })) < 350 * 1024, String(Buffer.byteLength(json)));
  assert.equal(json.isWellFormed(), true);
  const { exposure } = JSON.parse(json) as { exposure: { ways: unknown[]; moreWays: number } };
  assert.equal(exposure.ways.length + exposure.moreWays, 500);
});
