import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '../base/errors.ts';
import { deployableState } from './replace-failed.ts';

/** A stack that has these states, one after the other, once it is removed. */
function stack(first: string, ...then: readonly (string | null)[]) {
  const later = [...then];
  let now: string | null = first;
  let removed = 0;
  return {
    removed: () => removed,
    state: async () => (now === null ? null : { status: now, parameters: {}, resolved: {}, outputs: {} }),
    async remove() {
      removed += 1;
      now = later.shift() ?? null;
    },
    wait: async () => void (now = later.shift() ?? null),
  };
}

test('a stack that could never be made is deleted when that is wanted, and else says how', async () => {
  const failed = stack('ROLLBACK_COMPLETE', 'DELETE_IN_PROGRESS', 'DELETE_IN_PROGRESS', null);
  const options = { name: 'guard', wait: failed.wait };
  await assert.rejects(deployableState(failed, { ...options, replaces: false }), (error) => {
    return hasCode(error, 'stack_failed') && /--replace-failed/.test(error.remedy);
  });
  assert.equal(failed.removed(), 0);
  assert.equal(await deployableState(failed, { ...options, replaces: true }), null);
  assert.equal(failed.removed(), 1);
});

test('a stack that works is never deleted, and one that stays is told', async () => {
  for (const status of ['CREATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'UPDATE_FAILED']) {
    const there = stack(status);
    const state = await deployableState(there, { name: 'guard', replaces: true, wait: there.wait });
    assert.equal(state?.status, status);
    assert.equal(there.removed(), 0);
  }
  const stays = stack('CREATE_FAILED', 'DELETE_IN_PROGRESS', 'DELETE_FAILED');
  await assert.rejects(deployableState(stays, { name: 'guard', replaces: true, wait: stays.wait }), /DELETE_FAILED/);
});
