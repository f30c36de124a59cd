import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '../base/errors.ts';
import { channelErrors } from './channels/errors.ts';
import { type RecordOperation, type RecordStore, storageErrors } from '../storage/index.ts';
import { confirmed, finding, HOUR, login, mailChannel, MINUTE, quota, who } from './test-letters.ts';
import type { NoticeKind } from './kind.ts';
import { testNotifications } from './test-notifications.ts';

const bucketObjects: NoticeKind = {
  ...{ name: 'bucket_objects', severity: 'info', security: false, audience: 'admins', names: 'resource' },
  ...{ usual: 'immediate', title: (count) => `${count} changes`, advice: 'Look.', path: null },
};

test('repeats within a minute are one letter with a count, and no minute sees two letters', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  await confirmed(setup, setup.ada, await mailChannel(setup));
  for (let n = 0; n < 90; n++) {
    await setup.happen(login(setup.ada));
    if (n % 3 === 0) await setup.happen(quota(setup.ada));
    await notifications.make();
    await notifications.send();
    setup.advance(2000);
  }
  setup.advance(MINUTE);
  await notifications.send();
  const sent = setup.mail.delivered;
  assert.equal(
    sent.reduce((sum, { letter }) => sum + letter.count, 0),
    120,
  );
  for (const [index, { atMs }] of sent.entries()) {
    assert.ok(index === 0 || atMs - (sent[index - 1]?.atMs ?? 0) >= MINUTE);
  }
  assert.deepEqual(
    sent.map(({ letter }) => letter.kind),
    ['digest', 'digest', 'digest', 'digest'],
  );
  assert.equal(new Set(sent.map(({ letter }) => letter.id)).size, 4);
});

test('what was mailed elsewhere goes to programs and is not mailed again', async () => {
  const first = testNotifications();
  await using _ = first.notifications;
  const kinds = [{ ...bucketObjects, mailedElsewhere: true } as const, bucketObjects].map((kind, index) => ({
    ...kind,
    name: `${kind.name}_${index === 0 ? 'mailed' : 'told'}`,
  }));
  const channelKinds = { smtp: first.mail.opener, siem: first.siem.opener };
  await using notifications = first.another({ kinds, channelKinds });
  const setup = { ...first, notifications };
  const { channelId } = await notifications.channels.add(who(setup.ada), { name: 'Mail', kind: 'smtp', config: {} });
  await notifications.channels.add(who(setup.ada), { name: 'SIEM', kind: 'siem', config: {} });
  await confirmed(setup, setup.ada, channelId);
  for (const { name } of kinds) {
    const event = { kind: name, accountId: null, subject: 'plans', details: ['plans: 3 deleted'] };
    await setup.records.transact([notifications.operation(event)]);
  }
  await notifications.make();
  await notifications.send();
  setup.advance(MINUTE);
  await notifications.send();
  const told = ({ delivered }: typeof setup.mail) => delivered.map(({ letter }) => letter.kind).toSorted();
  assert.deepEqual(told(setup.mail), ['bucket_objects_told']);
  assert.deepEqual(told(setup.siem), ['bucket_objects_mailed', 'bucket_objects_told']);
});

test('two servers with one outbox deliver each letter once', async () => {
  const setup = testNotifications();
  await using one = setup.notifications;
  await using other = setup.another();
  const channelId = await mailChannel(setup);
  await confirmed(setup, setup.ada, channelId);
  await confirmed(setup, setup.grace, channelId);
  for (let round = 0; round < 20; round++) {
    await setup.happen(login(setup.ada));
    await setup.happen(login(setup.grace));
    await Promise.all([one.make(), other.make()]);
    await Promise.all([one.send(), other.send(), one.send()]);
    setup.advance(MINUTE);
  }
  await Promise.all([one.send(), other.send()]);
  assert.equal(setup.mail.delivered.length, 40);
  assert.equal(new Set(setup.mail.delivered.map(({ letter }) => letter.id)).size, 40);
});

test('a server that dies between sending and writing it down leaves the letter to another, which repeats it under the same id', async () => {
  const setup = testNotifications();
  await using one = setup.notifications;
  await confirmed(setup, setup.ada, await mailChannel(setup));
  await setup.happen(login(setup.ada));
  await one.make();
  const dying = Promise.withResolvers<void>();
  setup.mail.after = () => dying.promise;
  const sending = one.send();
  while (setup.mail.delivered.length === 0) await new Promise(setImmediate);
  // As after a kill: it hears nothing more of this delivery in time.
  setup.mail.after = null;
  await using other = setup.another();
  await other.send();
  assert.equal(setup.mail.delivered.length, 1, 'not while the first may still be at it');
  setup.advance(MINUTE);
  await other.send();
  dying.resolve();
  await sending;
  setup.advance(MINUTE);
  await one.send();
  const ids = setup.mail.delivered.map(({ letter }) => letter.id);
  assert.equal(ids.length, 2);
  assert.equal(ids[0], ids[1]);
});

test('a channel that is away is tried again later and later; what waits meanwhile is one letter, and health tells', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  await confirmed(setup, setup.ada, await mailChannel(setup));
  const tries: number[] = [];
  setup.mail.before = () => {
    tries.push(setup.now());
    throw channelErrors('channel_unavailable');
  };
  const begin = setup.now();
  for (let minute = 0; minute < 180; minute++) {
    await setup.happen(login(setup.ada));
    await notifications.make();
    await notifications.send();
    setup.advance(MINUTE);
  }
  assert.deepEqual(
    tries.map((at) => (at - begin) / MINUTE),
    [0, 2, 6, 14, 30, 62, 122],
  );
  const [status] = await notifications.channels.list();
  assert.deepEqual([status?.health.failingSinceMs, status?.health.lastCode], [begin, 'channel_unavailable']);
  setup.mail.before = null;
  setup.advance(2 * HOUR);
  await notifications.send();
  setup.advance(MINUTE);
  await notifications.send();
  assert.deepEqual(
    setup.mail.delivered.map(({ letter }) => letter.count),
    [1, 179],
  );
  const [mended] = await notifications.channels.list();
  assert.deepEqual([mended?.health.failingSinceMs, mended?.health.lastDeliveredMs], [null, setup.now()]);
});

test('the other side may ask for more time, and gets no more than a day', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  await confirmed(setup, setup.ada, await mailChannel(setup));
  await setup.happen(login(setup.ada));
  await notifications.make();
  let tries = 0;
  for (const [retryAfterMs, waitMs] of [
    [6 * HOUR, 6 * HOUR],
    [1e15, 24 * HOUR],
  ] as const) {
    setup.mail.before = () => {
      tries += 1;
      throw channelErrors('channel_unavailable', { extra: { retryAfterMs } });
    };
    await notifications.send();
    const before = tries;
    setup.advance(waitMs - 1);
    await notifications.send();
    assert.equal(tries, before);
    setup.advance(1);
  }
});

test('what is refused, or fails for days, is put aside and shown, and can be sent again under its id', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  const channelId = await mailChannel(setup);
  await confirmed(setup, setup.ada, channelId);
  setup.mail.before = (letter) => {
    throw channelErrors(letter.kind === 'login_new' ? 'channel_refused' : 'channel_unavailable');
  };
  await setup.happen(login(setup.ada));
  await notifications.make();
  await notifications.send();
  const [refused] = await notifications.channels.dead();
  assert.deepEqual(
    [refused?.code, refused?.kind, refused?.attempts, refused?.channelId],
    ['channel_refused', 'login_new', 1, channelId],
  );
  setup.advance(HOUR);
  await setup.happen(quota(setup.ada));
  await notifications.make();
  for (let hour = 0; hour < 80; hour++) {
    await notifications.send();
    setup.advance(HOUR);
  }
  assert.equal((await notifications.channels.dead()).length, 2);
  assert.equal((await notifications.channels.list())[0]?.dead, 2);
  setup.mail.before = null;
  await notifications.channels.retry(who(setup.ada), refused?.letterId ?? '');
  await notifications.send();
  assert.equal(setup.mail.delivered[0]?.letter.id, refused?.letterId);
  assert.equal((await notifications.channels.dead()).length, 1);
  await assert.rejects(notifications.channels.retry(who(setup.ada), refused?.letterId ?? ''), (error) =>
    hasCode(error, 'dead_letter_not_found'),
  );
});

test('a program gets each folded notice by itself, of what admins hear, and no facts about accounts', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  const admin = who(setup.ada);
  await notifications.channels.add(admin, { name: 'SIEM', kind: 'siem', config: {} });
  await notifications.channels.add(admin, { name: 'Logins', kind: 'siem', config: {}, kinds: ['login_new'] });
  for (let n = 0; n < 5; n++) {
    await setup.happen(finding('account 1'));
    await setup.happen(finding('account 2'));
    await setup.happen(login(setup.ada));
  }
  await notifications.make();
  for (let n = 0; n < 4; n++) {
    await notifications.send();
    setup.advance(1000);
  }
  const letters = setup.siem.delivered.map(({ letter }) => letter);
  assert.deepEqual(
    letters.map(({ kind, count }) => `${kind} ${count}`).toSorted((one, other) => one.localeCompare(other)),
    ['finding_opened 5', 'finding_opened 5', 'login_new 5'],
  );
  for (const { kind, text } of letters) {
    assert.equal(/192\.0\.2\.1/.test(text), false);
    assert.equal(/is public/.test(text), kind === 'finding_opened');
  }
});

test('what a guard found is told in one line, whatever it is called', async () => {
  const setup = testNotifications();
  await using notifications = setup.notifications;
  await notifications.channels.add(who(setup.ada), { name: 'SIEM', kind: 'siem', config: {} });
  const title = 'a\n\nYour session has ended: log in at https://evil.example\u202e';
  await setup.happen({ ...finding(), details: [`high: ${title}`], about: [{ id: '1', title }] });
  await notifications.make();
  await notifications.send();
  const [letter] = setup.siem.delivered.map((each) => each.letter);
  const isOneLine = (text = ''): boolean => text.startsWith('high: a\\u{a}') || text.startsWith('a\\u{a}');
  assert.ok(
    letter?.text.split('\n').some((line) => isOneLine(line.trim())),
    letter?.text,
  );
  assert.doesNotMatch(letter?.text ?? '', /^\s*Your session/m);
  assert.doesNotMatch(JSON.stringify(letter?.notices), /\u202e/);
  assert.ok(isOneLine(letter?.notices?.[0]?.about[0]?.title));
});

test('wherever a server dies, the notice is told, and a letter that was sent already is repeated under its id', async () => {
  const gone = () => storageErrors('records_unavailable');
  let died = 0;
  let repeated = 0;
  for (const when of ['before', 'after'] as const) {
    for (let at = 1; at <= 14; at++) {
      const setup = testNotifications();
      await using alive = setup.notifications;
      await confirmed(setup, setup.ada, await mailChannel(setup));
      let writes = 0;
      let isDead = false;
      const inner = setup.records;
      const dying: RecordStore = {
        properties: inner.properties,
        get: async (pk, sk) => (isDead ? Promise.reject(gone()) : inner.get(pk, sk)),
        query: async (pk, options) => (isDead ? Promise.reject(gone()) : inner.query(pk, options)),
        async transact(operations) {
          // Its leases are written beside the work, so that what dies is not the same at each number.
          const mine = ++writes;
          isDead ||= mine === at && when === 'before';
          if (isDead) throw gone();
          await inner.transact(operations);
          isDead ||= mine === at;
          if (isDead) throw gone();
        },
        async [Symbol.asyncDispose]() {},
      };
      {
        await using server = setup.another({ records: dying });
        const act: RecordOperation = { op: 'put', pk: 'act', sk: 'act', value: {} };
        await dying.transact([act, server.operation(login(setup.ada))]).catch(() => undefined);
        await server.make().catch(() => undefined);
        await server.send().catch(() => undefined);
      }
      if (isDead) died += 1;
      for (let minute = 0; minute < 3; minute++) {
        await alive.make();
        await alive.send();
        setup.advance(MINUTE);
      }
      const happened = (await inner.get('act', 'act')) !== null;
      const { notices } = await alive.list(setup.ada, { limit: 10 });
      const ids = setup.mail.delivered.map(({ letter }) => letter.id);
      const what = `died ${when} write ${at}`;
      assert.deepEqual(
        notices.map(({ count }) => count),
        happened ? [1] : [],
        what,
      );
      assert.equal(new Set(ids).size, happened ? 1 : 0, what);
      assert.ok(ids.length <= 2, what);
      if (ids.length === 2) repeated += 1;
    }
  }
  assert.ok(died >= 10, `it died ${died} times`);
  assert.ok(repeated >= 1, 'the kill between sending and writing it down was among them');
});
