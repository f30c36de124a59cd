import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Column, nextSort, sorted, sortSearchFrom } from './sorting.ts';

interface Row {
  readonly name: string;
  readonly bytes: number | null;
}
const columns: readonly Column<Row>[] = [
  { key: 'name', label: 'Name', value: ({ name }) => name },
  { key: 'bytes', label: 'Used', value: ({ bytes }) => bytes },
];
const rows: readonly Row[] = [
  { name: 'Öz', bytes: 10 },
  { name: 'ada 10', bytes: null },
  { name: 'Ada 9', bytes: 9 },
  { name: 'zoe', bytes: 100 },
];
const names = (by: string, down?: true) =>
  sorted(rows, columns, { by, ...(down ? { down } : {}) }, 'en').map(({ name }) => name);

test('names sort as people sort them, and numbers by size', () => {
  assert.deepEqual(names('name'), ['Ada 9', 'ada 10', 'Öz', 'zoe']);
  assert.deepEqual(names('name', true), ['zoe', 'Öz', 'ada 10', 'Ada 9']);
});

test('what is not known comes last either way', () => {
  assert.deepEqual(names('bytes'), ['Ada 9', 'Öz', 'zoe', 'ada 10']);
  assert.deepEqual(names('bytes', true), ['zoe', 'Öz', 'Ada 9', 'ada 10']);
});

test('without a column, or with one that there is not, the order is the server’s', () => {
  assert.equal(sorted(rows, columns, {}), rows);
  assert.equal(sorted(rows, columns, { by: 'nonsense' }), rows);
});

test('a column goes up, down, and back to the server’s order', () => {
  assert.deepEqual(nextSort({}, 'name'), { by: 'name' });
  assert.deepEqual(nextSort({ by: 'name' }, 'name'), { by: 'name', down: true });
  assert.deepEqual(nextSort({ by: 'name', down: true }, 'name'), {});
  assert.deepEqual(nextSort({ by: 'name', down: true }, 'bytes'), { by: 'bytes' });
});

test('an address that somebody typed sorts by nothing that it does not say', () => {
  assert.deepEqual(sortSearchFrom({ by: 3, down: true }), {});
  assert.deepEqual(sortSearchFrom({ by: 'name', down: 'yes' }), { by: 'name' });
});
