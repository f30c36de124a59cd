import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueryClient } from '@tanstack/react-query';
import type { EntryView } from './api.ts';
import { changeFolder, withEntry, withoutEntries } from './folder-pages.ts';

const entry = (id: string, name = id): EntryView => ({
  kind: 'folder',
  id,
  driveId: 'd',
  folderId: 'f',
  name,
  createdTime: '2026-01-01T00:00:00Z',
});
const pages = (...names: readonly string[][]) => ({
  pages: names.map((ids) => ({ entries: ids.map((id) => entry(id)) })),
  pageParams: names.map(() => ''),
});
const ids = (list: ReturnType<typeof pages>) => list.pages.map(({ entries }) => entries.map(({ id }) => id).join(''));

test('what went is taken out of every page', () => {
  assert.deepEqual(ids(withoutEntries(pages(['a', 'b'], ['c']), new Set(['b', 'c']))), ['a', '']);
});

test('what has another name or version stays in its place; what is new is put where it is seen', () => {
  const renamed = withEntry(pages(['a', 'b'], ['c']), entry('c', 'new name'));
  assert.deepEqual(ids(renamed), ['ab', 'c']);
  assert.equal(renamed.pages[1]?.entries[0]?.name, 'new name');
  assert.deepEqual(ids(withEntry(pages(['a'], ['b']), entry('z'))), ['za', 'b']);
});

test('after an act a short list is fetched again, and a long one is not', () => {
  const queries = new QueryClient();
  const short = ['folder', 'd', 'f', 'name', false];
  const long = ['folder', 'd', 'f', 'size', false];
  queries.setQueryData(short, pages(['a'], ['b']));
  queries.setQueryData(long, pages(...Array.from({ length: 9 }, (_, page) => [`p${page}`])));
  changeFolder(queries, { driveId: 'd', folderId: 'f' }, (list) => withoutEntries(list, new Set(['a', 'p0'])));
  assert.deepEqual(ids(queries.getQueryData(short) ?? pages()), ['', 'b']);
  assert.equal(queries.getQueryState(short)?.isInvalidated, true);
  assert.equal(ids(queries.getQueryData(long) ?? pages())[0], '');
  assert.equal(queries.getQueryState(long)?.isInvalidated, false);
  queries.clear();
});
