import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPartialName, partialName } from './partial-name.ts';

test('the name of a partial file is known again, and no other name is taken for one', () => {
  const name = partialName();
  assert.ok(isPartialName(name));
  const others = [
    '.holdfast-.partial',
    '.holdfast-notes.partial',
    `a${name}`,
    `${name}.txt`,
    `${name}\n`,
    name.slice(1),
    name.toUpperCase(),
    name.replaceAll('-', '_'),
  ];
  for (const other of others) assert.equal(isPartialName(other), false, other);
});
