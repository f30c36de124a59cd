import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pathFilter } from './globs.ts';

const takes = (pattern: string, path: string): boolean => !pathFilter([], [pattern]).file(path);

test('a pattern without a slash is for the name, one with a slash for the path', () => {
  for (const [pattern, path] of [
    ['*.tmp', 'a/b/x.tmp'],
    ['*', '.env'],
    ['.git', '.git'],
    ['a/*.txt', 'a/b.txt'],
    ['/b.txt', 'b.txt'],
    ['./b.txt', 'b.txt'],
    ['a/**', 'a/b/c'],
    ['**/c', 'c'],
    ['**/c', 'a/b/c'],
    ['a/**/c', 'a/c'],
    ['a/**/c', 'a/b/b/c'],
    ['?.md', 'é.md'],
    ['[abc].md', 'b.md'],
    ['[a-c]', 'b'],
    ['[!a]', 'b'],
    ['*.{jpg,png}', 'x.png'],
    ['\\*', '*'],
    ['a+b(1).txt', 'a+b(1).txt'],
    ['a,b', 'a,b'],
    ['e\u0301', '\u00e9'],
  ] as const) {
    assert.ok(takes(pattern, path), `${pattern} takes ${path}`);
  }
  for (const [pattern, path] of [
    ['*.tmp', 'x.tmp/y'],
    ['a/*.txt', 'a/b/c.txt'],
    ['/b.txt', 'a/b.txt'],
    ['a?c', 'a/c'],
    ['[!a]', '/'],
    ['*.txt', 'xtxt'],
    ['a.c', 'abc'],
    ['[a-c]', 'd'],
    ['*.{jpg,png}', 'x.gif'],
    ['node_modules/', 'node_modules'],
  ] as const) {
    assert.ok(!takes(pattern, path), `${pattern} leaves ${path}`);
  }
});

test('a slash at the end is for folders, an exclude wins over an include', () => {
  const filter = pathFilter(['*.txt'], ['cache/', 'secret*']);
  assert.equal(filter.folder('a/cache'), false);
  assert.equal(filter.folder('a/secrets'), false);
  assert.equal(filter.folder('a'), true);
  assert.equal(filter.file('a/b.txt'), true);
  assert.equal(filter.file('a/b.md'), false);
  assert.equal(filter.file('secret.txt'), false);
});

test('a pattern that cannot be read is refused, and none hangs or crashes', () => {
  for (const pattern of ['', '/', '{a', '[z-a]'])
    assert.throws(() => pathFilter([], [pattern]), { code: 'pattern_invalid' });
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...Array.from('*?[]{},!\\/a-^.')) }),
      fc.string(),
      (pattern, path) => {
        try {
          pathFilter([pattern], []).file(path);
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'pattern_invalid');
        }
      },
    ),
  );
});
