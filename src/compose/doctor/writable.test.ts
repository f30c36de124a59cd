import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfig } from '../../config/index.ts';
import { judgeWritable } from './writable.ts';

test(
  'what a start could not write is named, and what is not there is left to others',
  { skip: process.getuid?.() === 0 && 'root may write everything' },
  async (t) => {
    const data = await mkdtemp(join(tmpdir(), 'holdfast-writable-'));
    t.after(() => rm(data, { recursive: true, force: true }));
    const config = readConfig({ data }, {});
    for (const store of ['objects', 'backup']) await mkdir(join(data, store));
    const file = join(data, 'records.sqlite');
    await writeFile(file, '');
    assert.equal((await judgeWritable(config)).verdict, 'pass');
    await chmod(file, 0o400);
    await chmod(join(data, 'backup'), 0o500);
    const { verdict, what } = await judgeWritable(config);
    assert.equal(verdict, 'fail');
    assert.ok(
      what.includes(file) && what.includes(join(data, 'backup')) && !what.includes(join(data, 'objects')),
      what,
    );
  },
);
