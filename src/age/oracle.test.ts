import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import * as oracle from 'age-encryption';
import { armor, dearmor } from './armor.ts';
import { CHUNK_BYTES } from './chunk.ts';
import { decryptBytes, decryptStream, encryptStream } from './file.ts';
import { generateIdentity, parseIdentity, parseRecipient } from './keys.ts';
import { passphraseIdentity, passphraseRecipient } from './scrypt.ts';
import { always, collect, inPieces } from './testing/pieces.ts';

/** Both ways with `age-encryption`, the implementation by age's author for JavaScript: other code, same files. */

const SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 2 * CHUNK_BYTES + 17];
const material = randomBytes(3 * CHUNK_BYTES);

test('age-encryption opens what we write, and we open what it writes, in both suites', async () => {
  for (const suite of ['pq', 'classic'] as const) {
    const identity = generateIdentity(suite);
    assert.equal(await oracle.identityToRecipient(identity.toString()), identity.recipient.toString());
    const decrypter = new oracle.Decrypter();
    decrypter.addIdentity(identity.toString());
    const encrypter = new oracle.Encrypter();
    encrypter.addRecipient(identity.recipient.toString());
    for (const size of SIZES) {
      const plaintext = material.subarray(0, size);
      const ours = await collect(encryptStream(inPieces(plaintext, always(5000)), [identity.recipient]));
      assert.ok(plaintext.equals(await decrypter.decrypt(ours)));
      const theirs = await encrypter.encrypt(plaintext);
      assert.ok(plaintext.equals(decryptBytes(theirs, [identity])));
    }
  }
});

test('keys made by age-encryption are ours, too', async () => {
  const made = [await oracle.generateHybridIdentity(), await oracle.generateX25519Identity()];
  for (const text of made) {
    assert.equal(parseIdentity(text).toString(), text);
    const recipient = await oracle.identityToRecipient(text);
    assert.equal(parseIdentity(text).recipient.toString(), recipient);
    assert.equal(parseRecipient(recipient).toString(), recipient);
  }
});

test('several recipients: each side opens the file of the other with the second key', async () => {
  for (const suite of ['pq', 'classic'] as const) {
    const [first, second] = [generateIdentity(suite), generateIdentity(suite)];
    const plaintext = material.subarray(0, 1000);
    const ours = await collect(encryptStream(inPieces(plaintext, []), [first.recipient, second.recipient]));
    const decrypter = new oracle.Decrypter();
    decrypter.addIdentity(second.toString());
    assert.ok(plaintext.equals(await decrypter.decrypt(ours)));
    const encrypter = new oracle.Encrypter();
    for (const { recipient } of [first, second]) encrypter.addRecipient(recipient.toString());
    assert.ok(plaintext.equals(decryptBytes(await encrypter.encrypt(plaintext), [second])));
  }
});

test('passphrases work both ways, whatever their letters', async () => {
  for (const passphrase of ['correct horse battery staple', 'пароль 密码 🔑']) {
    const plaintext = material.subarray(0, 500);
    const ours = await collect(
      encryptStream(inPieces(plaintext, []), [passphraseRecipient(passphrase, { workFactor: 10 })]),
    );
    const decrypter = new oracle.Decrypter();
    decrypter.addPassphrase(passphrase);
    assert.ok(plaintext.equals(await decrypter.decrypt(ours)));
    const encrypter = new oracle.Encrypter();
    encrypter.setPassphrase(passphrase);
    encrypter.setScryptWorkFactor(10);
    const theirs = await encrypter.encrypt(plaintext);
    assert.ok(plaintext.equals(decryptBytes(theirs, [passphraseIdentity(passphrase)])));
    assert.ok(plaintext.equals(await collect(decryptStream(inPieces(theirs, []), [passphraseIdentity(passphrase)]))));
  }
});

test('armor is the same text on both sides', async () => {
  for (const size of [1, 47, 48, 49, 1000, 70_000, 200_000]) {
    const bytes = material.subarray(0, size);
    const text = (await collect(armor(inPieces(bytes, always(777))))).toString();
    assert.equal(text, oracle.armor.encode(bytes));
    assert.ok(bytes.equals(oracle.armor.decode(text)));
    assert.ok(bytes.equals(await collect(dearmor(inPieces(Buffer.from(oracle.armor.encode(bytes)), always(1000))))));
  }
});
