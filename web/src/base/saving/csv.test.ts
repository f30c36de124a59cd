import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvLine } from '../../../../src/base/formats/csv.ts';
import { csvOf } from './csv.ts';

test('a list is written as the server writes its exports, and no name in it runs in a spreadsheet', () => {
  const lines = [
    ['name', 'bytes', 'since'],
    ['=HYPERLINK("https://example.org")', 5, null],
    [' ＝1+1', -3, 'a, "b"\nc'],
    ['\tx', 0, 'plain'],
  ];
  assert.equal(csvOf(lines), lines.map(csvLine).join(''));
  assert.match(csvOf(lines), /"'=HYPERLINK/);
});
