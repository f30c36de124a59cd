import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateIdentity } from '../age/index.ts';
import { hasCode } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import { memoryRecordStore, type RecordOperation, type RecordStore } from '../storage/index.ts';
import { BATCHES, EVENTS, feedOf, keys, type NoticeRow } from './records.ts';
import { testNotifications, type TestNotifications, type TestPerson } from './test-notifications.ts';

const login = ({ accountId }: TestPerson, from = '203.0.113.7') => ({
  kind: 'login_new',
  accountId,
  subject: '',
  details: [`From ${from}`],
});
const finding = (subject = 'account 1', detail = 'critical: the bucket photos is public') => ({
  kind: 'finding_opened',
  accountId: null,
  subject,
  details: [detail],
});

async function feed({ notifications }: TestNotifications, reader: TestPerson) {
  const { notices } = await notifications.list(reader, { limit: 100 });
  // Ids of one millisecond are in any order.
  return notices.toSorted((one, other) => (one.kind ?? '').localeCompare(other.kind ?? ''));
}

/** Everything that lies in the records, as a thief of the database reads it. */
async function everything(records: RecordStore, ...pks: string[]): Promise<string> {
  const pages = await Promise.all(pks.map((pk) => records.query(pk, { limit: 1000 })));
  return JSON.stringify(pages);
}

test('an event is told to the person it concerns and to nobody else, and an event for admins to each of them', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  await setup.happen(login(setup.ada));
  await setup.happen(finding());
  await notifications.make();
  assert.deepEqual(
    (await feed(setup, setup.ada)).map(({ kind, count, details }) => [kind, count, details]),
    [
      ['finding_opened', 1, ['critical: the bucket photos is public']],
      ['login_new', 1, ['From 203.0.113.7']],
    ],
  );
  assert.deepEqual(
    (await feed(setup, setup.grace)).map(({ kind }) => kind),
    ['finding_opened'],
  );
  assert.deepEqual(setup.told.toSorted(), [setup.ada.accountId, setup.ada.accountId, setup.grace.accountId].toSorted());
});

test('the database tells nothing: not before a notice is made, not on its way, not in the feed', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  const places = [EVENTS, BATCHES, feedOf(setup.ada.accountId), `notices-folds#${setup.ada.accountId}`];
  await setup.happen(login(setup.ada));
  const raised = await everything(setup.records, ...places);
  await notifications.make();
  const kept = await everything(setup.records, ...places);
  for (const text of [raised, kept]) assert.doesNotMatch(text, /203\.0\.113|login_new/);
  assert.match(kept, /notices#/);
});

test('only its reader opens a notice: another identity gets a line that says so, and no words', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  await setup.happen(login(setup.ada));
  await notifications.make();
  setup.ada.identity = generateIdentity('classic');
  const [notice] = await feed(setup, setup.ada);
  assert.deepEqual([notice?.kind, notice?.details], [null, []]);
});

test('a notice that somebody else wrote into the database is not shown', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  await setup.happen(login(setup.ada));
  await notifications.make();
  const [notice] = await feed(setup, setup.ada);
  const { accountId } = setup.ada;
  const { pk, sk } = keys.notice(accountId, notice?.noticeId ?? '');
  const row = (await setup.records.get<NoticeRow>(pk, sk))?.value;
  assert.ok(row);
  const forged: RecordOperation = { op: 'put', ...keys.notice(accountId, newId()), value: row };
  await setup.records.transact([forged, { op: 'put', pk, sk, value: { ...row, count: 2 } }]);
  assert.deepEqual(await feed(setup, setup.ada), []);
});

test('the same again is the same notice with a count, until its time is over', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  for (let n = 1; n <= 7; n++) {
    await setup.happen(login(setup.ada, `203.0.113.${n}`));
    if (n % 2 === 0) await notifications.make();
  }
  await notifications.make();
  const [notice, ...others] = await feed(setup, setup.ada);
  assert.equal(others.length, 0);
  assert.equal(notice?.count, 7);
  assert.equal(notice.title, '7 logins');
  // Those of one millisecond are in any order.
  assert.deepEqual(
    notice.details.toSorted(),
    [3, 4, 5, 6, 7].map((n) => `From 203.0.113.${n}`),
  );
  setup.advance(3_600_001);
  await setup.happen(login(setup.ada));
  await notifications.make();
  assert.deepEqual(
    (await feed(setup, setup.ada)).map(({ count }) => count).toSorted((one, other) => one - other),
    [1, 7],
  );
});

test('what was read is unread again when it happens again', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  const unread = async () => (await notifications.list(setup.ada, { limit: 1 })).unread;
  await setup.happen(login(setup.ada));
  await setup.happen(finding());
  await notifications.make();
  assert.equal(await unread(), 2);
  const [first] = await feed(setup, setup.ada);
  assert.equal(await notifications.mark(setup.ada, [first?.noticeId ?? ''], true), 1);
  assert.equal(await notifications.mark(setup.ada, [first?.noticeId ?? ''], true), 0);
  assert.equal(await unread(), 1);
  assert.equal((await notifications.list(setup.ada, { limit: 10, unreadOnly: true })).notices[0]?.kind, 'login_new');
  assert.equal(await notifications.mark(setup.ada, null, true), 1);
  assert.equal(await unread(), 0);
  await setup.happen(finding());
  await notifications.make();
  assert.equal(await unread(), 1);
  assert.equal(await notifications.mark(setup.ada, null, false), 1);
  assert.equal(await unread(), 2);
  await assert.rejects(notifications.mark(setup.ada, [newId()], true), (error) => hasCode(error, 'notice_not_found'));
  await assert.rejects(notifications.mark(setup.grace, [first?.noticeId ?? ''], true), (error) =>
    hasCode(error, 'notice_not_found'),
  );
});

test('a long feed is read page by page, and old notices leave it', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  for (let n = 0; n < 25; n++) await setup.happen(finding(`account ${n}`, `account ${n}`));
  await notifications.make();
  const seen: string[] = [];
  for (let after: string | undefined; ;) {
    const page = await notifications.list(setup.ada, { limit: 10, after });
    seen.push(...page.notices.flatMap(({ details }) => details));
    if (page.next === undefined) break;
    after = page.next;
  }
  assert.equal(new Set(seen).size, 25);
  await assert.rejects(notifications.list(setup.ada, { limit: 10, after: 'x' }), (error) =>
    hasCode(error, 'notice_cursor_invalid'),
  );
  setup.advance(181 * 86_400_000);
  assert.deepEqual(await feed(setup, setup.ada), []);
});

test('kinds without names carry none, and guards name nothing when the setting is off', async () => {
  const setup = testNotifications({ deps: { guardNoticeNames: async () => false } });
  await using notifications = setup.notifications;
  const { accountId } = setup.ada;
  await setup.happen({ kind: 'quota_near', accountId, subject: '', details: ['plan.pdf'] });
  await setup.happen(finding());
  await notifications.make();
  assert.deepEqual(
    (await feed(setup, setup.ada)).map(({ kind, details }) => [kind, details]),
    [
      ['finding_opened', []],
      ['quota_near', []],
    ],
  );
});

test('an event that no kind is registered for, or for the wrong audience, is a mistake that shows at once', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  assert.throws(() => notifications.operation({ kind: 'nothing', accountId: null, subject: '' }), TypeError);
  assert.throws(() => notifications.operation({ kind: 'login_new', accountId: null, subject: '' }), TypeError);
  assert.throws(() => notifications.operation({ ...finding(), accountId: newId() }), TypeError);
  assert.throws(() => notifications.operation({ ...finding(), subject: 'x'.repeat(257) }), TypeError);
});

test('somebody who is gone is told nothing, and holds up nobody', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  await setup.happen(login({ ...setup.ada, accountId: newId() }));
  await setup.happen(login(setup.ada));
  await notifications.make();
  assert.equal((await feed(setup, setup.ada)).length, 1);
  assert.equal((await setup.records.query(BATCHES)).items.length, 0);
  assert.equal((await setup.records.query(EVENTS)).items.length, 0);
});

test('wherever making notices is broken off, and by however many servers it is done, each event counts once', async () => {
  let failAt = Infinity;
  let writes = 0;
  const setup = testNotifications({
    records: (clock) => {
      const inner = memoryRecordStore({ clock });
      return {
        ...inner,
        properties: inner.properties,
        get: (pk, sk) => inner.get(pk, sk),
        query: (pk, options) => inner.query(pk, options),
        async transact(operations) {
          writes += 1;
          if (writes === failAt) throw new Error('The process was killed before this write');
          await inner.transact(operations);
          if (writes === failAt - 0.5) throw new Error('The process was killed after this write');
        },
        [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
      };
    },
  });
  await using one = setup.notifications;
  await using other = setup.another();
  let events = 0;
  for (let round = 1; round <= 12; round++) {
    for (let n = 0; n < 3; n++) {
      await setup.happen(finding());
      events += 1;
    }
    failAt = writes + Math.ceil(round / 2) - (round % 2 === 0 ? 0 : 0.5) + 0.5;
    await Promise.allSettled([one.make(), round > 6 ? other.make() : Promise.resolve()]);
    failAt = Infinity;
  }
  await Promise.all([one.make(), other.make()]);
  for (const reader of [setup.ada, setup.grace]) {
    assert.deepEqual(
      (await feed(setup, reader)).map(({ count }) => count),
      [events],
    );
  }
});
