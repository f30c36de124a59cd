import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visible, visibleLines, visibleName } from './visible.ts';

test('what would not be seen, or would turn the words around it, is written out', () => {
  assert.equal(visible('sshd\u202egnp.exe'), 'sshd\\u{202e}gnp.exe');
  assert.equal(visible('\u001b[31mred\u0007'), '\\u{1b}[31mred\\u{7}');
  assert.equal(visible('two\nlines\u200b'), 'two\\u{a}lines\\u{200b}');
});

test('a name in which there is nothing to be seen is written out, and any other is as it is', () => {
  assert.equal(visibleName('   '), '\\u{20}\\u{20}\\u{20}');
  assert.equal(visibleName('\u3000\u200b'), '\\u{3000}\\u{200b}');
  for (const name of [' a ', 'برنامه\u200cها', '👩‍🚀.png', 'a\u202egpj.exe']) assert.equal(visibleName(name), name);
});

test('text of any script stays as it is', () => {
  for (const text of ['\ttcp dport 22 accept', 'מארח ראשי', 'Ελληνικά ✓ 服务器']) assert.equal(visible(text), text);
});

test('lines stay apart, and what is in each is written out', () => {
  assert.equal(visibleLines('one\u0007\ntwo\u202e\n'), 'one\\u{7}\ntwo\\u{202e}\n');
});
