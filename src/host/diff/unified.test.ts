import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { changesOf, unifiedDiff } from './unified.ts';

const names = { before: 'a', after: 'b', isHeading: () => false };
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

test('patch(1) makes the one text of the other with it', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-diff-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const whole = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
  if (spawnSync('patch', ['--version']).error) return context.skip('patch is missing');
  fc.assert(
    fc.property(someLines, someLines, (before, after) => {
      const diff = unifiedDiff(before, after, names);
      if (diff.length === 0) return assert.deepEqual(before, after);
      const path = join(folder, 'text');
      writeFileSync(path, whole(before));
      const ran = spawnSync('patch', ['--silent', '--fuzz=0', '-o', '-', path], {
        input: whole(diff),
        encoding: 'utf8',
      });
      assert.equal(ran.stdout, whole(after), `${ran.stderr}\n${diff.join('\n')}`);
    }),
    { numRuns: 40 },
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
