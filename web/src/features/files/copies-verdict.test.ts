import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copiesVerdict } from './copies-verdict.ts';

const states = ['pending', 'stored', 'verified', 'lost'] as const;

/** As the server counts: src/files/entries/views.ts. */
const copies = (primary: (typeof states)[number], backup: (typeof states)[number]) => {
  const count = [primary, backup].filter((state) => state === 'stored' || state === 'verified').length;
  return { primary, backup, count };
};

test('the shield is good only where both copies were read back, and never where one is missing', () => {
  for (const primary of states) {
    for (const backup of states) {
      const { state } = copiesVerdict(copies(primary, backup));
      const isLost = primary === 'lost' || backup === 'lost';
      assert.equal(state === 'good', primary === 'verified' && backup === 'verified', `${primary} and ${backup}`);
      assert.equal(state === 'look' || state === 'risk', isLost, `${primary} and ${backup}`);
    }
  }
});

test('each state of the copies says what it is', () => {
  assert.match(copiesVerdict(copies('verified', 'verified')).said, /^Both copies were read back and are right/);
  assert.match(copiesVerdict(copies('verified', 'stored')).said, /not all been read back yet/);
  assert.match(copiesVerdict(copies('stored', 'pending')).said, /second copy is still being made/);
  assert.match(copiesVerdict(copies('lost', 'verified')).said, /^One copy is missing or altered/);
  assert.match(copiesVerdict(copies('lost', 'lost')).said, /^No good copy is known/);
});
