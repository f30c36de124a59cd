import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import { memoryRecordStore } from '../../storage/index.ts';
import { bringIntoShape, type Migration, refuseNewerShape } from './records-shape.ts';

const clock = Date.now;
const deps = { clock, log: silentLog };

function steps(names: readonly string[], done: string[], breaks: ReadonlySet<string> = new Set()): Migration[] {
  return names.map((what) => ({
    what,
    async run() {
      if (breaks.has(what)) throw new Error(`${what} broke`);
      done.push(what);
    },
  }));
}

test('records without a number count as those of the first release, and every step is made once and in order', async () => {
  const records = memoryRecordStore({ clock });
  const done: string[] = [];
  await bringIntoShape(records, deps);
  await bringIntoShape(records, { ...deps, migrations: steps(['two', 'three'], done) });
  assert.deepEqual(done, ['two', 'three']);
  await bringIntoShape(records, { ...deps, migrations: steps(['two', 'three', 'four'], done) });
  assert.deepEqual(done, ['two', 'three', 'four']);
});

test('a step that breaks leaves the shape of the one before, and the next start goes on there', async () => {
  const records = memoryRecordStore({ clock });
  const done: string[] = [];
  const names = ['two', 'three', 'four'];
  await assert.rejects(
    bringIntoShape(records, { ...deps, migrations: steps(names, done, new Set(['three'])) }),
    /three/,
  );
  assert.deepEqual(done, ['two']);
  await refuseNewerShape(records, steps(['two'], []));
  await bringIntoShape(records, { ...deps, migrations: steps(names, done) });
  assert.deepEqual(done, names);
});

test('a copy of the records is made before the first step, and none when nothing is to be done', async () => {
  const records = memoryRecordStore({ clock });
  const done: string[] = [];
  const beforeFirst = async (): Promise<void> => void done.push('copy');
  await bringIntoShape(records, { ...deps, beforeFirst });
  await bringIntoShape(records, { ...deps, beforeFirst, migrations: steps(['two', 'three'], done) });
  await bringIntoShape(records, { ...deps, beforeFirst, migrations: steps(['two', 'three'], done) });
  assert.deepEqual(done, ['copy', 'two', 'three']);
});

test('records of a later release are refused by name before anything is done, and stay as they are', async () => {
  const records = memoryRecordStore({ clock });
  await bringIntoShape(records, { ...deps, migrations: steps(['two', 'three'], []) });
  const done: string[] = [];
  for (const act of [
    () => refuseNewerShape(records),
    () => bringIntoShape(records, { ...deps, migrations: steps(['two'], done) }),
  ]) {
    await assert.rejects(act(), (error: Error) => {
      assert.ok(hasCode(error, 'records_shape_newer'));
      assert.match(error.message, /shape 3 of Holdfast \d+\.\d+\.\d+/);
      return true;
    });
  }
  assert.deepEqual(done, []);
});

test('two servers that start at once make each step once', async () => {
  const records = memoryRecordStore({ clock });
  const done: string[] = [];
  const slow: Migration = {
    what: 'two',
    async run() {
      await new Promise((resolve) => setTimeout(resolve, 20));
      done.push('two');
    },
  };
  const both = await Promise.allSettled([
    bringIntoShape(records, { ...deps, migrations: [slow] }),
    bringIntoShape(records, { ...deps, migrations: [slow] }),
  ]);
  assert.deepEqual(done, ['two']);
  const refused = both.filter((each) => each.status === 'rejected').map((each) => each.reason as unknown);
  assert.ok(refused.every((error) => hasCode(error, 'records_shape_busy')));
});
