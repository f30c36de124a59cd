/** What many events in one minute come to: mails, a feed, a SIEM, and writes; held against any records. */
import assert from 'node:assert/strict';
import type { RecordStore } from '../storage/index.ts';
import type { NoticeEvent } from './kind.ts';
import { BATCHES, EVENTS, feedOf, foldsOf, mailboxesOf, unreadOf } from './records.ts';
import { testNotifications, type TestPerson } from './test-notifications.ts';

const MINUTE = 60_000;
const SECONDS = 60;
const PLACES = 10;
const ACT = 20;
/** DynamoDB expires rows by its own clock: none of these may be over before the test is. */
const LONG_AHEAD = Date.UTC(2100, 0, 1, 12);

export interface Flood {
  /** How many events there are in the minute. */
  readonly events: number;
  readonly openRecords: (clock: () => number) => RecordStore | Promise<RecordStore>;
  /** Told figures, a line each. */
  readonly print: (line: string) => void;
}

/** Counts what is written, but the events themselves: those ride in transactions of their own acts. */
function counted(inner: RecordStore) {
  const count = { transactions: 0, operations: 0 };
  const store: RecordStore = {
    properties: inner.properties,
    get: (pk, sk) => inner.get(pk, sk),
    query: (pk, options) => inner.query(pk, options),
    async transact(operations) {
      await inner.transact(operations);
      if (operations.every(({ pk, op }) => pk === EVENTS && op === 'put')) return;
      count.transactions += 1;
      count.operations += operations.length;
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
  return { store, count };
}

/** Everybody gets one mail a minute, a short feed, and right counts. Throws AssertionError where that does not hold. */
export async function assertFloodIsTamed({ events: inAll, openRecords, print }: Flood): Promise<void> {
  let clock = (): number => 0;
  await using opened = await openRecords(() => clock());
  const { store, count } = counted(opened);
  const setup = testNotifications({
    startMs: LONG_AHEAD,
    records: (theirs) => {
      clock = theirs;
      return store;
    },
  });
  await using notifications = setup.notifications;
  const { ada, grace, mail, siem, records } = setup;
  const who = ({ accountId }: TestPerson) => ({ accountId, sessionId: 'session-1' });
  const { channelId } = await notifications.channels.add(who(ada), { name: 'Mail', kind: 'mail', config: {} });
  await notifications.channels.add(who(ada), { name: 'SIEM', kind: 'siem', config: {} });
  for (const [person, address] of [
    [ada, 'ada@example.org'],
    [grace, 'grace@example.org'],
  ] as const) {
    await notifications.setAddress(who(person), channelId, address);
    await notifications.send();
    const token = mail.delivered.at(-1)?.letter.link?.split('#')[1] ?? '';
    await notifications.confirmAddress(token);
    await notifications.setRule(who(person), { kind: '*', channel: channelId, timing: 'immediate' });
  }
  mail.delivered.length = 0;
  setup.advance(MINUTE);

  const begin = setup.now();
  let [happened, forAda, forGrace, found] = [0, 0, 0, 0];
  let waitingRows = 0;
  const heapBefore = process.memoryUsage().heapUsed;
  let heapMost = heapBefore;
  for (let second = 0; second < SECONDS; second++) {
    const events: NoticeEvent[] = [];
    for (const target = Math.round(((second + 1) * inAll) / SECONDS); happened < target; happened++) {
      if (happened % 2 === 0) {
        const subject = `account ${(happened / 2) % PLACES}`;
        events.push({ kind: 'finding_opened', accountId: null, subject, details: [`finding ${happened}`] });
        found += 1;
      } else if (happened % 4 === 1) {
        const details = [`From 192.0.2.${happened % 250}`];
        events.push({ kind: 'login_new', accountId: ada.accountId, subject: '', details });
        forAda += 1;
      } else {
        events.push({ kind: 'quota_near', accountId: grace.accountId, subject: '' });
        forGrace += 1;
      }
    }
    // As acts that bring several about: a row for each, some rows in a transaction.
    const acts: Promise<void>[] = [];
    for (let at = 0; at < events.length; at += ACT) {
      acts.push(records.transact(events.slice(at, at + ACT).map((event) => notifications.operation(event))));
    }
    await Promise.all(acts);
    await notifications.make();
    await notifications.send();
    waitingRows = Math.max(waitingRows, (await records.query(EVENTS, { limit: 1000 })).items.length);
    heapMost = Math.max(heapMost, process.memoryUsage().heapUsed);
    setup.advance(1000);
  }
  assert.equal(happened, inAll);
  assert.equal(setup.now() - begin, MINUTE);
  const inTheMinute = mail.delivered.length;
  const written = { ...count };
  for (let minute = 0; minute < 3; minute++) {
    await notifications.send();
    setup.advance(MINUTE);
  }

  const mailsTo = (address: string) => mail.delivered.filter(({ destination }) => destination === address);
  for (const [address, events] of [
    ['ada@example.org', forAda + found],
    ['grace@example.org', forGrace + found],
  ] as const) {
    const mails = mailsTo(address);
    mails.forEach(({ atMs }, index) => assert.ok(index === 0 || atMs - (mails[index - 1]?.atMs ?? 0) >= MINUTE));
    const told = mails.reduce((sum, { letter }) => sum + letter.count, 0);
    assert.equal(told, events, 'no event is lost from the counts of mails');
  }
  assert.equal(inTheMinute, 2, 'in the minute itself one mail to each of two people');
  assert.equal(mail.delivered.length, 4);

  for (const [person, events] of [
    [ada, forAda + found],
    [grace, forGrace + found],
  ] as const) {
    const { notices } = await notifications.list(person, { limit: 100 });
    assert.equal(notices.length, PLACES + 1);
    assert.equal(
      notices.reduce((sum, notice) => sum + notice.count, 0),
      events,
      'nor from those of the feed',
    );
    const { accountId } = person;
    for (const pk of [feedOf(accountId), unreadOf(accountId), foldsOf(accountId)]) {
      assert.equal((await records.query(pk, { limit: 1000 })).items.length, PLACES + 1);
    }
    assert.equal((await records.query(mailboxesOf(accountId))).items.length, 1);
  }
  for (let second = 0; second < 30; second++) {
    await notifications.send();
    setup.advance(1000);
  }
  assert.equal(
    siem.delivered.reduce((sum, { letter }) => sum + letter.count, 0),
    found,
    'a SIEM hears of all that admins hear of',
  );
  assert.ok(siem.delivered.length <= SECONDS + 40, `${siem.delivered.length} letters to the SIEM`);
  assert.equal((await records.query(EVENTS)).items.length, 0);
  assert.equal((await records.query(BATCHES)).items.length, 0);
  assert.equal(waitingRows, 0, 'each turn makes notices of all there is');

  // 90 events go in one transaction; the rest is notices, readers and letters, whatever the number of events.
  assert.ok(written.transactions <= inAll / 80 + SECONDS * (PLACES + 2) * 5, JSON.stringify(written));
  print(`${inTheMinute} mails and ${siem.delivered.length} letters to the SIEM`);
  print(`${written.transactions} transactions with ${written.operations} operations beside the events' own`);
  print(`heap: ${Math.round((heapMost - heapBefore) / 2 ** 20)} MiB more at most, the store in memory included`);
}
