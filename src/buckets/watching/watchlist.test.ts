import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { bucketErrors } from '../errors.ts';
import { known } from '../facts/fact.ts';
import { openStateFiles } from '../state/state-files.ts';
import { watchTest, type TestRound, type TestWatchOptions, type Watched } from './test-watch.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-watchlist-'));
after(() => rmSync(folder, { recursive: true }));
let folders = 0;
const newPath = (): string => join(folder, `${(folders += 1)}`);

/** What every bucket holds, by name. */
const round = (buckets: Readonly<Record<string, readonly string[]>>, more: Partial<TestRound> = {}): TestRound => ({
  buckets: Object.keys(buckets),
  objects: Object.fromEntries(
    Object.entries(buckets).flatMap(([bucket, keys]) => keys.map((key) => [`${bucket}/${key}`, { body: '1' }])),
  ),
  ...more,
});
const watchAll = (rounds: readonly TestRound[], options: Partial<TestWatchOptions> = {}): Promise<Watched> =>
  watchTest(rounds, { path: newPath(), ...options, all: true });
const subjects = ({ told }: Watched): string[] => told.map(({ subject }) => subject);
const unlisted = bucketErrors('buckets_unlisted', { attempted: 'List the buckets' });

test('without names every bucket is watched; one that is made is told with what is in it, and watched from then on', async () => {
  const watched = await watchAll([
    round({ old: ['a'] }),
    round({ old: ['a'], new: ['b', 'c'] }),
    round({ old: ['a', 'd'], new: ['b', 'c', 'e'] }),
  ]);
  assert.equal(subjects(watched)[0], 'new: 3 created');
  for (const each of ['old', 'new'])
    assert.match(watched.told[1]?.text ?? '', new RegExp(`^${each}: 1 created, at`, 'm'));
  assert.match(watched.told[0]?.text ?? '', /- \(the bucket itself\): made: private\. Only the owner\./);
  assert.deepEqual(
    watched.ready.map(({ place, objects }) => [place.bucket, objects]),
    [['old', 1]],
  );
});

test('a bucket that is made open to everyone is told as opened', async () => {
  const open: TestRound['access'] = { verdict: 'public-read', summary: 'Everybody can read objects.' };
  const watched = await watchAll([round({}), round({ new: [] }, { access: open })]);
  assert.deepEqual(subjects(watched), ['new: 1 opened to everyone']);
});

test('a bucket that is gone is told with all that was in it, and nothing is kept of it', async () => {
  const path = newPath();
  const { watchPath } = openStateFiles(path);
  const before = round({ old: ['a', 'b'], kept: [] }, { access: { ownerTag: known('a') } });
  const watched = await watchAll([before, round({ kept: [] }), round({ kept: [] })], {
    ...{ path, owners: 'a=ada@example.org', settings: { objectNoticesBurst: 3 } },
  });
  assert.deepEqual(subjects(watched), ['ALARM: old: 3 deletions within 5 min 0 s']);
  assert.equal(watched.told[0]?.letter.owner, 'ada@example.org');
  assert.match(watched.told[0]?.text ?? '', /\(the bucket itself\): gone, with all that was in it/);
  assert.deepEqual(
    [existsSync(watchPath('test', 'old', '')), existsSync(watchPath('test', 'kept', ''))],
    [false, true],
  );
});

test('a list that fails or leaves out a bucket that is there counts for nothing', async () => {
  const all = round({ a: ['1'], b: ['1'] });
  const watched = await watchAll([
    all,
    { ...all, buckets: unlisted },
    { ...all, buckets: ['a'], unnamed: ['b'] },
    round({ a: ['1'], b: ['1', '2'] }),
  ]);
  assert.equal(watched.troubles.length, 1);
  assert.match(watched.troubles[0] ?? '', /List the buckets/);
  assert.deepEqual(subjects(watched), ['b: 1 created']);
  await assert.rejects(watchAll([{ ...all, buckets: unlisted }]), /could not be listed/);
});

test('after a restart buckets that were made and that went meanwhile are told', async () => {
  const path = newPath();
  await watchAll([round({ a: ['1'], b: ['1', '2'] })], { path });
  const later = round({ a: ['1'], c: ['1'] });
  const watched = await watchAll([later, later], { path, startMs: Date.UTC(2026, 10, 29) });
  assert.equal(watched.told.length, 1);
  assert.match(watched.told[0]?.text ?? '', /^b: 3 deleted/m);
  assert.match(watched.told[0]?.text ?? '', /^c: 2 created/m);
  assert.deepEqual((await watchAll([later], { path, startMs: Date.UTC(2026, 10, 30) })).told, []);
});

test('a bucket that cannot be listed holds up no other, is said once, and is no news when it can', async () => {
  const path = newPath();
  const lists = (second: readonly string[]) => round({ a: ['1'], b: second });
  const watched = await watchAll([lists(['1', '2', '3']), lists(['1', '2', '3']), lists(['1'])], {
    ...{ path, settings: { objectsWatched: 3 } },
  });
  assert.deepEqual([watched.troubles.length, watched.told], [1, []]);
  assert.match(watched.troubles[0] ?? '', /Watch b\/.*more than 2/);
  assert.deepEqual((await watchAll([lists(['1'])], { path })).told, []);
});

test('all buckets share the ACLs that a round asks for', async () => {
  const keys = ['1', '2', '3', '4'];
  const watched = await watchAll(
    Array.from({ length: 3 }, () => round({ a: keys, b: keys })),
    { settings: { objectsAskedARound: 4 } },
  );
  assert.equal(watched.asked[1]?.length, 4);
  assert.equal(watched.ready[0]?.asked, 2);
});
