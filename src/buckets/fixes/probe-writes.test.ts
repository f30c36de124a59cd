import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAbilities } from '../facts/abilities.ts';
import { probeWrites, type TrialStore } from './probe-writes.ts';
import { refusedBy, testWriter } from './test-writer.ts';

function trialStore(deafTo: string, refuses = '', detail = 'NotImplemented, 501') {
  const writer = testWriter();
  const buckets: string[] = [];
  const store: TrialStore = {
    ...writer,
    async write(target, value) {
      const setting = target.kind === 'bucket' ? target.setting : '';
      if (setting === refuses) throw refusedBy(detail);
      if (setting !== deafTo) await writer.write(target, value);
    },
    createBucket: async (name) => void buckets.push(name),
    removeBucket: async (name) => void buckets.splice(buckets.indexOf(name), 1),
  };
  return { store, buckets };
}

test('a store that takes a setting and ignores it is found out, and is not asked for it again', async () => {
  const { store, buckets } = trialStore('publicAccessBlock');
  const words = await probeWrites(store);
  assert.equal(words.publicAccessBlock, 'silently_ignored');
  assert.equal(words.policy, 'supported');
  assert.deepEqual(buckets, [], 'nothing is left behind');
  const abilities = openAbilities(words);
  assert.equal(abilities.mayAsk('publicAccessBlock'), false);
  assert.equal(abilities.instead('publicAccessBlock'), 'silently_ignored');
  assert.equal(abilities.mayAsk('policy'), true);
});

test('a setting that is refused is told as denied or not known to the store', async () => {
  assert.equal((await probeWrites(trialStore('', 'encryption').store)).encryption, 'not_implemented');
  const denied = trialStore('', 'lifecycle', 'AccessDenied, 403');
  assert.equal((await probeWrites(denied.store)).lifecycle, 'denied');
});
