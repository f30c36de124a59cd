import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BoundedMap } from './bounded-map.ts';
import { DistinctCount } from './distinct-count.ts';
import { KnownState, numberCodec } from './known-state.ts';

test('a bounded map keeps what was used last, and forgets what was not for long', () => {
  const map = new BoundedMap<number>(4);
  map.set('used', 0);
  for (let index = 0; index < 1000; index += 1) {
    map.set(`new ${index}`, index);
    assert.equal(map.get('used'), 0);
    assert.equal(map.get(`new ${index}`), index);
    assert.ok(map.size <= 4);
  }
  assert.equal(map.get('new 0'), undefined);
  assert.equal([...map.entries()].length, map.size);
  map.delete('used');
  assert.equal(map.get('used'), undefined);
});

test('different values are counted exactly up to 64, and within a fifth beyond, through JSON as well', () => {
  for (const many of [0, 1, 2, 3, 5, 33, 64, 65, 200, 1000, 50_000]) {
    const made = new DistinctCount();
    for (let index = 0; index < many; index += 1) for (const _ of [1, 2]) made.add(`host ${index}`);
    const back = DistinctCount.from(JSON.parse(JSON.stringify(made)));
    assert.equal(back?.size, made.size);
    if (many <= 64) assert.equal(made.size, many);
    else assert.ok(Math.abs(made.size - many) <= many / 5, `${made.size} for ${many}`);
  }
});

test('numbers are values as texts are', () => {
  const made = new DistinctCount();
  for (let port = 0; port < 65_536; port += 1) made.add(port);
  assert.ok(Math.abs(made.size - 65_536) < 65_536 / 5, String(made.size));
});

test('what is known outlives a restart; what cannot be read is left out, and what nobody asked for stays', () => {
  const kept = new KnownState();
  kept.map('seen', 10, numberCodec).set('a', 1);
  kept.map('other', 10, numberCodec).set('b', 2);
  const text = JSON.stringify(kept);
  const back = new KnownState(JSON.parse(text));
  assert.equal(back.map('seen', 10, numberCodec).get('a'), 1);
  assert.equal(JSON.stringify(back), text);
  for (const bad of [null, 5, 'x', {}, { version: 9 }, { version: 1, maps: 5 }, { version: 1, maps: { seen: 5 } }]) {
    assert.equal(new KnownState(bad).map('seen', 10, numberCodec).size, 0);
  }
  const partly = new KnownState({ version: 1, maps: { seen: [['a', 'x'], ['b', 2], 5, [1, 2]] } });
  assert.deepEqual([...partly.map('seen', 10, numberCodec).entries()], [['b', 2]]);
  assert.equal(DistinctCount.from([1, 'x']), null);
  assert.equal(DistinctCount.from('AAAA'), null);
});
