import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { newFileKey, openPayload } from '../../age/index.ts';
import { hasCode } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import { hashing } from './hashing.ts';
import { openSealingThread, type SealingThread } from './sealing-thread.ts';
import { throughThread } from './through-thread.ts';
import type { Task } from './transforms.ts';

const MIB = 1024 * 1024;
const HEADER = Buffer.from('header\n');

function threadFor(t: TestContext): SealingThread {
  const thread = openSealingThread(silentLog);
  t.after(() => thread[Symbol.asyncDispose]());
  return thread;
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  // Copied: what is sealed is ours only until the next piece is asked for.
  for await (const piece of pieces) all.push(Buffer.from(piece));
  return Buffer.concat(all);
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const refused =
  (...codes: string[]) =>
  (error: unknown): boolean =>
    hasCode(error, ...codes);

function sealing(fileKey: Uint8Array, announced: string | null = null): Task {
  return { kind: 'seal', fileKey, header: HEADER, sha256: announced };
}

test('what goes through comes out as an age payload and back, at every size and in pieces of any size', async (t) => {
  const thread = threadFor(t);
  const chunk = 64 * 1024;
  for (const size of [0, 1, chunk, chunk + 1, 4 * chunk, 512 * 1024, 8 * chunk + 1, 3 * MIB + 17]) {
    const fileKey = newFileKey();
    const plain = randomBytes(size);
    for (const piece of [977, chunk, MIB]) {
      if (size / piece > 2000) continue;
      const sealed = throughThread(thread, sealing(fileKey, sha256(plain)), inPieces(plain, piece));
      const out = await collect(sealed.body);
      const facts = sealed.facts();
      assert.deepEqual(facts, {
        bytesIn: size,
        sha256In: sha256(plain),
        bytesOut: out.length,
        sha256Out: sha256(out),
      });
      assert.deepEqual(out.subarray(0, HEADER.length), HEADER);
      const payload = out.subarray(HEADER.length);
      assert.ok(plain.equals(await collect(openPayload(inPieces(payload, MIB), fileKey))));
      const opened = throughThread(thread, { kind: 'open', fileKey }, inPieces(payload, piece));
      assert.ok(plain.equals(await collect(opened.body)), `${size} bytes in pieces of ${piece}`);
    }
  }
});

test('files that go through at the same time do not mix', async (t) => {
  const thread = threadFor(t);
  const files = Array.from({ length: 6 }, (_, index) => ({
    fileKey: newFileKey(),
    plain: randomBytes(2 * MIB + index * 1000),
  }));
  await Promise.all(
    files.map(async ({ fileKey, plain }, index) => {
      const { body } = throughThread(thread, sealing(fileKey), inPieces(plain, 10_000 + index * 7000));
      const sealed = await collect(body);
      const opened = throughThread(thread, { kind: 'open', fileKey }, inPieces(sealed.subarray(HEADER.length), 70_001));
      assert.ok(plain.equals(await collect(opened.body)));
    }),
  );
});

test('who takes nothing lets little be read: memory does not grow with the file', async (t) => {
  const thread = threadFor(t);
  let read = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (const piece = randomBytes(64 * 1024); ; read += piece.length) yield piece;
  }
  const { body } = throughThread(thread, sealing(newFileKey()), endless());
  for (let taken = 0; taken < 20; taken += 1) {
    await body.next();
    // As many turns as it would like, to read on while nobody takes anything.
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
    assert.ok(read <= 20 * MIB, `${read} bytes were read ahead`);
  }
  await body.return(undefined);
  const atEnd = read;
  for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
  assert.ok(read - atEnd <= MIB, 'it goes on reading after its end');
});

test('the source is let go of however it ends: by the reader, by an error of its own', async (t) => {
  const thread = threadFor(t);
  const ended: string[] = [];
  async function* source(name: string, failAt: number): AsyncGenerator<Uint8Array> {
    try {
      for (let at = 0; at < 100; at += 1) {
        if (at === failAt) throw new Error('the source broke');
        yield randomBytes(64 * 1024);
      }
    } finally {
      ended.push(name);
    }
  }
  const left = throughThread(thread, sealing(newFileKey()), source('left', Infinity));
  await left.body.next();
  await left.body.return(undefined);
  const broken = throughThread(thread, sealing(newFileKey()), source('broken', 30));
  await assert.rejects(collect(broken.body), /the source broke/);
  assert.throws(() => broken.facts(), TypeError);
  const early = throughThread(thread, sealing(newFileKey()), source('early', 0));
  await assert.rejects(collect(early.body), /the source broke/);
  assert.deepEqual(ended, ['left', 'broken', 'early']);
});

test('what a source gave before it broke comes out first, though it broke before the thread had begun', async (t) => {
  const thread = threadFor(t);
  const fileKey = newFileKey();
  const plain = randomBytes(4 * MIB);
  const payload = (await collect(throughThread(thread, sealing(fileKey), inPieces(plain, MIB)).body)).subarray(
    HEADER.length,
  );
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield* inPieces(payload.subarray(0, 2 * MIB), 64 * 1024);
    throw new Error('the source broke');
  }
  const { body } = throughThread(thread, { kind: 'open', fileKey }, breaking());
  const seen: Uint8Array[] = [];
  const all = async (): Promise<void> => {
    for await (const piece of body) seen.push(piece);
  };
  await assert.rejects(all(), /the source broke/);
  const out = Buffer.concat(seen);
  assert.ok(out.length > 2 * MIB - 128 * 1024, `${out.length} bytes came out`);
  assert.ok(out.equals(plain.subarray(0, out.length)));
});

test('of a body with another digest than announced the end is never sealed', async (t) => {
  const thread = threadFor(t);
  for (const size of [1000, 3 * MIB]) {
    const plain = randomBytes(size);
    const { body } = throughThread(thread, sealing(newFileKey(), sha256(Buffer.of(1))), inPieces(plain, 64 * 1024));
    let out = 0;
    const all = async (): Promise<void> => {
      for await (const piece of body) out += piece.length;
    };
    await assert.rejects(all(), refused('digest_mismatch'));
    assert.ok(out < size + HEADER.length);
  }
});

test('an altered byte is found in its chunk, and only verified bytes before it come out', async (t) => {
  const thread = threadFor(t);
  const fileKey = newFileKey();
  const plain = randomBytes(3 * MIB);
  const { body } = throughThread(thread, sealing(fileKey), inPieces(plain, MIB));
  const payload = (await collect(body)).subarray(HEADER.length);
  const altered = Buffer.from(payload);
  altered.writeUInt8(altered.readUInt8(2 * MIB) ^ 1, 2 * MIB);
  for (const [name, changed] of [
    ['age_payload_corrupt', altered],
    ['age_truncated', payload.subarray(0, 2 * MIB)],
  ] as const) {
    const opened = throughThread(thread, { kind: 'open', fileKey }, inPieces(changed, 100_000));
    const seen: Uint8Array[] = [];
    const all = async (): Promise<void> => {
      for await (const piece of opened.body) seen.push(piece);
    };
    await assert.rejects(all(), refused('age_payload_corrupt', 'age_truncated'), name);
    const out = Buffer.concat(seen);
    assert.ok(out.length > MIB && out.length < 2 * MIB + 64 * 1024);
    assert.ok(out.equals(plain.subarray(0, out.length)));
  }
});

test('a thread that dies fails what it was at, and the next job gets a new one', async (t) => {
  const thread = threadFor(t);
  const plain = randomBytes(8 * MIB);
  const { body } = throughThread(thread, sealing(newFileKey()), inPieces(plain, 64 * 1024));
  await body.next();
  // What it cannot do ends it, as running out of memory would.
  thread.begin({ kind: 'seal', fileKey: null as unknown as Uint8Array, header: HEADER, sha256: null });
  await assert.rejects(collect(body), refused('sealing_interrupted'));

  const fileKey = newFileKey();
  const again = throughThread(thread, sealing(fileKey), inPieces(plain, 64 * 1024));
  const sealed = await collect(again.body);
  assert.ok(plain.equals(await collect(openPayload(inPieces(sealed.subarray(HEADER.length), MIB), fileKey))));
});

test('after the end there are no jobs', async () => {
  const thread = openSealingThread(silentLog);
  // More than the thread works ahead: it cannot be done before it is ended.
  const { body } = throughThread(thread, sealing(newFileKey()), inPieces(randomBytes(16 * MIB), 64 * 1024));
  await body.next();
  await thread[Symbol.asyncDispose]();
  await assert.rejects(collect(body), refused('sealing_interrupted'));
  assert.throws(() => thread.begin({ kind: 'hash' }), refused('sealing_interrupted'));
});

test('hashes in the background are right, beside work that comes first, and leave the pieces as they are', async (t) => {
  const thread = threadFor(t);
  const plain = randomBytes(4 * MIB + 3);
  const before = Buffer.from(plain);
  const hashed = async (background: boolean): Promise<string> => {
    using hash = hashing(thread, plain.length, { background });
    for await (const piece of inPieces(plain, 300_000)) await hash.update(piece);
    return await hash.digest();
  };
  const { body } = throughThread(thread, sealing(newFileKey()), inPieces(plain, 64 * 1024));
  const [first, second] = await Promise.all([hashed(true), hashed(false), collect(body)]);
  assert.deepEqual([first, second], [sha256(plain), sha256(plain)]);
  assert.ok(plain.equals(before));
});

test('a sealed piece is given back when the next one is asked for, an opened one belongs to whoever took it', async (t) => {
  const thread = threadFor(t);
  const fileKey = newFileKey();
  const plain = randomBytes(2 * MIB);
  const sealed: Uint8Array[] = [];
  const copies: Buffer[] = [];
  for await (const piece of throughThread(thread, sealing(fileKey), inPieces(plain, MIB)).body) {
    assert.notEqual(piece.length, 0, 'whole while it is read');
    sealed.push(piece);
    copies.push(Buffer.from(piece));
  }
  const [header, ...batches] = sealed;
  assert.equal(header?.length, HEADER.length, 'it lies beside others');
  assert.deepEqual([...new Set(batches.map(({ length }) => length))], [0]);

  const payload = Buffer.concat(copies).subarray(HEADER.length);
  const opened: Uint8Array[] = [];
  const opening = throughThread(thread, { kind: 'open', fileKey }, inPieces(payload, MIB));
  for await (const piece of opening.body) opened.push(piece);
  assert.ok(plain.equals(Buffer.concat(opened)));
});

/** Each piece a buffer of its own, kept to look at afterwards. */
async function* ownPieces(bytes: Uint8Array, sizes: readonly number[], kept: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, index = 0; at < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    const piece = Buffer.allocUnsafeSlow(Math.min(size, bytes.length - at));
    piece.set(bytes.subarray(at, at + piece.length));
    at += piece.length;
    kept.push(piece);
    yield piece;
  }
}

test('pieces that are handed over go to the thread as they are, between others that do not, and all come out in order', async (t) => {
  const thread = threadFor(t);
  const fileKey = newFileKey();
  const plain = randomBytes(5 * MIB + 33);
  const half = 512 * 1024;
  for (const sizes of [[half], [half, 1000, half - 7, 3], [half - 1, 2 * MIB], [100_000]]) {
    for (const isHandedOver of [true, false]) {
      const kept: Uint8Array[] = [];
      const pieces = ownPieces(plain, sizes, kept);
      const sealed = throughThread(thread, sealing(fileKey, sha256(plain)), pieces, () => isHandedOver);
      const out = await collect(sealed.body);
      assert.ok(plain.equals(await collect(openPayload(inPieces(out.subarray(HEADER.length), MIB), fileKey))));
      const isGone = kept.slice(1, -1).map(({ length }) => length === 0);
      const expected = kept.slice(1, -1).map((_piece, index) => (sizes[(index + 1) % sizes.length] ?? 0) > half / 2);
      const isTooLarge = sizes.includes(2 * MIB);
      assert.deepEqual(
        isGone,
        isHandedOver ? expected.map((gone, index) => gone && !(isTooLarge && index % 2 === 0)) : isGone.fill(false),
      );
    }
  }
});

test('a piece that is handed over is hashed without a copy', async (t) => {
  const thread = threadFor(t);
  const bytes = randomBytes(3 * MIB);
  for (const isHandedOver of [true, false]) {
    const kept: Uint8Array[] = [];
    using hash = hashing(thread, bytes.length, {});
    for await (const piece of ownPieces(bytes, [512 * 1024], kept)) await hash.update(piece, isHandedOver);
    assert.equal(await hash.digest(), sha256(bytes));
    assert.ok(kept.every(({ length }) => (length === 0) === isHandedOver));
  }
});
