import { ageErrors } from './errors.ts';
import { newFileKey } from './file-key.ts';
import { findHeaderEnd, makeHeader, makeHeaderAsync, parseHeader, unwrapHeader, unwrapHeaderAsync } from './header.ts';
import { openPayload, openPayloadBytes, sealPayload, sealPayloadBytes } from './payload.ts';
import { unread } from './unread.ts';
import type { AsyncIdentity, Identity, Recipient } from './types.ts';

/** Whole age files: header and payload. Each one is written under a fresh file key. */

/** Encrypts something small, held in memory, on this thread. */
export function encryptBytes(plaintext: Uint8Array, recipients: readonly Recipient[]): Buffer {
  const fileKey = newFileKey();
  return Buffer.concat([makeHeader(fileKey, recipients), ...sealPayloadBytes(plaintext, fileKey)]);
}

/** Decrypts something small, held in memory, on this thread: all of it or an error. */
export function decryptBytes(file: Uint8Array, identities: readonly Identity[]): Buffer {
  const header = parseHeader(file);
  return openPayloadBytes(file.subarray(header.bytes), unwrapHeader(header, identities));
}

/** Constant memory whatever the size. Bad recipients are refused before anything is read. */
export async function* encryptStream(
  source: AsyncIterable<Uint8Array>,
  recipients: readonly Recipient[],
): AsyncGenerator<Buffer> {
  const fileKey = newFileKey();
  yield await makeHeaderAsync(fileKey, recipients);
  yield* sealPayload(source, fileKey);
}

/**
 * Constant memory whatever the size. Only verified bytes come out; the iteration ends after the whole file or throws
 * (see {@link openPayload}). The source is ended either way.
 */
export async function* decryptStream(
  source: AsyncIterable<Uint8Array>,
  identities: readonly (Identity | AsyncIdentity)[],
): AsyncGenerator<Buffer> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    const { headerBytes, rest } = await readHeader(iterator);
    const fileKey = await unwrapHeaderAsync(parseHeader(headerBytes), identities);
    yield* openPayload(unread(rest, iterator), fileKey);
  } finally {
    await iterator.return?.();
  }
}

/** Pulls until the header is complete; `rest` is what came after it in the same piece. Throws `age_header_invalid`. */
export async function readHeader(iterator: AsyncIterator<Uint8Array>): Promise<{ headerBytes: Buffer; rest: Buffer }> {
  // Grows by doubling: a source of single bytes must not copy the header for each of them.
  let buffer = Buffer.alloc(4096);
  let used = 0;
  for (;;) {
    const { done, value } = await iterator.next();
    if (done) throw ageErrors('age_header_invalid', { detail: 'it ends within the header' });
    if (used + value.length > buffer.length) {
      const larger = Buffer.alloc(Math.max(used + value.length, buffer.length * 2));
      larger.set(buffer.subarray(0, used));
      buffer = larger;
    }
    buffer.set(value, used);
    const seen = buffer.subarray(0, used + value.length);
    const end = findHeaderEnd(seen, used);
    if (end !== null) return { headerBytes: seen.subarray(0, end), rest: seen.subarray(end) };
    used += value.length;
  }
}
