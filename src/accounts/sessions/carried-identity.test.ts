import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { decryptBytes, encryptBytes, generateIdentity } from '../../age/index.ts';
import { openCarried, type CarriedIdentity } from './carried-identity.ts';
import { sealSeed } from './sealed-seed.ts';

test('an identity that was opened before is the same one, and opens what it opened', () => {
  const identity = generateIdentity('pq');
  const carried = carry(identity.seed);
  const text = encryptBytes(Buffer.from('for it alone'), [identity.recipient]);
  for (let round = 0; round < 3; round += 1) {
    const opened = openCarried(carried);
    assert.ok(opened);
    assert.equal(opened.recipient.toString(), identity.recipient.toString());
    assert.equal(opened.suite, 'pq');
    assert.equal(String(decryptBytes(text, [opened])), 'for it alone');
    assert.deepEqual(opened.seed, identity.seed);
    assert.equal(opened.toString(), identity.toString());
  }
});

test('that it was opened before opens it with nothing but the same secret, purpose and place', () => {
  const carried = carry(generateIdentity('pq').seed);
  for (const changed of [
    { secret: randomBytes(32) },
    { secret: carried.secret.subarray(0, 31) },
    { purpose: 'app-password' },
    { place: ['session', 'other'] },
    { sealed: carry(generateIdentity('pq').seed).sealed },
  ] as const) {
    for (let round = 0; round < 2; round += 1) {
      assert.ok(openCarried(carried));
      assert.equal(openCarried({ ...carried, ...changed }), null);
    }
  }
});

function carry(seed: Buffer): CarriedIdentity {
  const place = { secret: randomBytes(32), purpose: 'session', place: ['session', 'one'] } as const;
  return { sealed: sealSeed(seed, place.secret, place.purpose, place.place), ...place };
}
