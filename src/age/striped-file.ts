import { randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { looksArmored } from './armor.ts';
import { PAYLOAD_NONCE_BYTES, payloadBytes, payloadKey, plaintextBytes } from './chunk.ts';
import { readHeader } from './file.ts';
import { newFileKey } from './file-key.ts';
import { makeHeaderAsync, parseHeader, unwrapHeaderAsync } from './header.ts';
import { type InputFile, inputChanged, inputUnreadable } from './input-file.ts';
import { openPayload } from './payload.ts';
import { runStripes } from './run-stripes.ts';
import { newProgress, StripeError } from './stripes.ts';
import type { AsyncIdentity, Identity, Recipient } from './types.ts';

/** Whole age files from one regular file to another, in stripes and by two threads: what is large goes this way. */

/** A regular file. */
export type StripedInput = InputFile & { readonly bytes: number };

/**
 * Encrypts `input` into `output`, an empty file, and resolves with its size. What happens to the input meanwhile ends in
 * `age_input_changed`; then, and after any other error, the output is not a file anybody may use.
 */
export async function sealFile(
  input: StripedInput,
  output: FileHandle,
  recipients: readonly Recipient[],
  signal?: AbortSignal,
): Promise<number> {
  const fileKey = newFileKey();
  const nonce = randomBytes(PAYLOAD_NONCE_BYTES);
  const header = await makeHeaderAsync(fileKey, recipients);
  const start = Buffer.concat([header, nonce]);
  await output.writeFile(start);
  const job = {
    direction: 'seal' as const,
    key: payloadKey(fileKey, nonce),
    input: input.handle.fd,
    inputAt: 0,
    output: output.fd,
    outputAt: start.length,
    plaintextBytes: input.bytes,
    progress: newProgress(),
  };
  try {
    await runStripes(job, signal);
  } catch (error) {
    throw sayWhere(error, input.path);
  }
  await input.assertUnchanged();
  return header.length + payloadBytes(input.bytes);
}

/** Whether {@link openStripedFile} can read it: armored files are only read in order. */
export async function isBinary(input: InputFile): Promise<boolean> {
  const { buffer, bytesRead } = await input.handle.read(Buffer.alloc(4096), 0, 4096, 0).catch((cause: Error) => {
    throw inputUnreadable(input.path, cause);
  });
  return looksArmored(buffer.subarray(0, bytesRead)) === false;
}

/**
 * Decrypts `input`, which is not armored, into `output`, an empty file, and resolves with its size. Only verified bytes
 * are written, in any order. Throws what {@link decryptStream} throws for the same file, and `age_input_changed`.
 */
export async function openStripedFile(
  input: StripedInput,
  output: FileHandle,
  identities: readonly (Identity | AsyncIdentity)[],
  signal?: AbortSignal,
): Promise<number> {
  const { headerBytes, nonce } = await readStart(input);
  const fileKey = await unwrapHeaderAsync(parseHeader(headerBytes), identities);
  const size = sizeOf(input.bytes - headerBytes.length);
  const fault = async (): Promise<Error> => await faultOf(input, headerBytes.length, fileKey);
  if (size === null) throw await fault();
  const job = {
    direction: 'open' as const,
    key: payloadKey(fileKey, nonce),
    input: input.handle.fd,
    inputAt: headerBytes.length + PAYLOAD_NONCE_BYTES,
    output: output.fd,
    outputAt: 0,
    plaintextBytes: size,
    progress: newProgress(),
  };
  try {
    await runStripes(job, signal);
  } catch (error) {
    throw error instanceof StripeError && error.fault === 'unverified' ? await fault() : sayWhere(error, input.path);
  }
  await input.assertUnchanged();
  return size;
}

async function readStart(input: InputFile): Promise<{ headerBytes: Buffer; nonce: Buffer }> {
  const iterator = input.stream()[Symbol.asyncIterator]();
  try {
    const { headerBytes } = await readHeader(iterator);
    const nonce = Buffer.alloc(PAYLOAD_NONCE_BYTES);
    await input.handle.read(nonce, 0, nonce.length, headerBytes.length);
    return { headerBytes, nonce };
  } finally {
    await iterator.return?.();
  }
}

/** `null` for a payload that was cut or has something behind it. */
function sizeOf(payload: number): number | null {
  try {
    return plaintextBytes(payload);
  } catch {
    return null;
  }
}

/** What exactly is wrong with a payload is told by reading it in order, as everybody else does. */
async function faultOf(input: InputFile, headerBytes: number, fileKey: Uint8Array): Promise<Error> {
  try {
    for await (const _ of openPayload(input.stream(headerBytes), fileKey));
  } catch (error) {
    return error as Error;
  }
  // In order it opens: somebody has changed it in between.
  return inputChanged(input.path);
}

/** Errors of the input get our codes; those of the output are left to who opened it. */
function sayWhere(error: unknown, path: string): unknown {
  if (error instanceof StripeError && error.fault === 'shrunk') return inputChanged(path);
  if (error instanceof StripeError && error.fault === 'unreadable') return inputUnreadable(path, error);
  return error;
}
