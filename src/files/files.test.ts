import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { code, get, keysIn, put, testFiles } from './test-files.ts';

test('a stored file comes back byte for byte, with its size and hash', async (t) => {
  const { files, join } = testFiles(t);
  const ada = await join();
  for (const size of [0, 1, 65_535, 65_536, 65_537, 200_000]) {
    const bytes = randomBytes(size);
    const { entry, outcome } = await put(files, ada, `file-${size}.bin`, bytes);
    assert.equal(outcome, 'created');
    assert.equal(entry.size, size);
    assert.equal(entry.sha256, createHash('sha256').update(bytes).digest('hex'));
    assert.deepEqual(await get(files, ada, entry), bytes);
  }
});
