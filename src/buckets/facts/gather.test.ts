import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAbilities } from './abilities.ts';
import type { AccessPoint } from './bucket-facts.ts';
import type { BucketReader } from './bucket-reader.ts';
import { known, unread, type Fact } from './fact.ts';
import { gatherFacts } from './gather.ts';

const point = (name: string): AccessPoint => {
  return { name, origin: known('Internet'), policy: known(null), publicAccessBlock: known(null) };
};

type Points = Fact<ReadonlyMap<string, readonly AccessPoint[]>>;

/** The access points of “photos”, with what is asked of a reader for them. */
async function pointsOf(multiRegion: Points) {
  const asked: string[] = [];
  const reader: Pick<BucketReader, 'accessPoints' | 'multiRegionAccessPoints'> = {
    accessPoints: async (region) => {
      asked.push(region);
      return await Promise.resolve(known(new Map([['photos', [point('door')]]])));
    },
    multiRegionAccessPoints: async () => {
      asked.push('all');
      return await Promise.resolve(multiRegion);
    },
  };
  const buckets = ['photos', 'plans'].map((name) => ({ name, region: 'eu-central-1' }));
  const reads = new Set(['accessPoints' as const]);
  const kept = new Map<string, unknown>();
  const keepRaw = async (bucket: string, raw: object): Promise<void> => void kept.set(bucket, raw);
  const options = { reader: reader as BucketReader, abilities: openAbilities(), reads, atOnce: 2, keepRaw };
  const found = await Array.fromAsync(gatherFacts(buckets, options));
  assert.deepEqual(asked.toSorted(), ['all', 'eu-central-1'], 'each list is asked for once');
  const photos = found.find(({ bucket }) => bucket === 'photos');
  assert.ok(photos?.accessPoints.known);
  assert.deepEqual(kept.get('photos'), { accessPoints: photos.accessPoints }, 'and kept with the bucket');
  return photos.accessPoints.value;
}

test('access points of several Regions stand beside those of the one', async () => {
  const points = await pointsOf(known(new Map([['photos', [point('m1a2.mrap')]]])));
  assert.deepEqual(
    points.map(({ name }) => name),
    ['door', 'm1a2.mrap'],
  );
});

test('those of several Regions that could not be listed are one of which nothing is known, and none where there are none', async () => {
  const [, unlisted] = await pointsOf(unread('denied', 'AccessDenied, 403'));
  assert.equal(unlisted?.policy.known, false);
  assert.equal(unlisted?.origin.known, false);
  assert.equal((await pointsOf(unread('not_implemented'))).length, 1);
});
