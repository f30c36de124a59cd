import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Lexer, type Token } from 'marked';
import { markdownText, withoutEscapes } from './markdown.ts';
import { visible } from './visible.ts';

/** What the web app shows of a list with one line in it, and everything in it that is more than text. */
function shown(line: string): { text: string; more: string[] } {
  const more: string[] = [];
  const textOf = (tokens: readonly Token[]): string =>
    tokens
      .map((token) => {
        if (!['list', 'list_item', 'text', 'escape', 'space'].includes(token.type)) more.push(token.type);
        if (token.type === 'list') return textOf(token.items as Token[]);
        if ('tokens' in token && token.tokens) return textOf(token.tokens);
        return 'text' in token && token.type !== 'space' ? String(token.text) : '';
      })
      .join('');
  return { text: textOf(new Lexer({ gfm: true, breaks: true }).lex(`- ${line}\n- and more`)), more };
}

test('a line of others is shown letter by letter, and becomes no link and nothing else', () => {
  const marks = fc.constantFrom(
    ...[
      '[click](https://evil.example)',
      '![x](y)',
      '<https://a.example>',
      '<b>',
      'www.',
      'HTTP://',
      'ftp://a',
      'x@y.zz',
    ],
    ...[
      'mailto:a@b.cc',
      '[x]: /y',
      '[ ] ',
      '&amp;',
      '&#35;',
      '# ',
      '> ',
      '- ',
      '+ ',
      '1. ',
      '2) ',
      '***',
      '---',
      '===',
    ],
    ...['`', '```', '~', '~~', '*', '**', '_', '__', '\\', '|', '\n', '    ', '!', '(', ')', ']', 'a', 'Ä1', '.', ' '],
  );
  const lines = fc.array(fc.oneof(marks, fc.string({ unit: 'grapheme-ascii', maxLength: 5 })), { maxLength: 8 });
  fc.assert(
    fc.property(lines, (parts) => {
      const line = parts.join('');
      assert.equal(withoutEscapes(markdownText(line)), visible(line).trim());
      assert.deepEqual(shown(markdownText(line)), { text: `${visible(line).trim()}and more`, more: [] });
    }),
  );
});

test('what means nothing is left as it is', () => {
  const line = 'critical: my_bucket-1 of ada (10.0.0.5:22, 3 * 2, a&b) is open to “everyone”!';
  assert.equal(markdownText(line), line);
});
