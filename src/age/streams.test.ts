import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { hasCode } from '../base/errors.ts';
import { CHUNK_BYTES } from './chunk.ts';
import { decryptBytes, decryptStream, encryptBytes, encryptStream } from './file.ts';
import { makeHeader, MAX_HEADER_BYTES, MAX_RECIPIENTS, parseHeader } from './header.ts';
import { newFileKey } from './file-key.ts';
import { generateIdentity } from './keys.ts';
import { passphraseRecipient } from './scrypt.ts';
import { always, inPieces, released } from './testing/pieces.ts';

const identity = generateIdentity('classic');
const hybrid = generateIdentity('pq');

/** A source that tells how often it was asked and whether it was ended. */
function watched(pieces: number, piece: Uint8Array) {
  const seen = { pulled: 0, ended: false };
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      for (; seen.pulled < pieces;) {
        seen.pulled++;
        yield piece;
      }
    } finally {
      seen.ended = true;
    }
  }
  return { seen, source: source() };
}

test('a slow reader holds the source back: little more is read than was asked for', async () => {
  const { seen, source } = watched(1000, Buffer.alloc(CHUNK_BYTES));
  const encrypted = encryptStream(source, [identity.recipient]);
  await encrypted.next();
  assert.equal(seen.pulled, 0, 'the header needs nothing of the source');
  for (let batch = 1; batch <= 5; batch++) {
    await encrypted.next();
    assert.ok(seen.pulled <= batch * 4 + 1, `${seen.pulled} pieces for ${batch} batches of four chunks`);
  }
  await encrypted.return(undefined);
  assert.ok(seen.ended, 'ending early ends the source');
});

test('what comes in large pieces goes out in pieces as large, for one write each', async () => {
  const { source } = watched(6, Buffer.alloc(8 * CHUNK_BYTES));
  const sizes: number[] = [];
  for await (const { length } of encryptStream(source, [identity.recipient])) sizes.push(length);
  const [, ...batches] = sizes;
  assert.deepEqual(
    batches.map((length) => Math.floor(length / CHUNK_BYTES)),
    // One byte has to come after a chunk before it is known not to be the last.
    [7, 8, 8, 8, 8, 8, 1],
  );
});

test('decryption reads no further than asked and ends the source when it ends early', async () => {
  const file = encryptBytes(Buffer.alloc(40 * CHUNK_BYTES), [identity.recipient]);
  const { seen, source } = watched(1000, file);
  async function* cut(): AsyncGenerator<Uint8Array> {
    for await (const whole of source) yield* inPieces(whole, always(CHUNK_BYTES));
  }
  const decrypted = decryptStream(cut(), [identity]);
  await decrypted.next();
  assert.equal(seen.pulled, 1);
  await decrypted.return(undefined);
  assert.ok(seen.ended);
});

test('decryption ends the source when the file is refused', async () => {
  const stranger = encryptBytes(Buffer.from('x'), [generateIdentity('classic').recipient]);
  for (const bytes of [stranger, Buffer.from('not an age file at all\n'), Buffer.alloc(0)]) {
    const { seen, source } = watched(3, bytes);
    const { error } = await released(decryptStream(source, [identity]));
    assert.ok(hasCode(error, 'age_no_identity_match', 'age_header_invalid'));
    assert.ok(seen.ended);
  }
});

test('an error of the source comes through as it is, and no last chunk is written after it', async () => {
  const broken = new Error('the disk went away');
  async function* source(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(CHUNK_BYTES);
    throw broken;
  }
  const { bytes, error } = await released(encryptStream(source(), [identity.recipient]));
  assert.equal(error, broken);
  assert.throws(() => decryptBytes(bytes, [identity]), { code: 'age_truncated' });

  async function* half(): AsyncGenerator<Uint8Array> {
    yield encryptBytes(Buffer.from('x'), [identity.recipient]).subarray(0, 60);
    throw broken;
  }
  assert.equal((await released(decryptStream(half(), [identity]))).error, broken);
});

test('several recipients of one suite each open the file, others do not', async () => {
  for (const suite of ['pq', 'classic'] as const) {
    const team = [generateIdentity(suite), generateIdentity(suite), generateIdentity(suite)];
    const file = encryptBytes(
      Buffer.from('for the team'),
      team.map((member) => member.recipient),
    );
    for (const member of team) assert.equal(decryptBytes(file, [member]).toString(), 'for the team');
    for (const stranger of [generateIdentity(suite), generateIdentity(suite === 'pq' ? 'classic' : 'pq')]) {
      assert.throws(() => decryptBytes(file, [stranger]), { code: 'age_no_identity_match' });
    }
    assert.equal(decryptBytes(file, [generateIdentity(suite), team[2]!]).toString(), 'for the team');
  }
});

test('suites never share a file, and a passphrase stands alone', async () => {
  const passphrase = passphraseRecipient('correct horse', { workFactor: 4 });
  const mixes = [
    [identity.recipient, hybrid.recipient],
    [hybrid.recipient, identity.recipient],
    [passphrase, identity.recipient],
    [hybrid.recipient, passphrase],
    [passphrase, passphrase],
  ];
  for (const recipients of mixes) {
    assert.throws(() => encryptBytes(Buffer.from('x'), recipients), { code: 'age_recipients_mixed' });
    const { seen, source } = watched(1, Buffer.from('x'));
    const { bytes, error } = await released(encryptStream(source, recipients));
    assert.ok(hasCode(error, 'age_recipients_mixed'));
    assert.equal(bytes.length + seen.pulled, 0, 'refused before any effect');
  }
});

test('a file needs a recipient, and not more than the limit', () => {
  assert.throws(() => encryptBytes(Buffer.from('x'), []), { code: 'age_recipients_missing' });
  const many = Array.from({ length: MAX_RECIPIENTS }, () => hybrid.recipient);
  const header = makeHeader(newFileKey(), many);
  assert.ok(header.length < MAX_HEADER_BYTES, 'what we write we also read');
  assert.equal(parseHeader(header).stanzas.length, MAX_RECIPIENTS);
  assert.throws(() => makeHeader(newFileKey(), [...many, hybrid.recipient]), { code: 'age_recipients_too_many' });
});

test('an endless header is refused at the limit instead of being buffered', async () => {
  let yielded = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('age-encryption.org/v1\n-> X ');
    for (;;) {
      yielded += 65_536;
      yield Buffer.alloc(65_536, 'a');
    }
  }
  const { error } = await released(decryptStream(endless(), [identity]));
  assert.ok(hasCode(error, 'age_header_invalid'));
  assert.ok(yielded <= MAX_HEADER_BYTES + 65_536);
});

test('what is no age file is refused from its first byte, not at the limit of the header', async () => {
  const { seen, source } = watched(1000, randomBytes(1000));
  const { error } = await released(decryptStream(source, [identity]));
  assert.ok(hasCode(error, 'age_header_invalid'));
  assert.equal(seen.pulled, 1);
});
