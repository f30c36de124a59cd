import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingId, type Observation, type Opened } from '../../findings/index.ts';
import type { NoticeRecord } from '../../network/index.ts';
import type { NoticeEvent } from '../../notifications/index.ts';
import { memoryRecordStore } from '../../storage/index.ts';
import { findingNotices } from './finding-notices.ts';
import { networkNoticeKinds, tellOfBreakIns } from './network-notices.ts';

const alert = (key: string, severity: NoticeRecord['severity'], msg = 'let in'): NoticeRecord => ({
  ...{ log: 'notice', note: 'Login::Success_After_Guessing', ts: 1, first: 1, last: 1, n: 1, uids: [] },
  ...{
    key,
    severity,
    msg,
    src: '203.0.113.7',
    arithmetic: { count: 7, threshold: 5, windowSeconds: 1800, explained: [] },
  },
});

test('somebody who got in is told once for each alert, however often an agent sends it, and nothing less grave is', async () => {
  const events: NoticeEvent[] = [];
  await using records = memoryRecordStore({ clock: () => 0 });
  const deps = {
    ...{ records, clock: () => 0, settings: { guardEventsKeptMs: 1000 } },
    notifications: {
      operation(event: NoticeEvent) {
        events.push(event);
        return { op: 'put', pk: 'events', sk: `${events.length}`, value: {} } as const;
      },
    },
  };
  const alerts = [alert('a', 'critical', 'let in as \u202eroot'), alert('b', 'high')];
  const story = {
    ...{ check: 'network-source', severity: 'critical', title: 'it got in' },
    resource: { uid: 'address/203.0.113.7', type: 'address', name: '203.0.113.7' },
  } as unknown as Observation;
  for (let round = 0; round < 2; round += 1) {
    await tellOfBreakIns('web-1', { notices: alerts, observations: [story] }, deps);
  }
  const told = await records.query('events');
  assert.equal(told.items.length, 1);
  assert.deepEqual([events[0]?.kind, events[0]?.accountId], ['network_break_in', null]);
  assert.match(events[0]?.details?.[0] ?? '', /^let in as .*root \(seen by web-1\)$/);
  assert.doesNotMatch(events[0]?.details?.[0] ?? '', /\u202e/);
  assert.deepEqual(events[0]?.about, [{ id: findingId(story), title: 'it got in', weight: 'critical' }]);
});

test('a break-in is one event: the finding that opens with its alert is none beside it', () => {
  const kind = networkNoticeKinds.find(({ name }) => name === 'network_break_in');
  assert.equal(kind?.title(1), 'Somebody got in after guessing passwords');
  assert.match(kind?.title(2) ?? '', /2 times/);
  const opened = ['critical', 'high'].map((severity) => ({
    ...{ isKnown: false, finding: { source: 'network', severity, findingId: severity, title: severity } },
  })) as unknown as Opened[];
  const kinds = (run?: { tellsCritical: boolean }) => findingNotices('scope', opened, run).map((event) => event.kind);
  assert.deepEqual(kinds({ tellsCritical: true }), ['network_alert']);
  assert.deepEqual(kinds(), ['network_break_in', 'network_alert'], 'handed over by somebody who tells of nothing');
});

test('new findings of the network have kinds of their own; what is open again is told as that', () => {
  const opened = (source: string, severity: string, isKnown = false) =>
    ({ isKnown, finding: { source, severity, findingId: source, title: severity } }) as unknown as Opened;
  const kinds = (some: readonly Opened[]) => findingNotices('scope', some).map(({ kind, count }) => `${kind} ${count}`);
  assert.deepEqual(
    kinds([opened('network', 'low'), opened('network', 'high'), opened('network', 'critical'), opened('host', 'high')]),
    ['network_alert 2', 'network_break_in 1', 'finding_opened 1'],
  );
  assert.deepEqual(kinds([opened('network', 'critical', true)]), ['finding_reopened 1']);
});
