import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ArchiveReader } from './archive-lines.ts';

test('long records come in batches that fit into memory, each record once and in order', () => {
  const reader = new ArchiveReader('day.jsonl', (lines) => `${lines.length}`);
  const text = 'x'.repeat(2 ** 20);
  const lines = Array.from({ length: 70 }, (_, ts) => JSON.stringify({ _path: 'dns', sensor: 'a', ts, text }));
  const batches = [...lines.flatMap((line) => [...reader.read(line)]), ...reader.end()];
  assert.deepEqual(
    batches.map(({ logs = [] }) => logs.length),
    [32, 32, 6],
  );
  assert.deepEqual(
    batches.flatMap(({ logs = [] }) => logs.map(({ ts }) => ts)),
    lines.map((_, index) => index),
  );
});
