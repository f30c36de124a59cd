/** What becomes of what is written: completed, shortened names of emoji, Markdown taken apart. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completionAt } from './completion.ts';
import { emojis, withEmojis } from './emoji.ts';
import { parsed } from '../text/markdown.ts';
import { newMessageId } from '../line/message-id.ts';

const people = [
  { handle: 'ada.lovelace', name: 'Ada Lovelace' },
  { handle: 'grace', name: 'Grace Hopper' },
];
const commands = [{ name: 'topic', about: 'Another topic' }];
const labels = (text: string) =>
  completionAt(text, text.length, { people, commands })?.proposals.map(({ label }) => label) ?? null;

test('people are proposed after @, by handle and by any part of their name; an address names nobody', () => {
  assert.deepEqual(labels('hi @lov'), ['@ada.lovelace']);
  assert.deepEqual(labels('@'), ['@ada.lovelace', '@grace', '@room']);
  assert.equal(labels('mail a@gr'), null);
  assert.equal(labels('@nobody'), null);
});

test('emoji are proposed after two letters, commands at the beginning alone', () => {
  assert.deepEqual(labels('so :tad')?.slice(0, 1), ['🎉 :tada:']);
  assert.equal(labels('at 12:3'), null);
  assert.deepEqual(labels('/to'), ['/topic']);
  assert.equal(labels('a /to'), null);
});

test('names of emoji become emoji, in code they stay', () => {
  assert.equal(withEmojis('ok :+1: `:tada:` 10:30:00 :nothing:'), 'ok 👍 `:tada:` 10:30:00 :nothing:');
  assert.ok(emojis.every(({ name, emoji }) => /^[a-z0-9_+-]+$/.test(name) && emoji !== ''));
});

test('Markdown that is written to be slow is shown as it is, at once', () => {
  for (const bomb of [
    '>'.repeat(16_000),
    '['.repeat(16_000),
    '1. '.repeat(5_000),
    '_a_'.repeat(5_000),
    '- '.repeat(8_000),
  ]) {
    assert.equal(parsed(bomb).length, 1);
    assert.equal(parsed(bomb)[0]?.type, 'text');
  }
});

test('an id is a UUIDv7 of its time, and no two are the same', () => {
  const id = newMessageId(0x0190_0000_0000);
  assert.match(id, /^01900000-0000-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.notEqual(newMessageId(5), newMessageId(5));
});
