import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryRecordStore } from '../../storage/index.ts';
import type { NoticeEvent } from '../../notifications/index.ts';
import { tellWatched } from './guard-notices.ts';

test('the owner hears what a person’s watch saw, and nothing that a host says, which names them to admins alone', async () => {
  const events: NoticeEvent[] = [];
  await using records = memoryRecordStore({ clock: () => 0 });
  const tell = tellWatched({
    ...{ records, clock: () => 0, settings: { guardEventsKeptMs: 1000 }, hostSettings: { hostNoticesAnHour: 10 } },
    notifications: {
      operation(event) {
        events.push(event);
        return { op: 'put', pk: 'events', sk: `${events.length}`, value: {} };
      },
    },
    personOfEmail: async () => ({ accountId: 'ada', handle: 'ada', name: 'Ada', role: 'member' }),
  });
  const notice = { id: '1', kind: 'opened', about: 'plans', count: 1, lines: ['opened'], owner: 'ada\u202e@x.example' };
  await tell([{ ...notice, kind: 'opened' }], null);
  await tell([{ ...notice, kind: 'opened' }], { hostId: 'till', with: ['buckets'] });
  assert.deepEqual(
    events.map(({ kind, accountId }) => [kind, accountId]),
    [
      ['watched_objects_opened', null],
      ['owned_objects_opened', 'ada'],
      ['watched_objects_opened', null],
    ],
  );
  assert.match(events[2]?.details?.[0] ?? '', /^opened \(owner: ada.*@x\.example\)$/);
  assert.doesNotMatch(events[2]?.details?.join('') ?? '', /\u202e/);
});
