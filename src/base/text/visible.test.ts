import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { quoted, visible, visibleJson } from './visible.ts';

test('what cannot be seen is written out', () => {
  assert.equal(visible('a\u001b[2Jb'), 'a\\u{1b}[2Jb');
  assert.equal(visible('invoice\u202efdp.exe'), 'invoice\\u{202e}fdp.exe');
  assert.equal(
    visible('a\u0000\u009b\u2028\u200b\ufeff\u{e0041}'),
    'a\\u{0}\\u{9b}\\u{2028}\\u{200b}\\u{feff}\\u{e0041}',
  );
  assert.equal(visible('\ud800'), '\\u{d800}');
});

test('what can be seen stays: other scripts, emoji, marks', () => {
  for (const text of ['报告.pdf', 'שלום', 'مرحبا', '👩‍👩‍👧', 'e\u0301', 'नमस्ते', ' two  blanks '])
    assert.equal(visible(text), text);
});

test('no text at all brings a control character through', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(visible(text), /\p{Cc}|\p{Cs}|[\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
});

test('a long name keeps its start and its end', () => {
  const name = quoted(`${'a'.repeat(300)}.pdf`, 41);
  assert.equal(name, `“${'a'.repeat(20)}…${'a'.repeat(16)}.pdf”`);
});

test('a value as JSON holds nothing that a terminal acts on, and reads back the same', () => {
  const value = { name: 'a\u009b2Jb\u202ec\u2028d\u007f\u001b', more: [null, 'שלום'] };
  const line = visibleJson(value);
  assert.doesNotMatch(line, /[\p{Cc}\u2028-\u202e]/u);
  assert.deepEqual(JSON.parse(line), value);
  assert.equal(visibleJson(undefined), 'null');
});
