import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from '../../base/commands/command.ts';
import { fold, foldAll } from '../terminal/fold.ts';
import { commandHelp, familyHelp, overview } from './help.ts';
import { styles } from '../terminal/styles.ts';

const long =
  'Everything that somebody has to know before the first time, in words that are not cut off anywhere at all';
const command: Command = {
  path: ['admin', 'records', 'move'],
  summary: 'Move what the server knows of everything into another engine or to another place',
  description: `${long},\nand goes on in the next line.\nThis is meant to begin a line.\n  holdfast ls`,
  examples: [
    { run: 'holdfast ls', does: long },
    { run: 'holdfast ls /', does: 'Short' },
    { run: 'holdfast ls -l /', does: 'Shorter' },
  ],
  arguments: [{ name: 'PLACE', about: long }],
  options: [{ name: 'a-long-name', short: 'a', value: 'VALUE', about: long }],
  run: async () => {},
};
const wordsOf = (lines: readonly string[]): string[] =>
  lines
    .join('\n')
    .split(/[\s#]+/)
    .filter(Boolean);
const on = (columns: number | undefined) => ({ columns, styles: styles(false) });
const groups = [{ title: 'Group', verbs: ['admin'], load: async () => [command], commands: [command] }];

test('help fits into a terminal of any usual width, breaks no word and loses none', () => {
  const pages = [
    (columns?: number) => commandHelp(command, on(columns)),
    (columns?: number) => familyHelp('admin', [command], on(columns)),
    (columns?: number) => overview(groups, on(columns), '1.0.0'),
  ];
  for (const page of pages) {
    for (let columns = 40; columns <= 130; columns += 1) {
      const lines = page(columns);
      // What is to be copied stays in one line.
      const tooLong = lines.filter((line) => line.length > columns && !line.startsWith('  holdfast '));
      assert.deepEqual(tooLong, [], `at ${columns} columns`);
      assert.deepEqual(wordsOf(lines), wordsOf(page()), `at ${columns} columns`);
    }
  }
});

test('what an option does stands in its own column, or below its name where that would be too narrow', () => {
  const at = (columns: number): string[] => commandHelp(command, on(columns));
  const row = (lines: readonly string[]): number => lines.findIndex((line) => line.includes('--a-long-name'));
  const wide = at(80);
  const column = wide[row(wide)]?.indexOf('Everything') ?? -1;
  assert.equal(column, wide[row(wide) + 1]?.search(/\S/));
  const narrow = at(45);
  assert.match(narrow[row(narrow) + 1] ?? '', /^ {6}Everything/);
});

test('a text is folded anew only where it does not fit, and lines that were meant to begin still do', () => {
  assert.deepEqual(foldAll('one\ntwo', 60), ['one', 'two']);
  const lines = foldAll(command.description ?? '', 60);
  assert.ok(lines.includes('This is meant to begin a line.'));
  assert.ok(lines.includes('  holdfast ls'));
  assert.deepEqual(fold('https://example.org/a/long/address', 10), ['https://example.org/a/long/address']);
  assert.deepEqual(fold('ab cd ef', 6, 2), ['ab cd', '  ef']);
});
