import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { styles } from './styles.ts';
import { renderTable } from './table.ts';
import { cutToWidth, textWidth } from './text-width.ts';

const plain = { width: undefined, styles: styles(false) };

test('columns are aligned by what is seen, not by characters', () => {
  const lines = renderTable(
    [{ title: 'Name' }, { title: 'Size', align: 'right' }, { title: 'By' }],
    [
      ['报告.pdf', '3', 'ada'],
      ['e\u0301tude', '1000', 'bob'],
      ['👩‍👩‍👧', '20', 'eve'],
    ],
    plain,
  );
  assert.deepEqual(lines, [
    'Name      Size  By',
    '报告.pdf     3  ada',
    'e\u0301tude     1000  bob',
    '👩‍👩‍👧          20  eve',
  ]);
});

test('a hostile cell stays in its line and in its column', () => {
  const lines = renderTable([{ title: 'Name' }, { title: 'By' }], [['a\n\u001b[2Jb\u202e', 'eve']], plain);
  assert.equal(lines.length, 2);
  assert.equal(lines[1], 'a\\u{a}\\u{1b}[2Jb\\u{202e}  eve');
});

test('in a narrow terminal what may be cut is cut, and nothing else', () => {
  const columns = [{ title: 'Id' }, { title: 'Device', cut: true }] as const;
  const rows = [['0190f5d2-7b1e', 'a very long name of a device']];
  assert.deepEqual(
    renderTable(columns, rows, { width: 30, styles: styles(false) })[1],
    '0190f5d2-7b1e  a very long na…',
  );
  assert.match(
    renderTable(columns, rows, { width: 10, styles: styles(false) })[1] ?? '',
    /^0190f5d2-7b1e {2}a very …$/,
  );
  assert.match(renderTable(columns, rows, plain)[1] ?? '', /device$/);
});

test('a colour is never alone and never without a terminal', () => {
  const cell = [[{ text: 'FAIL', style: 'danger' as const }]];
  assert.equal(renderTable([{ title: '' }], cell, plain)[1], 'FAIL');
  assert.equal(renderTable([{ title: '' }], cell, { width: 80, styles: styles(true) })[1], '\u001b[31mFAIL\u001b[39m');
});

test('a text cut to a width never takes more than that', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, width) => {
      assert.ok(textWidth(cutToWidth(text, width)) <= width);
    }),
  );
});
