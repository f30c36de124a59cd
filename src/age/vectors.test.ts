import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { hasCode } from '../base/errors.ts';
import { armor, dearmor } from './armor.ts';
import {
  CHUNK_BYTES,
  PAYLOAD_NONCE_BYTES,
  payloadBytes,
  payloadKey,
  plaintextBytes,
  sealChunk,
  SEALED_CHUNK_BYTES,
} from './chunk.ts';
import { decryptFile } from './commands.ts';
import { decryptBytes, decryptStream } from './file.ts';
import { openHeader, parseHeader } from './header.ts';
import { openPayload } from './payload.ts';
import { openRange } from './range.ts';
import { always, collect, inPieces, randomSizes, released } from './testing/pieces.ts';
import { loadVectors, type Vector } from './testing/vectors.ts';

const vectors = loadVectors();
/** Larger files go byte by byte around what matters (header, chunk edges, end) and in large pieces between. */
const BYTE_BY_BYTE_LIMIT = 1024 * 1024;

const CODES: Record<string, string[]> = {
  'header failure': ['age_header_invalid', 'age_passphrase_work_factor'],
  'HMAC failure': ['age_header_mac'],
  'no match': ['age_no_identity_match'],
  'payload failure': ['age_payload_corrupt', 'age_truncated'],
  'armor failure': ['age_armor_invalid'],
};
/** These two end within the nonce, which the vectors count as header and this code as payload. */
const CUT_IN_NONCE = ['stream_no_nonce', 'stream_short_nonce'];

function expectedCodes({ name, expect }: Vector): string[] {
  return CUT_IN_NONCE.includes(name) ? ['age_truncated'] : (CODES[expect] ?? []);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function* byteByByte({ file }: Vector): Generator<number> {
  if (file.length <= BYTE_BY_BYTE_LIMIT) return yield* always(1);
  const firstChunkAt = parseHeader(file).bytes + PAYLOAD_NONCE_BYTES;
  for (let i = 0; i < firstChunkAt + 32; i++) yield 1;
  for (;;) {
    yield SEALED_CHUNK_BYTES - 64;
    for (let i = 0; i < 64; i++) yield 1;
  }
}

async function check(vector: Vector, sizes: Iterable<number>): Promise<void> {
  const source = inPieces(vector.file, sizes);
  const { bytes, error } = await released(decryptStream(vector.armored ? dearmor(source) : source, vector.identities));
  if (vector.expect === 'success') assert.equal(error, null);
  else assert.ok(hasCode(error, ...expectedCodes(vector)), `${vector.expect}, got ${String(error)}`);
  if (vector.payload) assert.equal(sha256(bytes), vector.payload);
  else assert.equal(bytes.length, 0, 'no plaintext may come out');
}

test('there are 143 vectors, each with an outcome this test knows', () => {
  assert.equal(vectors.length, 143);
  for (const vector of vectors) assert.ok(vector.expect === 'success' || CODES[vector.expect], vector.name);
});

for (const vector of vectors) {
  test(`vector ${vector.name} ends in ${vector.expect}: whole, in random pieces, byte by byte, in memory`, async () => {
    await check(vector, always(vector.file.length));
    for (const seed of [1, 2, 3])
      await check(vector, randomSizes(seed, seed === 1 && vector.file.length < BYTE_BY_BYTE_LIMIT ? 300 : 200_000));
    await check(vector, byteByByte(vector));

    const inMemory = async () =>
      decryptBytes(vector.armored ? await collect(dearmor(inPieces(vector.file, []))) : vector.file, vector.identities);
    if (vector.expect === 'success') assert.equal(sha256(await inMemory()), vector.payload);
    else await assert.rejects(inMemory, (error) => hasCode(error, ...expectedCodes(vector)));
  });
}

const opened = vectors.filter(({ expect }) => expect === 'success' || expect === 'payload failure');

for (const vector of opened) {
  test(`vector ${vector.name}: header, payload and ranges agree`, async () => {
    const binary = vector.armored ? await collect(dearmor(inPieces(vector.file, []))) : vector.file;
    const header = parseHeader(binary);
    const fileKey = openHeader(binary, vector.identities);
    assert.deepEqual(fileKey, vector.fileKey);
    const payload = binary.subarray(header.bytes);

    const { bytes: plaintext, error } = await released(openPayload(inPieces(payload, always(10_000)), fileKey));
    assert.equal(sha256(plaintext), vector.payload);
    assert.equal(error === null, vector.expect === 'success');

    const read = (start: number, end: number) => inPieces(binary.subarray(start, end), always(50_000));
    const range = (start: number, end: number, sizeIsProven: boolean) =>
      released(
        openRange(read, {
          fileKey,
          headerBytes: header.bytes,
          fileBytes: binary.length,
          start,
          end,
          sizeIsProven,
        }),
      );
    if (vector.expect === 'success') {
      const size = plaintext.length;
      for (const [start, end] of [
        [0, size],
        [size, size],
        [Math.floor(size / 2), size],
        [0, Math.min(size, 1)],
      ] as const) {
        for (const proven of [true, false]) {
          const result = await range(start, end, proven);
          assert.equal(result.error, null);
          assert.ok(result.bytes.equals(plaintext.subarray(start, end)));
        }
      }
      assert.ok(reseal(plaintext, fileKey, payload.subarray(0, PAYLOAD_NONCE_BYTES)).equals(payload));
    } else {
      let size = 0;
      try {
        size = plaintextBytes(payload.length);
      } catch (impossible) {
        assert.ok(hasCode(impossible, 'age_size_impossible'));
      }
      const codes = ['age_payload_corrupt', 'age_truncated', 'age_size_impossible'];
      const all = await range(0, size, true);
      assert.ok(hasCode(all.error, ...codes));
      assert.ok(all.bytes.equals(plaintext.subarray(0, all.bytes.length)));
    }
  });
}

/** What STREAM makes of `plaintext` under a given nonce: writing is held against the vectors, too. */
function reseal(plaintext: Buffer, fileKey: Buffer, nonce: Buffer): Buffer {
  const key = payloadKey(fileKey, nonce);
  const out = Buffer.alloc(payloadBytes(plaintext.length));
  out.set(nonce);
  let at = nonce.length;
  const chunks = Math.max(1, Math.ceil(plaintext.length / CHUNK_BYTES));
  for (let index = 0; index < chunks; index++) {
    const chunk = plaintext.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
    at = sealChunk(key, index, index === chunks - 1, [chunk], out, at);
  }
  return out;
}

for (const vector of vectors.filter(({ armored, expect }) => armored && expect === 'success')) {
  test(`vector ${vector.name}: its armor is what this code writes, but for line ends and blank space`, async () => {
    const binary = await collect(dearmor(inPieces(vector.file, [])));
    const written = await collect(armor(inPieces(binary, always(7))));
    assert.equal(written.toString(), `${vector.file.toString().replaceAll('\r', '').trim()}\n`);
  });
}

for (const [way, stripesFromBytes] of [
  ['in order', Infinity],
  ['in stripes', 0],
] as const) {
  test(`every vector ends the same on the command line, ${way}, and a failing one leaves no output file`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-vectors-'));
    t.after(() => rm(folder, { recursive: true }));
    const io = {
      stdin: inPieces(Buffer.alloc(0), []),
      stdout: new PassThrough(),
      stdoutIsTerminal: false,
      stripesFromBytes,
    };
    for (const vector of vectors) {
      const [input, keys, output] = ['age', 'keys', 'out'].map((kind) => join(folder, `${vector.name}.${kind}`));
      await writeFile(input ?? '', vector.file);
      await writeFile(keys ?? '', vector.identityTexts.join('\n'));
      const identityFiles = vector.identityTexts.length > 0 ? [keys ?? ''] : [];
      const attempt = decryptFile(
        { identityFiles, passphrase: vector.passphrases.length > 0, input, output },
        { ...io, readPassphrase: () => Promise.resolve(vector.passphrases[0] ?? assert.fail('nothing to ask for')) },
      );
      if (vector.expect === 'success') {
        await attempt;
        assert.equal(sha256(await readFile(output ?? '')), vector.payload, vector.name);
        continue;
      }
      // Damaged at its start, armor is not seen to be armor.
      const codes = vector.armored ? ['age_armor_invalid', 'age_header_invalid'] : [];
      await assert.rejects(attempt, (error) => hasCode(error, ...expectedCodes(vector), ...codes), vector.name);
    }
    const written = (await readdir(folder)).filter((name) => !/\.(age|keys)$/.test(name));
    assert.equal(written.length, vectors.filter(({ expect }) => expect === 'success').length);
  });
}
