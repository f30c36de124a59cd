import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { bucketErrors } from '../errors.ts';
import { known, unread } from '../facts/fact.ts';
import type { BucketAccess } from './bucket-access.ts';
import { watchTest, type TestObject, type TestRound, type Watched } from './test-watch.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-watch-'));
after(() => rmSync(folder, { recursive: true }));
let journals = 0;
const newPath = (): string => join(folder, 'watched', `${(journals += 1)}.jsonl`);

/** Each round is what the bucket holds then, by key. */
const plain = (objects: Readonly<Record<string, string>>): TestRound => ({
  objects: Object.fromEntries(Object.entries(objects).map(([key, body]) => [key, { body }])),
});
const unlisted = bucketErrors('bucket_objects_unlisted', { attempted: 'List the objects of plans' });
const subjects = ({ told }: Watched): string[] => told.map(({ subject }) => subject);
const textOf = ({ told }: Watched, index = 0): string => told[index]?.text ?? '';

test('what is created, overwritten and deleted between two lists is told, and nothing of what was there', async () => {
  const watched = await watchTest(
    [
      plain({ old: '1', kept: '1' }),
      plain({ old: '1', kept: '1' }),
      plain({ old: '2', kept: '1', new: '1' }),
      plain({ kept: '1', new: '1' }),
    ],
    { path: newPath() },
  );
  assert.deepEqual(subjects(watched), ['plans: 1 created, 1 overwritten', 'plans: 1 deleted']);
  assert.match(textOf(watched), /- new: seen for the first time, owner owner, at 2026-11-28T00:02:00/);
});

test('whoever hears that a watch has begun may kill it: what it saw first is kept, and what comes is told by the next run', async () => {
  const path = newPath();
  let keptThen = '';
  const atReady = (): void => void (keptThen = readFileSync(path, 'utf8'));
  await watchTest([plain({ old: '1' })], { path, atReady });
  assert.match(keptThen, /^\["object","old".*\n\["look",.*\n$/);
  const next = await watchTest([plain({ old: '1', new: '1' })], { path });
  assert.deepEqual(subjects(next), ['plans: 1 created']);
});

test('a bucket that cannot be listed has lost nothing, and is looked at again', async () => {
  const watched = await watchTest([plain({ a: '1' }), { objects: unlisted }, plain({ a: '1', b: '1' })], {
    path: newPath(),
  });
  assert.equal(watched.troubles.length, 1);
  assert.deepEqual(subjects(watched), ['plans: 1 created']);
  await assert.rejects(watchTest([{ objects: unlisted }], { path: newPath() }), /could not be listed/);
});

test('very many deletions are an alarm, and more objects than are watched are refused', async () => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`${index}`, '1']));
  const watched = await watchTest([plain(many), plain({})], { settings: { objectNoticesBurst: 200 }, path: newPath() });
  assert.equal(subjects(watched)[0], 'ALARM: plans: 300 deletions within 5 min 0 s');
  const refused = await watchTest([plain({}), plain(many)], { settings: { objectsWatched: 299 }, path: newPath() });
  assert.deepEqual(refused.told, []);
  assert.match(refused.troubles[0] ?? '', /more than 299/);
});

test('as many objects as are watched may all go and as many others come, between two looks', async () => {
  const named = (name: string) =>
    plain(Object.fromEntries(Array.from({ length: 3 }, (_, at) => [`${name}${at}`, '1'])));
  const watched = await watchTest([named('z'), named('a')], { settings: { objectsWatched: 3 }, path: newPath() });
  assert.deepEqual([watched.troubles, subjects(watched)], [[], ['plans: 3 created, 3 deleted']]);
});

test('who wrote is told where the owner is another than that of the bucket, and who deleted', async () => {
  const watched = await watchTest(
    [
      { objects: { a: { body: '1' }, b: { body: '1' } } },
      {
        objects: { a: { body: '2', owner: 'partner' }, c: { body: '1', owner: 'partner' } },
        deleted: { b: 'partner' },
      },
    ],
    { path: newPath() },
  );
  assert.match(textOf(watched), /- a: changed by partner at/);
  assert.match(textOf(watched), /- b: deleted by partner at/);
  assert.match(textOf(watched), /- c: seen for the first time, written by partner at/);
});

test('an ACL that changed is told with what it gives to whom, and who lets everyone in comes first', async () => {
  const at = (readers: readonly string[], modifiedMs: number): TestRound => ({
    objects: { a: { body: '1', readers, modifiedMs }, b: { body: '1', modifiedMs: 1, readers: ['*'] } },
  });
  // Ceph gives an object whose ACL is changed another time.
  const watched = await watchTest([at([], 1), at(['partner'], 2), at(['partner', '*'], 3), at([], 4), at([], 5)], {
    path: newPath(),
  });
  assert.deepEqual(subjects(watched), [
    'plans: 1 given another ACL',
    'plans: 1 opened to everyone',
    'plans: 1 given another ACL',
    'plans: 1 overwritten',
  ]);
  assert.match(textOf(watched), /- a: by its ACL partner may READ at/);
  assert.match(textOf(watched, 1), /- a: by its ACL everyone may READ; partner may READ at/);
  assert.match(textOf(watched, 2), /- a: by its ACL nobody but its owner may do anything/);
  assert.match(textOf(watched, 3), /- a: written again, the same bytes/);
  assert.deepEqual(watched.notes, ['plans: the ACLs of all 2 objects were read; 1 let everyone in, such as b.']);
});

test('a new object that lets everyone in is told as such', async () => {
  const watched = await watchTest([plain({}), { objects: { a: { body: '1', readers: ['*'] } } }], { path: newPath() });
  assert.deepEqual(subjects(watched), ['plans: 1 opened to everyone, 1 created']);
});

test('every ACL is looked at again in its turn, and no round asks for more than it may', async () => {
  const objects = (open: string | null): TestRound => ({
    objects: Object.fromEntries(
      Array.from({ length: 10 }, (_, index): [string, TestObject] => {
        const key = `${index}`;
        return [key, { body: '1', readers: key === open ? ['*'] : [] }];
      }),
    ),
  });
  const learned = Array.from({ length: 4 }, () => objects(null));
  const watched = await watchTest([...learned, ...Array.from({ length: 4 }, () => objects('1'))], {
    settings: { objectsAskedARound: 3 },
    path: newPath(),
  });
  assert.deepEqual(subjects(watched), ['plans: 1 opened to everyone']);
  const rounds = watched.asked.filter((keys) => keys.length > 0);
  assert.ok(
    rounds.every((keys) => keys.length <= 6),
    JSON.stringify(rounds),
  );
  for (let from = 1; from + 4 <= rounds.length; from += 1) {
    assert.equal(new Set(rounds.slice(from, from + 4).flat()).size, 10, 'four rounds look at all of them');
  }
});

test('a store without ACLs is told once and asked no more; one that asks to slow down is left alone for the round', async () => {
  const objects = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`${index}`, { body: '1' }]));
  const none = await watchTest(
    Array.from({ length: 3 }, (): TestRound => ({ objects, noAcls: 'not_implemented' })),
    {
      path: newPath(),
    },
  );
  assert.deepEqual(none.notes, ['plans: this store has no ACLs of objects.']);
  assert.deepEqual(none.asked[1], []);
  assert.deepEqual(none.troubles, []);
  const busy = await watchTest(
    Array.from({ length: 3 }, (): TestRound => ({ objects, noAcls: 'throttled' })),
    {
      settings: { bucketsRequests: 4 },
      path: newPath(),
    },
  );
  assert.equal(busy.troubles.length, 1, 'it is told once');
  assert.match(busy.troubles[0] ?? '', /Look at the ACLs of plans.*slow down/);
  assert.ok((busy.asked[1]?.length ?? 0) <= 4);
});

test('who gets into the bucket as a whole is told when it changes, and not when it could not be read', async () => {
  const parts = { acl: 'a', policy: 'none', publicAccessBlock: 'none', ownership: 'none' };
  const access = (policy: string | null, verdict: 'private' | 'public-read' | 'unknown'): TestRound => ({
    objects: {},
    access: {
      ...{ verdict, parts: { ...parts, policy }, summary: 'Everybody can read objects.' },
      unknowns: policy === null ? ['policy: denied'] : [],
    },
  });
  const watched = await watchTest(
    [
      ...[access('none', 'private'), access(null, 'unknown'), access(null, 'unknown')],
      ...[access('p', 'public-read'), access('none', 'private')],
    ],
    { path: newPath() },
  );
  assert.deepEqual(subjects(watched), ['plans: 1 opened to everyone', 'plans: 1 with another answer to who gets in']);
  const unknown = 'plans: who gets in as a whole is not known, and not watched as far as that goes: policy: denied.';
  assert.deepEqual(watched.notes, [unknown], 'said once');
  assert.match(textOf(watched), /\(the bucket itself\): policy changed: public, readable, was private\. Everybody can/);
});

test('a bucket that was opened while something else could not be read is told as open when it can', async () => {
  const parts = { acl: 'a', policy: 'none', publicAccessBlock: 'none', ownership: 'none' };
  const access = (verdict: 'private' | 'unknown' | 'public-read', changed: object = {}): TestRound => ({
    objects: {},
    access: { verdict, parts: { ...parts, ...changed }, summary: 'Everybody can read objects.' },
  });
  const rounds = [
    access('private'),
    access('unknown', { policy: 'p', publicAccessBlock: null }),
    ...Array.from({ length: 2 }, () => access('public-read', { policy: 'p' })),
  ];
  const watched = await watchTest(rounds, { path: newPath() });
  assert.deepEqual(subjects(watched), ['plans: 1 with another answer to who gets in', 'plans: 1 opened to everyone']);
  assert.match(textOf(watched), /policy changed: could not tell, was private\./);
  assert.match(textOf(watched, 1), /who gets in changed: public, readable, was private\./);
  const begun = await watchTest([access('unknown', { policy: null }), rounds[3] ?? { objects: {} }], {
    path: newPath(),
  });
  assert.deepEqual(begun.told, [], 'what was so when the watch began is no change');
});

test('what is told is for the owner that the tag names, as far as it could be read, else the map, else nobody', async () => {
  const tagged = (ownerTag: BucketAccess['ownerTag'], body: string): TestRound => ({
    objects: { a: { body } },
    access: { ownerTag },
  });
  const rounds = [
    ...[tagged(known('Team-A'), '1'), tagged(known('Team-A'), '2'), tagged(unread('throttled'), '3')],
    ...[tagged(known('eve@elsewhere.example'), '4'), tagged(known('bob@example.org'), '5'), tagged(known(null), '6')],
  ];
  const owners = 'team-a=ada@partner.example,bucket:pl*=carl@example.org';
  const watched = await watchTest(rounds, { path: newPath(), owners });
  const [ada, carl, bob] = ['ada@partner.example', 'carl@example.org', 'bob@example.org'];
  assert.deepEqual(
    watched.told.map(({ letter }) => letter.owner),
    [ada, ada, carl, bob, carl],
  );
  const nobodys = await watchTest(rounds.slice(-2), { path: newPath() });
  assert.deepEqual(
    nobodys.told.map(({ letter }) => letter.owner),
    ['account'],
  );
});

test('an alarm is told once, to the owner', async () => {
  const rounds: TestRound[] = ['1', '2'].map((body) => ({
    objects: { a: { body } },
    access: { ownerTag: known('a') },
  }));
  const settings = { objectNoticesBurst: 1 };
  const watched = await watchTest(rounds, { path: newPath(), owners: 'a=ada@example.org', settings });
  assert.deepEqual(
    watched.told.map(({ letter }) => [letter.owner, letter.bursts.length]),
    [['ada@example.org', 1]],
  );
});

test('after a restart it goes on: what happened meanwhile is told, what was told is not, and a cut line is no harm', async () => {
  const path = newPath();
  const first: TestRound = { objects: { a: { body: '1' }, b: { body: '1' }, 'c “d”': { body: '1', readers: ['*'] } } };
  await watchTest([first, { objects: { ...first.objects, e: { body: '1' } } }], { path });
  assert.equal(readFileSync(path, 'utf8').includes('"e"'), true);
  appendFileSync(path, '["object","z');
  const startMs = Date.UTC(2026, 10, 29);
  const later: TestRound = {
    objects: {
      a: { body: '2' },
      b: { body: '1', readers: ['*'] },
      'c “d”': { body: '1', readers: ['*'] },
      e: { body: '1' },
    },
  };
  const settings = { objectNoticesBurst: 1 };
  const watched = await watchTest([later, later], { path, startMs, settings });
  assert.equal(watched.ready[0]?.sinceMs, Date.UTC(2026, 10, 28, 0, 1));
  assert.equal(subjects(watched).length, 1);
  assert.match(textOf(watched), /plans: 1 opened to everyone, 1 overwritten/);
  assert.match(subjects(watched)[0] ?? '', /within 23 h 59 min/, 'an alarm says within which time it is known to be');
  const again = await watchTest([later], { path, startMs: startMs + 60_000 });
  assert.deepEqual(again.told, []);
});

test('a key with whatever is in it ends no line of what is kept', async () => {
  const path = newPath();
  const round = plain({ 'a\u2028b\u2029c\r\nd': '1', e: '1' });
  await watchTest([round], { path });
  const again = await watchTest([plain({ e: '2' })], { path, startMs: Date.UTC(2026, 10, 29) });
  assert.deepEqual(subjects(again), ['plans: 1 overwritten, 1 deleted'], 'both were known');
});
