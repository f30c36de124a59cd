import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectAfterBursts } from './burst-collection.ts';

test('after a burst, and once nothing comes any more, memory is collected: once', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const collected: string[] = [];
  using bursts = collectAfterBursts({ size: 3, quietMs: 100, collect: ({ type }) => collected.push(type) });
  for (let each = 0; each < 5; each += 1) {
    bursts.happened();
    t.mock.timers.tick(60);
  }
  assert.deepEqual(collected, [], 'not while it goes on');
  t.mock.timers.tick(100);
  assert.deepEqual(collected, ['major']);
  t.mock.timers.tick(1000);
  assert.deepEqual(collected, ['major']);
  bursts.happened();
  t.mock.timers.tick(200);
  assert.deepEqual(collected, ['major'], 'one alone is no burst');
});

test('nothing is collected once it is disposed of', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const bursts = collectAfterBursts({ size: 1, quietMs: 100, collect: () => assert.fail('collected') });
  bursts.happened();
  bursts[Symbol.dispose]();
  t.mock.timers.tick(1000);
});
