import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { changesOf, unifiedDiff } from './unified.ts';

const someLines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 24 });

test('what is same or gone is the one text, what is same or new the other', () => {
  fc.assert(
    fc.property(someLines, someLines, (before, after) => {
      const changes = changesOf(before, after);
      const without = (kind: string) => changes.filter((each) => each.kind !== kind).map(({ line }) => line);
      assert.deepEqual(without('new'), before);
      assert.deepEqual(without('gone'), after);
    }),
  );
});

test('thousands of lines that all differ are told as replaced, and in time', () => {
  const before = Array.from({ length: 30_000 }, (_, index) => `old ${index}`);
  const after = Array.from({ length: 30_000 }, (_, index) => `new ${index}`);
  const changes = changesOf(['first', ...before, 'last'], ['first', ...after, 'last']);
  assert.equal(changes.filter(({ kind }) => kind === 'gone').length, 30_000);
  assert.equal(changes.filter(({ kind }) => kind === 'same').length, 2);
});

test('a piece names the heading above it', () => {
  const before = ['table one {', '1', '2', '3', '4', '5', '6', '}'];
  const after = ['table one {', '1', '2', '3', '4', '5', 'six', '}'];
  const isHeading = (line: string) => line.startsWith('table');
  assert.deepEqual(unifiedDiff(before, after, { before: 'a', after: 'b', isHeading }), [
    ...['--- a', '+++ b', '@@ -4,5 +4,5 @@ table one {'],
    ...[' 3', ' 4', ' 5', '-6', '+six', ' }'],
  ]);
});
