import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testMessage } from './test-message.ts';
import { timelineOf } from './timeline.ts';
import { timelines } from './timelines.ts';

test('going to the end lets go of a part that does not reach it, and of no other', () => {
  const page = {
    ...{ messages: [testMessage({ sequence: 1 })], earlier: null, forgottenUpTo: 0 },
    position: { epoch: 'e', sequence: 900 },
  };
  timelines.put('far', timelineOf({ ...page, later: 1 }));
  timelines.put('near', timelineOf({ ...page, later: null }));
  for (const roomId of ['far', 'near', 'unknown']) timelines.backToEnd(roomId);
  assert.equal(timelines.get('far'), undefined);
  assert.ok(timelines.get('near'));
});
