import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openPrivateFolder } from './private-folder.ts';

test('a folder that could not be made is made with a later write, once that goes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'private-'));
  try {
    const { write, read } = openPrivateFolder();
    const [inTheWay, path] = [join(folder, 'state'), join(folder, 'state/kept')];
    writeFileSync(inTheWay, '');
    await assert.rejects(write(path, 'one', true));
    rmSync(inTheWay);
    await write(path, 'two', true);
    assert.equal(String(await read(path)), 'two');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
