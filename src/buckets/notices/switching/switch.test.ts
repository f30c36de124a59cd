import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryRecordStore } from '../../../storage/index.ts';
import type { Notification } from '../../facts/bucket-facts.ts';
import { isWanted, listWanted, placeOf, switchOff, switchOn, type SwitchDeps } from './switch.ts';

const queue = {
  Id: 'theirs',
  QueueArn: 'arn:aws:sqs:eu-central-1:123456789012:theirs',
  Events: ['s3:ObjectCreated:*'],
};

function bucketWith(
  notification: Notification,
): SwitchDeps & { now(): Notification | null; writes(): number; remove(): void } {
  let kept: Notification | null = notification;
  let writes = 0;
  const notifier = {
    region: async () => 'eu-central-1',
    read: async () => kept,
    async write(_bucket: string, value: Notification) {
      kept = value;
      writes += 1;
    },
    async [Symbol.asyncDispose]() {},
  };
  return {
    ...{ records: memoryRecordStore(), notifier, region: 'eu-central-1', now: () => kept, writes: () => writes },
    remove: () => void (kept = null),
  };
}

const plans = { bucket: 'plans', prefix: '' };

test('switching on and off again leaves a bucket as it was', async () => {
  const before = { QueueConfigurations: [queue] };
  const deps = bucketWith(before);
  assert.deepEqual(await switchOn(plans, deps), {
    ...{ bucket: 'plans', prefixes: [''], eventBridge: 'added', others: 1 },
  });
  assert.deepEqual(deps.now(), { QueueConfigurations: [queue], EventBridgeConfiguration: {} });
  assert.equal((await switchOn(plans, deps)).eventBridge, 'kept');
  assert.equal(deps.writes(), 1, 'what is on is not written again');
  assert.deepEqual(await switchOff(plans, deps), {
    ...{ bucket: 'plans', prefixes: [], eventBridge: 'removed', others: 1 },
  });
  assert.deepEqual(deps.now(), before);
});

test('events that went to EventBridge before go on doing so', async () => {
  const deps = bucketWith({ EventBridgeConfiguration: {} });
  assert.equal((await switchOn(plans, deps)).eventBridge, 'kept');
  assert.equal((await switchOff(plans, deps)).eventBridge, 'kept');
  assert.deepEqual(deps.now(), { EventBridgeConfiguration: {} });
});

test('what others set up in between stays', async () => {
  const deps = bucketWith({});
  await switchOn(plans, deps);
  await deps.notifier.write('plans', { ...deps.now(), QueueConfigurations: [queue] });
  await switchOff(plans, deps);
  assert.deepEqual(deps.now(), { QueueConfigurations: [queue] });
});

test('parts of a bucket are switched by themselves, and the last one takes EventBridge along', async () => {
  const deps = bucketWith({});
  await switchOn({ bucket: 'plans', prefix: 'a/' }, deps);
  await switchOn({ bucket: 'plans', prefix: 'b/' }, deps);
  await switchOn({ bucket: 'plans', prefix: 'b/inside/' }, deps);
  const [wanted] = await listWanted(deps.records);
  assert.deepEqual(wanted?.prefixes, ['a/', 'b/'], 'one that another one holds adds nothing');
  assert.equal(isWanted({ prefixes: ['a/', 'b/'] }, 'b/1'), true);
  assert.equal(isWanted({ prefixes: ['a/', 'b/'] }, 'c/1'), false);
  await assert.rejects(switchOff({ bucket: 'plans', prefix: 'c/' }, deps), {
    code: 'bucket_notices_off',
    message: /plans\/a\/, plans\/b\//,
  });
  assert.equal((await switchOff({ bucket: 'plans', prefix: 'a/' }, deps)).eventBridge, 'kept');
  assert.equal((await switchOff({ bucket: 'plans', prefix: 'b/' }, deps)).eventBridge, 'removed');
  assert.deepEqual(deps.now(), {});
  await assert.rejects(switchOff(plans, deps), { code: 'bucket_notices_off' });
});

test('the notices of a bucket that was deleted can be switched off, and not on', async () => {
  const deps = bucketWith({});
  await switchOn(plans, deps);
  deps.remove();
  assert.equal((await switchOff(plans, deps)).eventBridge, 'gone');
  assert.deepEqual(await listWanted(deps.records), []);
  await assert.rejects(switchOn(plans, deps), { code: 'bucket_change_failed' });
  assert.deepEqual(await listWanted(deps.records), []);
});

test('a bucket of another Region is refused before anything is changed', async () => {
  const deps = { ...bucketWith({}), region: 'us-east-1' };
  await assert.rejects(switchOn(plans, deps), { code: 'bucket_notices_elsewhere', message: /eu-central-1/ });
  assert.equal(deps.writes(), 0);
  assert.deepEqual(await listWanted(deps.records), []);
});

test('places are buckets, with or without the beginning of keys', () => {
  assert.deepEqual(placeOf('plans'), plans);
  assert.deepEqual(placeOf('plans/'), plans);
  assert.deepEqual(placeOf('plans/a/b'), { bucket: 'plans', prefix: 'a/b' });
  for (const text of ['', '/', '/a', 'a b', `plans/${'a'.repeat(1025)}`]) assert.equal(placeOf(text), null, text);
});
