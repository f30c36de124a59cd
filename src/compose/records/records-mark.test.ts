import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryRecordStore } from '../../storage/index.ts';
import { readTableMark } from './records-mark.ts';

test('a table that was put back from a moment or a backup is another table, which is noticed until it is written down', async () => {
  await using records = memoryRecordStore({ clock: Date.now });
  const isOver = async (tableId: string): Promise<boolean> => (await readTableMark(records, tableId)).isOver;
  assert.equal(await isOver('first'), true, 'one that has no mark yet counts as put back');
  await (await readTableMark(records, 'first')).renew();
  assert.equal(await isOver('first'), false);
  // Everything in it is as it was then, the mark of the table that it was made of among it.
  assert.equal(await isOver('put back'), true);
  assert.equal(await isOver('put back'), true, 'a start that was broken off leaves it so');
  await (await readTableMark(records, 'put back')).renew();
  assert.equal(await isOver('put back'), false);
  assert.equal(await isOver('first'), true, 'the old table is older than what was written since');
});
