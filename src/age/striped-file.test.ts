import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { appendFile, mkdtemp, open, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { hasCode } from '../base/errors.ts';
import { CHUNK_BYTES, PAYLOAD_NONCE_BYTES, SEALED_CHUNK_BYTES } from './chunk.ts';
import { decryptFile, encryptFile, type FileIo } from './commands.ts';
import { decryptBytes, decryptStream, encryptBytes } from './file.ts';
import { parseHeader } from './header.ts';
import { openInputFile } from './input-file.ts';
import { generateIdentity } from './keys.ts';
import { openStripedFile, sealFile, type StripedInput } from './striped-file.ts';
import { inPieces, released } from './testing/pieces.ts';

/** The way of large files, taken by small ones: from file to file in stripes of four chunks, by two threads. */

const folder = await mkdtemp(join(tmpdir(), 'holdfast-stripes-'));
after(() => rm(folder, { recursive: true }));
let made = 0;
const fresh = (): string => join(folder, `file-${made++}`);

const STRIPE_BYTES = 4 * CHUNK_BYTES;
const identity = generateIdentity('classic');
const recipients = [identity.recipient.toString()];
const material = randomBytes(3 * STRIPE_BYTES + 100);

async function save(content: string | Uint8Array): Promise<string> {
  const path = fresh();
  await writeFile(path, content);
  return path;
}
const identityFile = await save(identity.toString());

function io(signal?: AbortSignal): FileIo {
  return {
    stdin: inPieces(Buffer.alloc(0), []),
    stdout: new PassThrough(),
    stdoutIsTerminal: false,
    readPassphrase: () => assert.fail('nobody is asked'),
    stripesFromBytes: 0,
    ...(signal && { signal }),
  };
}

async function decrypted(file: Uint8Array): Promise<Buffer> {
  const output = fresh();
  const result = await decryptFile({ identityFiles: [identityFile], input: await save(file), output }, io());
  const written = await readFile(output);
  assert.deepEqual(result, { bytes: written.length, output });
  return written;
}

/** Fails as reading in order does, and leaves nothing. */
async function assertRefused(file: Uint8Array): Promise<void> {
  const inOrder = await released(decryptStream(inPieces(file, []), [identity]));
  const output = fresh();
  const attempt = decryptFile({ identityFiles: [identityFile], input: await save(file), output }, io());
  await assert.rejects(attempt, (error: Error) => error.message === (inOrder.error as Error).message);
  const left = (await readdir(folder)).filter((name) => name.includes('partial') || join(folder, name) === output);
  assert.deepEqual(left, []);
}

const size = fc.oneof(
  fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 4 }), fc.integer({ min: -17, max: 17 }))
    .map(([stripes, chunks, offset]) =>
      Math.min(material.length, Math.max(0, stripes * STRIPE_BYTES + chunks * CHUNK_BYTES + offset)),
    ),
  fc.integer({ min: 0, max: material.length }),
);

test('whatever goes in comes out, for any size around the edges of stripes and chunks', async () => {
  await fc.assert(
    fc.asyncProperty(size, async (bytes) => {
      const plaintext = material.subarray(0, bytes);
      const output = fresh();
      const result = await encryptFile({ recipients, input: await save(plaintext), output }, io());
      const file = await readFile(output);
      assert.deepEqual(result, { bytes: file.length, output });
      assert.ok(decryptBytes(file, [identity]).equals(plaintext), 'reading in order opens it');
      assert.ok((await decrypted(file)).equals(plaintext));
      assert.ok((await decrypted(encryptBytes(plaintext, [identity.recipient]))).equals(plaintext));
    }),
    { numRuns: 25 },
  );
});

test('a file that was altered, cut or appended to is refused as reading in order refuses it, and leaves nothing', async () => {
  const file = encryptBytes(material.subarray(0, 2 * STRIPE_BYTES), [identity.recipient]);
  const at = parseHeader(file).bytes + PAYLOAD_NONCE_BYTES;
  const anywhere = fc.oneof(
    fc.integer({ min: 0, max: file.length - 1 }),
    fc.integer({ min: 0, max: at + 40 }),
    fc
      .tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: -17, max: 17 }))
      .map(([chunks, offset]) => Math.min(file.length - 1, at + chunks * SEALED_CHUNK_BYTES + offset)),
  );
  await fc.assert(
    fc.asyncProperty(anywhere, fc.integer({ min: 0, max: 7 }), fc.nat({ max: 70_000 }), async (place, bit, extra) => {
      const altered = Buffer.from(file);
      altered[place] = (altered[place] ?? 0) ^ (1 << bit);
      await assertRefused(altered);
      await assertRefused(file.subarray(0, place));
      await assertRefused(Buffer.concat([file, randomBytes(1 + extra)]));
    }),
    { numRuns: 25 },
  );
});

test('stripes cannot be swapped, dropped or repeated', async () => {
  const file = encryptBytes(material.subarray(0, 3 * STRIPE_BYTES), [identity.recipient]);
  const at = parseHeader(file).bytes + PAYLOAD_NONCE_BYTES;
  const stripe = (index: number): Buffer =>
    file.subarray(at + index * 4 * SEALED_CHUNK_BYTES, at + (index + 1) * 4 * SEALED_CHUNK_BYTES);
  for (const order of [[1, 0, 2], [0, 2], [0, 1], [0, 1, 2, 2], [2, 1, 0], [0, 0, 1, 2], []]) {
    await assertRefused(Buffer.concat([file.subarray(0, at), ...order.map(stripe)]));
  }
});

test('an input that somebody writes to meanwhile ends in an error', async () => {
  const plain = material.subarray(0, 2 * STRIPE_BYTES + 5);
  const encrypted = encryptBytes(plain, [identity.recipient]);
  const changes: ((path: string) => Promise<void>)[] = [
    (path) => truncate(path, STRIPE_BYTES),
    (path) => truncate(path, 0),
    (path) => appendFile(path, 'more'),
    (path) => utimes(path, 1, 1),
  ];
  for (const change of changes) {
    for (const content of [plain, encrypted]) {
      const path = await save(content);
      await using input = await openInputFile(path);
      const output = await open(fresh(), 'wx');
      const work = async (): Promise<number> =>
        content === plain
          ? await sealFile(input as StripedInput, output, [identity.recipient])
          : await openStripedFile(input as StripedInput, output, [identity]);
      await change(path);
      await assert.rejects(work, (error) => hasCode(error, 'age_input_changed', 'age_header_invalid'));
      await output.close();
    }
  }
});

test('an input that changes is an error where it is read in order, too', async () => {
  const path = await save(material);
  await using input = await openInputFile(path);
  const stream = input.stream()[Symbol.asyncIterator]();
  await stream.next();
  await appendFile(path, 'more');
  await assert.rejects(
    async () => {
      while (!(await stream.next()).done);
    },
    { code: 'age_input_changed' },
  );
});

test('an output that takes no more is an error of the system, whichever thread meets it', async () => {
  await using input = await openInputFile(await save(material));
  const path = fresh();
  await writeFile(path, '');
  const output = await open(path, 'r+');
  const readOnly = await open(path, 'r');
  // The header goes through, the stripes do not: as on a disk that has just filled up.
  const full = new Proxy(output, { get: (handle, name) => (name === 'fd' ? readOnly.fd : bound(handle, name)) });
  await assert.rejects(sealFile(input as StripedInput, full, [identity.recipient]), { code: 'EBADF' });
  await output.close();
  await readOnly.close();
});

function bound<Target extends object>(target: Target, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name, target);
  return typeof value === 'function' ? (value.bind(target) as unknown) : value;
}

test('aborting leaves nothing, and the old file where there was one', async () => {
  const old = await save('precious');
  const large = await save('');
  await truncate(large, 512 * STRIPE_BYTES);
  const abort = new AbortController();
  const attempt = encryptFile({ recipients, input: large, output: old }, io(abort.signal));
  // Opening the files takes turns of the event loop; the work itself gives way every 8 MiB.
  setImmediate(() => abort.abort());
  await assert.rejects(attempt, { name: 'AbortError' });
  assert.equal(await readFile(old, 'utf8'), 'precious');
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.includes('partial')),
    [],
  );
});
