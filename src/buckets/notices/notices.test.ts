import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { settingsOf } from '../../base/settings.ts';
import { bucketsSettings } from '../settings.ts';
import { withRecent } from './events/bursts.ts';
import { changesIn, EMPTY } from './events/digest.ts';
import { objectEventTypes, readObjectEvent } from './events/object-event.ts';
import { keys, type LeavingRow, type NoticeLetter, type OpenRow } from './rows.ts';
import { objectEvent, PLACE, testNotices } from './test-notices.ts';

const MINUTE = 60_000;

test('a notice says bucket, key, event, who, from where, size and time', async () => {
  await using notices = testNotices();
  await notices.take(objectEvent());
  await notices.take(objectEvent({ type: 'Object ACL Updated', key: 'open.html' }));
  await notices.send();
  const [mail] = notices.told();
  assert.equal(mail?.subject, 'plans: 1 put, 1 given another ACL');
  assert.match(
    mail?.text ?? '',
    /- q3\.pdf: Object Created: PutObject by 123456789012 from 192\.0\.2\.7 at 2026-11-28T10:00:00\.000Z, 1\.2 kB/,
  );
  assert.match(mail?.text ?? '', /- open\.html: Object ACL Updated by 123456789012/);
});

test('what was put where something was known to be is overwritten, and created where it had gone', async () => {
  await using notices = testNotices();
  await notices.take(objectEvent(), objectEvent());
  await notices.take(objectEvent({ type: 'Object Deleted' }), objectEvent());
  await notices.send();
  assert.match(notices.told()[0]?.subject ?? '', /1 created, 1 overwritten, 1 put, 1 deleted/);
});

test('events that come again, or late, count once', async () => {
  await using notices = testNotices();
  const [put, deleted] = [objectEvent(), objectEvent({ type: 'Object Deleted' })];
  assert.equal(await notices.take(deleted, put, deleted), 2);
  assert.equal(await notices.take(put, deleted), 0);
  const acl = objectEvent({ type: 'Object ACL Updated', sequencer: 'no-matter' });
  assert.equal(await notices.take(acl), 1);
  assert.equal(await notices.take(acl), 0, 'by its id, where there is no sequencer');
  // The late one told nothing of what is there now: the deletion is the latest.
  await notices.take(objectEvent());
  await notices.send();
  assert.match(notices.told()[0]?.subject ?? '', /1 created/);
});

test('an event that comes again after hundreds of others of its object counts once, also where S3 gives no order', async () => {
  await using notices = testNotices();
  const acl = objectEvent({ type: 'Object ACL Updated', sequencer: 'of no order' });
  const events = [acl, ...Array.from({ length: 300 }, () => objectEvent())];
  for (const event of events) assert.equal(await notices.take(event), 1);
  for (const event of [acl, ...events.filter((_, index) => index % 50 === 1)]) {
    assert.equal(await notices.take(event), 0, event.eventId);
  }
  const many = Array.from({ length: 60 }, () => objectEvent({ key: 'all at once' }));
  assert.equal(await notices.take(...many), 60);
  assert.equal(await notices.take(...many), 0);
  await notices.send();
  assert.match(notices.told()[0]?.subject ?? '', /358 overwritten, 2 put, 1 given another ACL/);
});

test('at most one mail a minute to each owner, rarer while it goes on, and quickly again after a pause', async () => {
  await using notices = testNotices({ owners: { plans: 'ada@example.org' } });
  const minutes: number[] = [];
  for (let minute = 0; minute < 60; minute += 1) {
    await notices.take(objectEvent({ key: `${minute}` }));
    await notices.send();
    await notices.send();
    if (notices.told().length > 0) minutes.push(minute);
    notices.later(MINUTE);
  }
  assert.deepEqual(minutes, [0, 1, 3, 7, 15, 31]);
  notices.later(120 * MINUTE);
  await notices.send();
  assert.equal(notices.told().length, 1, 'what was gathered is told');
  notices.later(240 * MINUTE);
  for (const expected of [1, 1]) {
    await notices.take(objectEvent());
    await notices.send();
    assert.equal(notices.told().length, expected);
    notices.later(MINUTE);
  }
});

test('each owner hears of their own buckets', async () => {
  await using notices = testNotices({ owners: { plans: 'ada@example.org', photos: 'bob@example.org' } });
  await notices.take(objectEvent(), objectEvent({ bucket: 'photos' }), objectEvent({ bucket: 'nobody' }));
  await notices.send();
  assert.deepEqual(
    notices.told().map(({ owner, subject }) => [owner, subject.split(':')[0]]),
    [
      ['ada@example.org', 'plans'],
      ['bob@example.org', 'photos'],
      ['account', 'nobody'],
    ],
  );
});

test('what owners who are not reached should have heard is one mail to the account, at its own pace, and complete', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `b-${index}`);
  await using notices = testNotices({ owners: Object.fromEntries(names.map((name) => [name, `${name}@example.org`])) });
  for (const name of names) notices.unreach(`${name}@example.org`);
  const minutes: number[] = [];
  const letters: NoticeLetter[] = [];
  for (let minute = 0; minute < 60; minute += 1) {
    await notices.take(...names.map((bucket) => objectEvent({ bucket, key: `${minute}` })), objectEvent());
    await notices.send();
    const sent = notices.letters.splice(0);
    if (sent.length > 0) minutes.push(minute);
    letters.push(...sent);
    assert.ok(sent.length <= 1, `${sent.length} mails in minute ${minute}`);
    notices.later(MINUTE);
  }
  notices.later(240 * MINUTE);
  await notices.send();
  letters.push(...notices.letters);
  assert.deepEqual(minutes, [0, 1, 3, 7, 15, 31]);
  assert.deepEqual([...new Set(letters.map(({ owner }) => owner))], ['account']);
  assert.equal(letters.flatMap(({ unreached }) => unreached ?? []).at(-1)?.owners.length, names.length);
  const told = letters.map(({ digest, unreached }) => changesIn(digest) + changesIn(unreached?.digest ?? EMPTY));
  assert.equal(
    told.reduce((sum, each) => sum + each, 0),
    60 * (names.length + 1),
  );
});

test('a mail that could not be sent is sent later, and no change is lost or told twice', async () => {
  await using notices = testNotices({ owners: { plans: 'ada@example.org' } });
  await notices.take(objectEvent(), objectEvent({ bucket: 'other' }));
  notices.fail(1);
  await assert.rejects(notices.send(), /no mail today/);
  await notices.take(objectEvent());
  notices.later(MINUTE);
  assert.equal(await notices.send(), 2);
  assert.deepEqual(
    notices.told().map(({ owner, subject }) => `${owner} ${subject}`),
    ['account other: 1 put', 'ada@example.org plans: 1 put', 'ada@example.org plans: 1 overwritten'],
  );
});

test('somebody to whom nothing can be delivered holds up nobody else, and what is theirs is counted until it can', async () => {
  await using notices = testNotices({ owners: { plans: 'ada@example.org', photos: 'bob@example.org' } });
  notices.failFor('ada@example.org');
  for (let minute = 0; minute < 3; minute += 1) {
    await notices.take(objectEvent(), objectEvent({ bucket: 'photos' }));
    await assert.rejects(notices.send(), /no mail today/);
    notices.later(240 * MINUTE);
  }
  assert.deepEqual(
    notices.told().map(({ owner }) => owner),
    ['bob@example.org', 'bob@example.org', 'bob@example.org'],
  );
  const leaving = await notices.records.get<LeavingRow>(keys.leaving.pk, keys.leaving.sk);
  assert.equal(leaving?.value.letters.length, 1, 'one letter waits, and the rest is gathered');
});

test('100,000 deletions are a handful of mails, an alarm first, and each is counted', async () => {
  await using notices = testNotices({ owners: { plans: 'ada@example.org' } });
  const mails: { owner: string; subject: string; text: string }[] = [];
  for (let minute = 0; minute < 10; minute += 1) {
    for (let batch = 0; batch < 10; batch += 1) {
      const names = Array.from({ length: 1000 }, (_, index) => `${minute}/${batch}/${index}`);
      await notices.take(...names.map((key) => objectEvent({ type: 'Object Deleted', key })));
    }
    await notices.send();
    mails.push(...notices.told());
    notices.later(MINUTE);
  }
  notices.later(60 * MINUTE);
  await notices.send();
  mails.push(...notices.told());
  const toAda = mails.filter(({ owner }) => owner === 'ada@example.org');
  const toAccount = mails.filter(({ owner }) => owner === 'account');
  assert.match(toAda[0]?.subject ?? '', /^ALARM: plans: 10,000 deletions within 5 min 0 s/);
  assert.match(toAda.map(({ subject }) => subject).join('\n'), /ALARM: plans: 50,000 deletions/);
  assert.ok(toAda.length <= 6, `${toAda.length} mails`);
  assert.ok(toAccount.length <= 2 && toAccount.every(({ subject }) => subject.startsWith('ALARM')));
  const counted = mails.flatMap(({ text }) => [...text.matchAll(/plans: ([\d,]+) deleted/g)]);
  assert.equal(
    counted.reduce((sum, [, number = '']) => sum + Number(number.replaceAll(',', '')), 0),
    100_000,
  );
  for (const { text } of mails) assert.ok(text.length < 10_000);
});

test('a burst in buckets beyond those that are counted by themselves is told to the account', async () => {
  const ownerOf = { '': 'ada@example.org' };
  await using notices = testNotices({ owners: ownerOf });
  const limits = settingsOf(bucketsSettings);
  const deletions = (number: number) => new Map([['deleted', number] as const]);
  const others = Array.from({ length: 100 }, (_, index) => [`other-${index}`, deletions(1)] as const);
  const full = withRecent({}, new Map(others), Date.now(), limits);
  const recent = withRecent(
    full,
    new Map([
      ['plans', deletions(1500)],
      ['photos', deletions(500)],
    ]),
    Date.now(),
    limits,
  );
  const value: OpenRow = { digests: {}, recent };
  await notices.records.transact([{ op: 'put', ...keys.open(0), value }]);
  await notices.send();
  assert.deepEqual(
    notices.told().map(({ owner, subject }) => [owner, subject]),
    [['account', 'ALARM: further buckets taken together: 2,000 deletions within 5 min 0 s']],
  );
});

test('what lifecycle rules delete is told and is no alarm', async () => {
  await using notices = testNotices({ settings: { objectNoticesBurst: 10 } });
  const names = Array.from({ length: 20 }, (_, index) => `${index}`);
  const reason = 'Lifecycle Expiration';
  await notices.take(...names.map((key) => objectEvent({ type: 'Object Deleted', key, reason })));
  await notices.send();
  assert.deepEqual(
    notices.told().map(({ subject }) => subject),
    ['plans: 20 deleted by a lifecycle rule'],
  );
});

test('very many owners, buckets and long names still fit into what is kept', async () => {
  const owners = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`b-${index}`, `o${index % 60}@x.org`]));
  await using notices = testNotices({ owners });
  const events = Object.keys(owners).flatMap((bucket) =>
    (['Object Created', 'Object Deleted'] as const).map((type) => objectEvent({ type, bucket, key: '“ü'.repeat(500) })),
  );
  assert.equal(await notices.take(...events), 4000);
  await notices.send();
  notices.later(MINUTE);
  await notices.send();
  const counted = notices.letters.flatMap(({ digest }) => [
    digest.more,
    ...Object.values(digest.buckets).flatMap(({ counts }) => Object.values(counts)),
  ]);
  assert.equal(
    counted.reduce((sum, each) => sum + each, 0),
    4000,
  );
});

test('the most that owners, buckets, changes and names can be still fits, also in letters of what JSON escapes', async () => {
  const buckets = Array.from({ length: 800 }, (_, index) => `${'b'.repeat(59)}-${index}`.slice(-63));
  const owners = Object.fromEntries(
    buckets.map((bucket, index) => [bucket, `${'o'.repeat(60)}${index % 25}@example.org`]),
  );
  await using notices = testNotices({ owners });
  const kinds = [
    { type: 'Object Created' },
    { type: 'Object Created' },
    { type: 'Object Deleted' },
    { type: 'Object Created' },
    { type: 'Object Deleted', reason: 'Lifecycle Expiration' },
    { type: 'Object ACL Updated' },
  ] as const;
  for (const letter of ['\u0001', '"']) {
    const key = letter.repeat(400);
    const events = buckets.flatMap((bucket) => kinds.map((kind) => objectEvent({ ...kind, bucket, key })));
    assert.equal(await notices.take(...events), events.length);
    await notices.send();
    notices.later(240 * MINUTE);
  }
  assert.equal(notices.letters.length, 2 * 25);
});

test('events of other accounts, Regions and services are ignored', () => {
  const body = { source: 'aws.s3', ...PLACE, id: '1', time: '2026-11-28T10:00:00Z', 'detail-type': 'Object Created' };
  const detail = { bucket: { name: 'plans' }, object: { key: 'a' } };
  const why = (change: object) => readObjectEvent(JSON.stringify({ ...body, detail, ...change }), PLACE).ignored;
  assert.equal(why({}), null);
  assert.equal(why({ account: '210987654321' }), 'it is of another account');
  assert.equal(why({ region: 'us-east-1' }), 'it is of another Region');
  assert.equal(why({ source: 'aws.sns' }), 'it is of another service');
  assert.equal(why({ detail: {} }), 'it names no object');
  assert.equal(why({ 'detail-type': 'Object Tags Added' }), 'it is no change that is told');
  assert.throws(() => readObjectEvent('no JSON', PLACE), { code: 'guard_event_unreadable' });
});

test('the rule of the template listens for just the events that are read', () => {
  const template = readFileSync(join(import.meta.dirname, '../../../deploy/aws/guard.yaml'), 'utf8');
  assert.ok(template.includes(`detail-type: [${objectEventTypes.join(', ')}]`));
});

test('a bucket may be called what every object of JavaScript has', async () => {
  await using notices = testNotices();
  for (let round = 0; round < 20; round += 1)
    await notices.take(objectEvent({ bucket: 'constructor', key: `${round}` }));
  await notices.send();
  assert.deepEqual(
    notices.told().map(({ subject }) => subject),
    ['constructor: 20 put'],
  );
});
