import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyLines, readableJson } from './policy-lines.ts';

const one = { Sid: 'One', Effect: 'Allow', Action: ['s3:GetObject'] };
const two = { Sid: 'Two', Effect: 'Deny' };
const textOf = (policy: string) =>
  policyLines(policy)
    .map(({ text }) => text)
    .join('\n');

test('each line says which statement it belongs to, and all of them are the policy', () => {
  for (const document of [
    { Version: '2012-10-17', Statement: [one, two] },
    { Version: '2012-10-17', Id: 'x', Statement: one },
    { Statement: [one] },
    { Statement: [] },
    { Version: '2012-10-17' },
    {},
  ]) {
    assert.deepEqual(JSON.parse(textOf(JSON.stringify(document))), document);
  }
  const lines = policyLines(JSON.stringify({ Version: '2012-10-17', Statement: [one, two] }));
  const second = lines.filter(({ statement }) => statement === 1).map(({ text }) => text);
  assert.match(second.join(' '), /Two/);
  assert.doesNotMatch(second.join(' '), /One/);
});

test('what is no policy stands as the store gave it', () => {
  for (const text of ['{"Statement":', '"text"', '[]', '<b>\nx']) assert.equal(textOf(text), text);
  assert.equal(readableJson('nothing'), 'nothing');
});
