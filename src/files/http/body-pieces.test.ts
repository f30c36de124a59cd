import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { bodyPieces } from './body-pieces.ts';

const KIB = 1024;

function* cut(bytes: Buffer, length: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function read(body: Readable, size?: number): Promise<Buffer[]> {
  return await Array.fromAsync(bodyPieces(body, size));
}

test('whoever takes a piece may hand its memory on, and nothing of what comes later is in it', async () => {
  const bytes = randomBytes(3_000 * KIB);
  const moved: ArrayBuffer[] = [];
  for await (const { buffer, byteLength } of bodyPieces(Readable.from(cut(bytes, 60 * KIB)), bytes.length)) {
    moved.push((buffer as ArrayBuffer).transfer().slice(0, byteLength));
  }
  assert.ok(Buffer.concat(moved.map((each) => Buffer.from(each))).equals(bytes));
});

test('bodies of any length come out as they went in, in few pieces, announced or not', async () => {
  for (const length of [0, 1, 64 * KIB, 512 * KIB, 512 * KIB + 1, 3_000_000]) {
    const bytes = randomBytes(length);
    for (const size of [length, undefined]) {
      for (const step of [7_919, 64 * KIB, 700 * KIB]) {
        const pieces = await read(Readable.from(cut(bytes, step)), size);
        assert.ok(Buffer.concat(pieces).equals(bytes), `${length} bytes in steps of ${step}`);
        assert.equal(pieces.length, Math.ceil(length / (512 * KIB)));
      }
    }
  }
});

test('more than was announced comes out as well: who counts refuses it', async () => {
  const bytes = randomBytes(2_000);
  assert.ok(Buffer.concat(await read(Readable.from(cut(bytes, 300)), 1_000)).equals(bytes));
});

test('a slow reader holds the sender up', async () => {
  let given = 0;
  const body = new Readable({
    read() {
      given += 64 * KIB;
      this.push(Buffer.alloc(64 * KIB));
    },
  });
  const pieces = bodyPieces(body, undefined);
  assert.equal(given, 0, 'nothing is read before somebody asks');
  await pieces.next();
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
  assert.ok(given <= 2_048 * KIB, `${given} bytes were read for one piece`);
  await pieces.return(undefined);
  assert.equal(body.destroyed, false);
});

test('a body that breaks is told with its reason, before and after it was asked for, and also when it just closes', async () => {
  const broken = new Readable({ read() {} });
  broken.push(Buffer.alloc(10));
  const reading = read(broken);
  broken.destroy(new Error('reset'));
  await assert.rejects(reading, /reset/);
  await assert.rejects(read(broken), /reset/);

  const closed = new Readable({ read() {} });
  const waiting = read(closed);
  closed.destroy();
  await assert.rejects(waiting, /closed before its end/);
});

test('who stops early leaves the stream to others, who can read it to its end', async () => {
  const body = Readable.from(cut(randomBytes(4_000 * KIB), 64 * KIB));
  const pieces = bodyPieces(body, 4_000 * KIB);
  await pieces.next();
  await pieces.return(undefined);
  let rest = 0;
  for await (const piece of body as AsyncIterable<Buffer>) rest += piece.length;
  assert.ok(rest > 0 && rest < 3_500 * KIB);
});
