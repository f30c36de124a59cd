import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chooseAll,
  chooseNone,
  chooseOnly,
  chooseTo,
  meant,
  nothing,
  step,
  stillThere,
  toggle,
  unchoose,
} from './selection.ts';

const ids = ['a', 'b', 'c', 'd', 'e'];
const chosen = (selection: { chosen: ReadonlySet<string> }) => [...selection.chosen].toSorted().join('');

test('the keyboard starts at the first or the last, and stays at the ends', () => {
  assert.equal(step(nothing, ids, 1).active, 'a');
  assert.equal(step(nothing, ids, -1).active, 'e');
  assert.equal(step(step(nothing, ids, -1), ids, 1).active, 'e');
  assert.equal(step(chooseOnly('b'), ids, 1).active, 'c');
  assert.equal(step(nothing, [], 1).active, null);
});

test('a step chooses nothing and drops nothing', () => {
  assert.equal(chosen(step(chooseOnly('b'), ids, 1)), 'b');
});

test('a range goes from where it started, either way, and starts there again', () => {
  const down = chooseTo(chooseOnly('b'), ids, 'd');
  assert.equal(chosen(down), 'bcd');
  assert.equal(chosen(chooseTo(down, ids, 'a')), 'ab');
});

test('toggling adds and takes away one', () => {
  assert.equal(chosen(toggle(toggle(chooseOnly('a'), 'c'), 'a')), 'c');
  assert.equal(chosen(chooseNone(chooseAll(nothing, ids))), '');
  assert.equal(chosen(chooseAll(nothing, ids)), 'abcde');
});

test('what went is chosen no longer, and the keyboard stands at its neighbour', () => {
  const after = stillThere(chooseTo(chooseOnly('b'), ids, 'c'), ids, ['a', 'd', 'e']);
  assert.equal(chosen(after), '');
  assert.equal(after.active, 'd');
  assert.equal(stillThere(chooseOnly('e'), ids, ['a', 'b']).active, 'b');
  assert.equal(stillThere(chooseOnly('e'), ids, []).active, null);
});

test('an act is meant for what is chosen, else for where the keyboard stands', () => {
  assert.deepEqual([...meant(step(nothing, ids, 1))], ['a']);
  assert.deepEqual([...meant(step(chooseOnly('b'), ids, 1))], ['b']);
  assert.deepEqual([...meant(nothing)], []);
});

test('what is done with is chosen no more, and the rest of the selection stays', () => {
  const chosen = chooseAll(toggle(nothing, 'b'), ['a', 'b', 'c']);
  const left = unchoose(chosen, ['a', 'c', 'elsewhere']);
  assert.deepEqual([...left.chosen], ['b']);
  assert.deepEqual([left.active, left.anchor], ['b', 'b']);
  assert.deepEqual([...chosen.chosen], ['a', 'b', 'c']);
});
