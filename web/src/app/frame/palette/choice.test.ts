import assert from 'node:assert/strict';
import { test } from 'node:test';
import { around, type Choice, MOST, ranked, rankOf } from './choice.ts';

const choice = (label: string): Choice => ({ key: label, label, hint: '', icon: null, go: () => undefined });
const labels = (choices: readonly Choice[]): string[] => choices.map(({ label }) => label);

test('a name fits by its beginning, by the beginnings of its words, or by what stands beside it', () => {
  assert.equal(rankOf('app', 'App passwords'), 0);
  assert.equal(rankOf('pass app', 'App passwords'), 1);
  assert.equal(rankOf('words', 'App passwords'), 2);
  assert.equal(rankOf('settings sess', 'Sessions', 'Settings'), 2);
  assert.equal(rankOf('@grace', 'Write to Grace', '@grace'), 2);
  assert.equal(rankOf('MULLER', 'Müller'), 0);
  assert.equal(rankOf('app key', 'App passwords'), null);
  assert.equal(rankOf('', 'Trash'), 0, 'whoever typed nothing is offered everything');
});

test('the best come first, and no more than are offered of one kind', () => {
  const some = ['Renew it', 'A new room', 'New room', 'Trash'].map((label) => ({ choice: choice(label) }));
  assert.deepEqual(labels(ranked('new', some).map((each) => each.choice)), ['New room', 'A new room', 'Renew it']);
  const many = Array.from({ length: 30 }, (_, at) => ({ choice: choice(`Room ${at}`) }));
  assert.equal(ranked('room', many).length, MOST);
});

test('files stand between what is named so and what merely holds the words', () => {
  const others = ranked('trash', [{ choice: choice('Rules'), beside: 'trash' }, { choice: choice('Trash') }]);
  assert.deepEqual(labels(around([choice('trash.txt')], others)), ['Trash', 'trash.txt', 'Rules']);
});
