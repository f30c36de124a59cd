import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '../base/errors.ts';
import { decryptBytes, decryptStream, encryptBytes, encryptStream } from './file.ts';
import { generateIdentity } from './keys.ts';
import { passphraseIdentity, passphraseRecipient } from './scrypt.ts';
import { collect, inPieces, released } from './testing/pieces.ts';
import { loadVectors } from './testing/vectors.ts';

const recipient = passphraseRecipient('one two three', { workFactor: 6 });
const plaintext = Buffer.from('under a passphrase');

test('a passphrase opens what it encrypted, in memory and as a stream; another one does not', async () => {
  const inMemory = encryptBytes(plaintext, [recipient]);
  const streamed = await collect(encryptStream(inPieces(plaintext, []), [recipient]));
  for (const file of [inMemory, streamed]) {
    assert.deepEqual(decryptBytes(file, [passphraseIdentity('one two three')]), plaintext);
    const right = decryptStream(inPieces(file, []), [passphraseIdentity('one two three')]);
    assert.deepEqual(await collect(right), plaintext);
    assert.throws(() => decryptBytes(file, [passphraseIdentity('One two three')]), { code: 'age_no_identity_match' });
    const wrong = await released(decryptStream(inPieces(file, []), [passphraseIdentity('')]));
    assert.ok(hasCode(wrong.error, 'age_no_identity_match'));
  }
});

test('a passphrase beside other recipients is refused whichever key is at hand', () => {
  const vector = loadVectors().find(({ name }) => name === 'scrypt_and_x25519');
  assert.equal(vector?.identities.length, 2);
  for (const identity of vector?.identities ?? []) {
    assert.throws(() => decryptBytes(vector?.file ?? plaintext, [identity]), { code: 'age_header_invalid' });
  }
});

test('the salt is fresh each time', () => {
  const salts = [1, 2, 3].map(() => recipient.wrapFileKey(Buffer.alloc(16))[0]?.args[0]);
  assert.equal(new Set(salts).size, 3);
});

test('a file that asks for more work than the limit is refused before any work', async () => {
  const file = encryptBytes(plaintext, [recipient]);
  const greedy = Buffer.from(file.toString('latin1').replace(/(-> scrypt \S+) 6\n/, '$1 40\n'), 'latin1');
  assert.throws(() => decryptBytes(greedy, [passphraseIdentity('one two three')]), {
    code: 'age_passphrase_work_factor',
  });
  const strict = passphraseIdentity('one two three', { maxWorkFactor: 5 });
  assert.throws(() => decryptBytes(file, [strict]), { code: 'age_passphrase_work_factor' });
  const { error } = await released(decryptStream(inPieces(file, []), [strict]));
  assert.ok(hasCode(error, 'age_passphrase_work_factor'));
  const boundless = passphraseIdentity('one two three', { maxWorkFactor: 60 });
  assert.throws(() => decryptBytes(greedy, [boundless]), { code: 'age_passphrase_work_factor' });
});

test('an empty passphrase and a work factor out of range are refused', () => {
  assert.throws(() => passphraseRecipient(''), { code: 'age_passphrase_empty' });
  for (const workFactor of [0, -1, 23, 1.5, Number.NaN, Infinity]) {
    assert.throws(() => passphraseRecipient('x', { workFactor }), { code: 'age_passphrase_work_factor' });
  }
});

test('a passphrase is no identity for files of keys', () => {
  const identity = generateIdentity('classic');
  const file = encryptBytes(plaintext, [identity.recipient]);
  assert.throws(() => decryptBytes(file, [passphraseIdentity('x')]), { code: 'age_no_identity_match' });
  assert.deepEqual(decryptBytes(file, [passphraseIdentity('x'), identity]), plaintext);
});

test('deriving the key of a stream leaves this thread free', async () => {
  const slow = passphraseRecipient('one two three', { workFactor: 14 });
  let turns = 0;
  let done = false;
  const counting = (async () => {
    for (; !done; turns++) await new Promise((resolve) => setImmediate(resolve));
  })();
  await collect(encryptStream(inPieces(plaintext, []), [slow]));
  done = true;
  await counting;
  assert.ok(turns > 2, 'the event loop turned meanwhile');
});
