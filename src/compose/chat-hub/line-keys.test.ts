import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateIdentity } from '../../age/index.ts';
import { openLineKeys } from './line-keys.ts';

test('a key is kept for so long after each use, and then forgotten; or at once', async () => {
  let now = 0;
  await using keys = openLineKeys(1000, () => now);
  const person = { accountId: 'a', name: 'Ada', handle: 'ada', email: 'ada@example.org', device: 'nc' };
  const holder = { ...person, role: 'member', sessionId: 'p', chatIdentity: generateIdentity('classic') } as const;
  assert.equal(keys.use('p'), null);
  keys.keep(holder);
  now = 999;
  assert.equal(keys.use('p'), holder);
  now = 1998;
  assert.equal(keys.use('p'), holder);
  now = 2998;
  assert.equal(keys.use('p'), null);
  keys.keep(holder);
  keys.forget('p');
  assert.equal(keys.use('p'), null);
});
