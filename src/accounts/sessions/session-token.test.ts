import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { generateIdentity } from '../../age/index.ts';
import { newToken, openSealedIdentity, parseToken, sealIdentity } from './session-token.ts';

const place = { sessionId: 'session', accountId: 'account' };

test('a token reads back as itself', () => {
  const token = newToken();
  const again = parseToken(token.text);
  assert.equal(again?.hash, token.hash);
  assert.deepEqual(again?.secret, token.secret);
  assert.notEqual(newToken().text, token.text);
});

test('anything else is no token, other spellings of the same bits included', () => {
  const { text } = newToken();
  const [id, secret] = text.slice(4).split('.');
  for (const wrong of [
    '',
    'hfs_.',
    `${text}\n`,
    ` ${text}`,
    `${text}=`,
    text.toUpperCase(),
    text.replace('.', ''),
    text.slice(0, -1),
    `hfs_${secret}.${id}`,
    `xyz_${id}.${secret}`,
    `hfs_${id}.${'_'.repeat(43)}`,
    `hfs_${'/'.repeat(22)}.${secret}`,
  ]) {
    assert.equal(parseToken(wrong), null, JSON.stringify(wrong));
  }
  fc.assert(fc.property(fc.string(), (other) => parseToken(other) === null));
});

test('a sealed identity opens with its secret in its place only', () => {
  const identity = generateIdentity('pq');
  const { secret } = newToken();
  const sealed = sealIdentity(identity, secret, place);
  assert.deepEqual(openSealedIdentity(sealed, secret, place)?.seed, identity.seed);
  assert.equal(openSealedIdentity(sealed, newToken().secret, place), null);
  assert.equal(openSealedIdentity(sealed, secret, { ...place, accountId: 'other' }), null);
  assert.equal(openSealedIdentity(sealed, secret, { ...place, sessionId: 'other' }), null);
  assert.notEqual(sealIdentity(identity, secret, place), sealed);
});

test('no bit of a sealed identity can be changed', () => {
  const { secret } = newToken();
  const sealed = Buffer.from(sealIdentity(generateIdentity('pq'), secret, place), 'base64url');
  for (let index = 0; index < sealed.length; index++) {
    const changed = Buffer.from(sealed);
    changed[index] = (changed[index] ?? 0) ^ 1;
    assert.equal(openSealedIdentity(changed.toString('base64url'), secret, place), null);
  }
  assert.equal(openSealedIdentity('', secret, place), null);
  assert.equal(openSealedIdentity(sealed.subarray(1).toString('base64url'), secret, place), null);
});
