import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { hasCode } from '../base/errors.ts';
import { CHUNK_BYTES, PAYLOAD_NONCE_BYTES, payloadBytes, plaintextBytes, SEALED_CHUNK_BYTES } from './chunk.ts';
import { decryptBytes, decryptStream, encryptBytes, encryptStream } from './file.ts';
import { newFileKey } from './file-key.ts';
import { openHeader, parseHeader } from './header.ts';
import { generateIdentity } from './keys.ts';
import { openPayload, sealPayload } from './payload.ts';
import { openRange } from './range.ts';
import { always, collect, inPieces, randomSizes, released } from './testing/pieces.ts';

const identity = generateIdentity('classic');
/** Any 3 chunks of it tell where they are, since no chunk repeats another. */
const material = randomBytes(6 * CHUNK_BYTES);

/** Sizes that lie on, just before and just after the edges of chunks, and some that do not. */
const size = fc.oneof(
  fc
    .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: -17, max: 17 }))
    .map(([chunks, offset]) => Math.max(0, chunks * CHUNK_BYTES + offset)),
  fc.integer({ min: 0, max: 300_000 }),
);
const cut = fc.record({ seed: fc.nat(), max: fc.constantFrom(7000, 70_000, 400_000) });

test('whatever goes in comes out, for any size around the edges of chunks and any cut of the stream', async () => {
  await fc.assert(
    fc.asyncProperty(size, cut, cut, async (bytes, cutIn, cutOut) => {
      const plaintext = material.subarray(0, bytes);
      const encrypted = await collect(
        encryptStream(inPieces(plaintext, randomSizes(cutIn.seed, cutIn.max)), [identity.recipient]),
      );
      const header = parseHeader(encrypted);
      assert.equal(encrypted.length, header.bytes + payloadBytes(bytes));
      const pieces = inPieces(encrypted, randomSizes(cutOut.seed, cutOut.max));
      assert.ok((await collect(decryptStream(pieces, [identity]))).equals(plaintext));
      assert.ok(decryptBytes(encrypted, [identity]).equals(plaintext));
      assert.ok(decryptBytes(encryptBytes(plaintext, [identity.recipient]), [identity]).equals(plaintext));
    }),
    { numRuns: 60 },
  );
});

test('a range is the slice, and reads only the chunks it needs', async () => {
  await fc.assert(
    fc.asyncProperty(size, size, size, fc.boolean(), async (bytes, one, other, sizeIsProven) => {
      const plaintext = material.subarray(0, bytes);
      const [start = 0, end = 0] = [Math.min(one, bytes), Math.min(other, bytes)].toSorted((a, b) => a - b);
      const file = encryptBytes(plaintext, [identity.recipient]);
      const headerBytes = parseHeader(file).bytes;
      const reads: { from: number; to: number }[] = [];
      const range = openRange(
        (from, to) => {
          reads.push({ from, to });
          return inPieces(file.subarray(from, to), always(50_001));
        },
        { fileKey: openHeader(file, [identity]), headerBytes, fileBytes: file.length, start, end, sizeIsProven },
      );
      assert.ok((await collect(range)).equals(plaintext.subarray(start, end)));

      const chunks = end > start ? Math.floor((end - 1) / CHUNK_BYTES) - Math.floor(start / CHUNK_BYTES) + 1 : 0;
      const lastAlone = sizeIsProven ? 0 : 1;
      const allowed = PAYLOAD_NONCE_BYTES + (chunks + lastAlone) * SEALED_CHUNK_BYTES;
      const read = reads.reduce((sum, { from, to }) => sum + to - from, 0);
      assert.ok(read <= allowed, `${read} bytes read, ${allowed} would do`);
      assert.ok(reads.length <= (sizeIsProven ? 2 : 3));
      if (sizeIsProven && end === start) assert.equal(reads.length, 0);
    }),
    { numRuns: 100 },
  );
});

test('a flipped bit anywhere is an error and never other bytes', async () => {
  const plaintext = material.subarray(0, 2 * CHUNK_BYTES + 100);
  const file = encryptBytes(plaintext, [identity.recipient]);
  const fileKey = openHeader(file, [identity]);
  const headerBytes = parseHeader(file).bytes;
  const anywhere = fc.oneof(
    fc.integer({ min: 0, max: headerBytes + 40 }),
    fc.integer({ min: 0, max: file.length - 1 }),
    fc.integer({ min: file.length - 40, max: file.length - 1 }),
  );
  await fc.assert(
    fc.asyncProperty(anywhere, fc.integer({ min: 0, max: 7 }), async (at, bit) => {
      const altered = Buffer.from(file);
      altered[at] = (altered[at] ?? 0) ^ (1 << bit);
      assert.throws(() => decryptBytes(altered, [identity]), { name: 'HoldfastError' });
      const { bytes, error } = await released(decryptStream(inPieces(altered, always(30_000)), [identity]));
      assert.notEqual(error, null);
      assert.ok(bytes.equals(plaintext.subarray(0, bytes.length)));
      if (at < headerBytes) return;

      const read = (from: number, to: number) => inPieces(altered.subarray(from, to), always(30_000));
      const fileBytes = file.length;
      const whole = openRange(read, { fileKey, headerBytes, fileBytes, start: 0, end: plaintext.length });
      const outcome = await released(whole);
      assert.ok(hasCode(outcome.error, 'age_payload_corrupt'));
      assert.ok(outcome.bytes.equals(plaintext.subarray(0, outcome.bytes.length)));
    }),
    { numRuns: 150 },
  );
});

test('a file cut off anywhere is an error, in a stream and in a range', async () => {
  const plaintext = material.subarray(0, 2 * CHUNK_BYTES);
  const file = encryptBytes(plaintext, [identity.recipient]);
  const fileKey = openHeader(file, [identity]);
  const headerBytes = parseHeader(file).bytes;
  const edge = headerBytes + PAYLOAD_NONCE_BYTES;
  const length = fc.oneof(
    fc.integer({ min: 0, max: file.length - 1 }),
    fc.constantFrom(0, headerBytes - 1, headerBytes, edge - 1, edge, edge + 16, edge + SEALED_CHUNK_BYTES),
  );
  await fc.assert(
    fc.asyncProperty(length, async (bytes) => {
      const short = file.subarray(0, bytes);
      assert.throws(() => decryptBytes(short, [identity]), { name: 'HoldfastError' });
      const streamed = await released(decryptStream(inPieces(short, always(20_000)), [identity]));
      assert.ok(hasCode(streamed.error, 'age_header_invalid', 'age_truncated', 'age_payload_corrupt'));
      assert.ok(streamed.bytes.equals(plaintext.subarray(0, streamed.bytes.length)));

      // The record says how long the file is; the store has less.
      const read = (from: number, to: number) => inPieces(short.subarray(from, to), always(20_000));
      const options = { fileKey, headerBytes, fileBytes: file.length, start: 0, end: plaintext.length };
      const ranged = await released(openRange(read, { ...options, sizeIsProven: true }));
      assert.ok(hasCode(ranged.error, 'age_truncated'));
      assert.ok(ranged.bytes.equals(plaintext.subarray(0, ranged.bytes.length)));
    }),
    { numRuns: 100 },
  );
});

test('a range of an unproven size fails when the file was cut at the edge of a chunk', async () => {
  const file = encryptBytes(material.subarray(0, 3 * CHUNK_BYTES), [identity.recipient]);
  const fileKey = openHeader(file, [identity]);
  const headerBytes = parseHeader(file).bytes;
  const fileBytes = file.length - SEALED_CHUNK_BYTES;
  const read = (from: number, to: number) => inPieces(file.subarray(from, to), []);
  for (const [start, end] of [
    [0, 10],
    [5, 5],
    [CHUNK_BYTES, CHUNK_BYTES + 1],
  ] as const) {
    const { bytes, error } = await released(openRange(read, { fileKey, headerBytes, fileBytes, start, end }));
    assert.equal(bytes.length, 0);
    assert.ok(hasCode(error, 'age_payload_corrupt'));
  }
});

test('chunks of one file cannot be swapped, dropped or repeated', async () => {
  const file = encryptBytes(material.subarray(0, 3 * CHUNK_BYTES + 5), [identity.recipient]);
  const at = parseHeader(file).bytes + PAYLOAD_NONCE_BYTES;
  const head = file.subarray(0, at);
  const chunk = (index: number) =>
    file.subarray(at + index * SEALED_CHUNK_BYTES, at + (index + 1) * SEALED_CHUNK_BYTES);
  for (const order of [[1, 0, 2, 3], [0, 2, 3], [0, 0, 1, 2, 3], [0, 1, 2, 3, 3], [3], [0, 1, 3, 2]]) {
    const altered = Buffer.concat([head, ...order.map(chunk)]);
    assert.throws(() => decryptBytes(altered, [identity]), { code: 'age_payload_corrupt' });
    const { error } = await released(decryptStream(inPieces(altered, always(40_000)), [identity]));
    assert.ok(hasCode(error, 'age_payload_corrupt'));
  }
});

test('a full last chunk cannot be repeated, nor anything follow it', async () => {
  const file = encryptBytes(material.subarray(0, 2 * CHUNK_BYTES), [identity.recipient]);
  const lastChunk = file.subarray(-SEALED_CHUNK_BYTES);
  for (const extra of [lastChunk, lastChunk.subarray(0, 100), Buffer.alloc(1), Buffer.alloc(SEALED_CHUNK_BYTES)]) {
    const altered = Buffer.concat([file, extra]);
    for (const size of [altered.length, SEALED_CHUNK_BYTES, 1000]) {
      const { bytes, error } = await released(decryptStream(inPieces(altered, always(size)), [identity]));
      assert.ok(hasCode(error, 'age_payload_corrupt'));
      assert.ok(bytes.equals(material.subarray(0, bytes.length)) && bytes.length <= 2 * CHUNK_BYTES);
    }
    assert.throws(() => decryptBytes(altered, [identity]), { code: 'age_payload_corrupt' });
  }
});

test('one content stored twice shares no block of ciphertext', async () => {
  const plaintext = Buffer.alloc(3 * CHUNK_BYTES, 'the same line again and again\n');
  const blocks = new Set<string>();
  let count = 0;
  for (let round = 0; round < 2; round++) {
    const file = encryptBytes(plaintext, [identity.recipient]);
    // From the payload on: the stanza type and the version line are the same in every file.
    for (let at = parseHeader(file).bytes; at + 16 <= file.length; at += 16) {
      blocks.add(file.toString('latin1', at, at + 16));
      count++;
    }
  }
  assert.equal(blocks.size, count);
});

test('two payloads under one file key have nonces of their own', async () => {
  const fileKey = newFileKey();
  const first = await collect(sealPayload(inPieces(material, []), fileKey));
  const second = await collect(sealPayload(inPieces(material, []), fileKey));
  assert.notDeepEqual(first.subarray(0, PAYLOAD_NONCE_BYTES), second.subarray(0, PAYLOAD_NONCE_BYTES));
  assert.ok((await collect(openPayload(inPieces(second, []), fileKey))).equals(material));
});

test('sizes map to each other, and sizes that no payload has are refused', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        size,
        fc.maxSafeNat().map((large) => Math.floor(large / 2)),
      ),
      (bytes) => {
        assert.equal(plaintextBytes(payloadBytes(bytes)), bytes);
      },
    ),
  );
  const impossible = [0, 15, 31, PAYLOAD_NONCE_BYTES + SEALED_CHUNK_BYTES + 16, -1, 1.5, Number.NaN, Infinity];
  for (const bytes of impossible) assert.throws(() => plaintextBytes(bytes), { code: 'age_size_impossible' });
  assert.throws(() => plaintextBytes(PAYLOAD_NONCE_BYTES + SEALED_CHUNK_BYTES + 1), { code: 'age_size_impossible' });
});

test('a range outside the file is refused before anything is read', async () => {
  const file = encryptBytes(material.subarray(0, 100), [identity.recipient]);
  const read = () => assert.fail('nothing may be read');
  const options = { fileKey: newFileKey(), headerBytes: parseHeader(file).bytes, fileBytes: file.length };
  for (const [start, end] of [
    [0, 101],
    [-1, 5],
    [6, 5],
    [0.5, 3],
    [Number.NaN, 3],
  ] as const) {
    const { error } = await released(openRange(read, { ...options, start, end }));
    assert.ok(hasCode(error, 'age_range_invalid'));
  }
});
