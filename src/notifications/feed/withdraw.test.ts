import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confirmed, mailChannel, MINUTE } from '../test-letters.ts';
import { testNotifications } from '../test-notifications.ts';

test('one event tells several people, and of what somebody has seen meanwhile no letter leaves', async () => {
  const setup = testNotifications();
  const { ada, grace, mail } = setup;
  await using notifications = setup.notifications;
  const channelId = await mailChannel(setup);
  for (const person of [ada, grace]) await confirmed(setup, person, channelId);
  mail.delivered.splice(0);
  const event = { kind: 'quota_near', accountId: [ada.accountId, grace.accountId], subject: 'a room' } as const;
  await setup.happen(event);
  await notifications.make();
  await notifications.withdraw(ada.accountId, { kind: 'quota_near', subject: 'another room' });
  await notifications.withdraw(grace.accountId, { kind: 'quota_near', subject: 'a room' });
  setup.advance(MINUTE);
  await notifications.send();
  assert.deepEqual(
    mail.delivered.map(({ destination }) => destination),
    [mail.delivered[0]?.destination],
  );
  const unread = async (person: typeof ada) => (await notifications.list(person, { limit: 10 })).unread;
  assert.deepEqual([await unread(ada), await unread(grace)], [1, 0]);
  await setup.happen(event);
  await notifications.make();
  assert.deepEqual([await unread(ada), await unread(grace)], [1, 1], 'the next one is told anew');
  assert.throws(() => notifications.operation({ ...event, accountId: [] }), TypeError);
});
