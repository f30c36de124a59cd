import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordItem } from '../record-store.ts';
import { garbageCollector } from '../../../base/memory/garbage-collector.ts';
import { RowCache } from './row-cache.ts';

const item = (sk: string, value: RecordItem['value'] = {}): RecordItem => ({
  pk: 'p',
  sk,
  value,
  revision: `of ${sk}`,
});
const KIB = 1024;

test('what was read last is kept as it is, and dropped when it is forgotten', () => {
  const cache = new RowCache();
  const kept = item('a');
  cache.keep(kept, 2);
  assert.equal(cache.get('p', 'a'), kept);
  assert.equal(cache.get('p', 'b'), undefined);
  cache.remove('p', 'a');
  assert.equal(cache.get('p', 'a'), undefined);
});

test('what is read is kept from its second reading on; what was read once, with many others since, is read for the first time again', () => {
  const cache = new RowCache();
  cache.noteRead(item('a', { n: 1 }), 7);
  assert.equal(cache.get('p', 'a'), undefined);
  cache.noteRead(item('a', { n: 2 }), 7);
  assert.deepEqual(cache.get('p', 'a')?.value, { n: 2 });
  cache.noteRead(item('b'), 2);
  for (let n = 0; n < 10_000; n += 1) cache.noteRead(item(`item ${n}`), 2);
  cache.noteRead(item('b'), 2);
  assert.equal(cache.get('p', 'b'), undefined);
});

test('of an item that is read again the later reading counts', () => {
  const cache = new RowCache();
  cache.keep(item('a', { n: 1 }), 7);
  cache.keep(item('a', { n: 2 }), 7);
  assert.deepEqual(cache.get('p', 'a')?.value, { n: 2 });
});

test('nobody who reads an item can change what others read, however deep', () => {
  const cache = new RowCache();
  const value = { list: [{ n: 1 }], inner: { text: 'x' } };
  cache.keep(item('a', value), 40);
  assert.throws(() => ((value.list[0] as { n: number }).n = 2), TypeError);
  assert.throws(() => value.list.push({ n: 2 }), TypeError);
  assert.throws(() => (value.inner.text = 'y'), TypeError);
});

test('it holds a bounded amount, and drops what nobody asked for longest ago', () => {
  const cache = new RowCache();
  const names = Array.from({ length: 600 }, (_, n) => `item ${n}`);
  for (const name of names) {
    cache.keep(item(name), 16 * KIB);
    cache.get('p', 'item 0');
  }
  const there = names.filter((name) => cache.get('p', name));
  assert.equal(there.length, 256, '4 MiB in all');
  assert.deepEqual([there[0], there.at(-1)], ['item 0', 'item 599']);
});

test('a large value is not kept', () => {
  const cache = new RowCache();
  cache.keep(item('large'), 16 * KIB + 1);
  assert.equal(cache.get('p', 'large'), undefined);
});

test('an item that somebody asked for is there after it was written, as it was written last', () => {
  const cache = new RowCache();
  cache.keep(item('head', { n: 1 }), 7);
  cache.begin();
  cache.write({ pk: 'p', sk: 'head', revision: 'second' }, '{"n":2}');
  assert.equal(cache.get('p', 'head'), undefined, 'until it is committed nobody sees it');
  cache.write({ pk: 'p', sk: 'head', revision: 'third' }, '{"n":3}');
  cache.write({ pk: 'p', sk: 'never asked for', revision: 'first' }, '{"n":3}');
  cache.commit();
  assert.deepEqual(cache.get('p', 'head'), { pk: 'p', sk: 'head', revision: 'third', value: { n: 3 } });
  assert.equal(cache.get('p', 'never asked for'), undefined);
});

test('what was written by a transaction that was given up is not there, nor what was removed', () => {
  const cache = new RowCache();
  cache.keep(item('head', { n: 1 }), 7);
  cache.keep(item('gone', { n: 1 }), 7);
  cache.begin();
  cache.write({ pk: 'p', sk: 'head', revision: 'second' }, '{"n":2}');
  cache.begin();
  cache.write({ pk: 'p', sk: 'gone', revision: 'second' }, '{"n":2}');
  cache.remove('p', 'gone');
  cache.commit();
  assert.equal(cache.get('p', 'head'), undefined);
  assert.equal(cache.get('p', 'gone'), undefined);
});

test('what was looked for in vain is known to be absent until it is written, and so are many others, but not any number', () => {
  const cache = new RowCache();
  cache.noteAbsent('p', 'a');
  assert.deepEqual([cache.isAbsent('p', 'a'), cache.isAbsent('p', 'b')], [true, false]);
  cache.begin();
  cache.write({ pk: 'p', sk: 'a', revision: '1' }, '{}');
  cache.commit();
  assert.equal(cache.isAbsent('p', 'a'), false);
  const names = Array.from({ length: 10_000 }, (_, n) => `item ${n}`);
  for (const name of names) cache.noteAbsent('p', name);
  const known = names.filter((name) => cache.isAbsent('p', name));
  assert.ok(known.length > 0 && known.length <= 2000);
  cache.clear();
  assert.ok(!names.some((name) => cache.isAbsent('p', name)));
});

test('what was written anew or forgotten is let go, also while there is room for more', async () => {
  for (const forget of [false, true]) {
    const cache = new RowCache();
    const seen: WeakRef<object>[] = [];
    for (let n = 0; n < 40_000; n += 1) {
      cache.keep(item(`item ${n % 100}`), KIB);
      seen.push(new WeakRef(cache.get('p', `item ${n % 100}`) as object));
      if (forget && n % 100 === 99) cache.clear();
    }
    await new Promise(setImmediate);
    garbageCollector()({ type: 'major' });
    const held = seen.filter((each) => each.deref()).length;
    assert.ok(held <= 8000, `${held} of 40000 are held`);
    cache.clear();
  }
});
