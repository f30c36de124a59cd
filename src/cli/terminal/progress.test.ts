import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { renderProgress, startProgress } from './progress.ts';
import { textWidth } from './text-width.ts';

const task = { verb: 'Storing', totalBytes: 2_900_000_000, totalFiles: 214 };
const state = { bytes: 1_218_000_000, files: 90, elapsedMs: 14_000, rate: 88_000_000, current: 'photos/报告.jpg' };

test('a bar tells share, bytes, rate, time left, files and the current one', () => {
  assert.equal(
    renderProgress(task, state, 140),
    'Storing  [==========>             ]   42 %  1.2 GB of 2.9 GB  88 MB/s  0:19 left  90 of 214 files  photos/报告.jpg',
  );
});

test('a narrow terminal loses what matters least, and the line never wraps', () => {
  for (let width = 1; width < 130; width += 1) assert.ok(textWidth(renderProgress(task, state, width)) <= width);
  assert.match(renderProgress(task, state, 45), /42 %$/);
});

test('nothing to transfer is everything done, and a stalled line promises no end', () => {
  assert.match(renderProgress({ ...task, totalBytes: 0 }, { ...state, bytes: 0 }, 80), /100 %/);
  assert.doesNotMatch(renderProgress(task, { ...state, rate: 0 }, 140), /left/);
  assert.match(
    renderProgress(task, { ...state, bytes: task.totalBytes }, 140),
    /100 % {2}2\.9 GB of 2\.9 GB {2}finishing {2}90/,
  );
});

test('what is counted has no sizes, and its count is what the bar goes by', () => {
  const checks = { verb: 'Looking', totalBytes: 0, totalFiles: 80, unit: 'check' };
  assert.equal(
    renderProgress(checks, { ...state, bytes: 0, files: 20, rate: 0, current: '' }, 140),
    'Looking  [======>                 ]   25 %  20 of 80 checks',
  );
});

test('nothing is drawn in the first second, then a line that is wiped at the end', () => {
  mock.timers.enable({ apis: ['setInterval', 'Date'] });
  const drawn: string[] = [];
  const screen = { draw: (line: string) => void drawn.push(line), columns: () => 100 };
  {
    using progress = startProgress(task, Date.now, screen);
    progress.bytes(1_000_000);
    mock.timers.tick(900);
    assert.deepEqual(drawn, []);
    mock.timers.tick(200);
    assert.match(drawn[0] ?? '', /^Storing/);
  }
  assert.equal(drawn.at(-1), '');
  mock.timers.reset();
});
