import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { gather } from './gather.ts';

async function* pieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

test('gather() cuts any pieces into parts of one size, whether the size is known or not', async () => {
  const part = 200_000;
  for (const length of [0, 1, 65_536, part - 1, part, part + 1, 3 * part, 3 * part + 7]) {
    const bytes = randomBytes(length);
    for (const sizes of [[1_000_000], [1, 0, 70_000], [65_536], [part]]) {
      for (const size of [undefined, length]) {
        const parts: Buffer[] = [];
        for await (const each of gather(pieces(bytes, sizes), part, size)) parts.push(each);
        assert.ok(Buffer.concat(parts).equals(bytes));
        assert.equal(parts.length, Math.ceil(length / part));
        assert.ok(parts.slice(0, -1).every((each) => each.length === part));
      }
    }
  }
});

test('gather() touches nothing that it has handed out and was not given back, and lets the source reuse its buffer', async () => {
  async function* reusing(): AsyncGenerator<Buffer> {
    const buffer = Buffer.alloc(60);
    for (let n = 1; n <= 5; n += 1) yield buffer.fill(n);
  }
  const parts: Buffer[] = [];
  for await (const part of gather(reusing(), 100, undefined)) parts.push(part);
  const expected = Buffer.concat([1, 2, 3, 4, 5].map((n) => Buffer.alloc(60, n)));
  assert.ok(Buffer.concat(parts).equals(expected));
});

test('gather() fills buffers again that it was given back, also for a last part that is smaller', async () => {
  const bytes = randomBytes(570);
  for (const size of [undefined, bytes.length]) {
    const [spare, seen, parts]: [Buffer[], Set<ArrayBufferLike>, Buffer[]] = [[], new Set(), []];
    for await (const part of gather(pieces(bytes, [70]), 100, size, spare)) {
      seen.add(part.buffer);
      parts.push(Buffer.from(part));
      if (part.length === 100) spare.push(part);
    }
    assert.ok(Buffer.concat(parts).equals(bytes));
    assert.deepEqual(
      parts.map(({ length }) => length),
      [100, 100, 100, 100, 100, 70],
    );
    assert.ok(seen.size <= 2, `${seen.size} buffers`);
  }
});

test('gather() takes a body that is longer than announced: whoever counts refuses it', async () => {
  const parts: Buffer[] = [];
  for await (const part of gather(pieces(Buffer.alloc(250), [100]), 100, 120)) parts.push(part);
  assert.equal(Buffer.concat(parts).length, 250);
});
