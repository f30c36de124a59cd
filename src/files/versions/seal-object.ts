import { createHash } from 'node:crypto';
import { makeHeader, newFileKey, payloadBytes, sealPayload } from '../../age/index.ts';
import { HoldfastError } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { ObjectStore } from '../../storage/index.ts';
import type { GenerationKeys } from '../keys/drive-keys.ts';
import { fileErrors } from '../errors.ts';
import { paths, type ObjectFacts } from '../records.ts';

/** What the sender said beforehand about the body; each is held against what arrives. */
export interface Announced {
  /** Plaintext bytes. */
  readonly size?: number | undefined;
  /** Lower-case hex. */
  readonly sha256?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A body that lies encrypted and durable in the first store, but that no record names yet. */
export interface SealedObject {
  readonly facts: ObjectFacts;
  readonly fileKey: Buffer;
  readonly headerSha256: string;
  /** Plaintext bytes and SHA-256 (lower-case hex). */
  readonly size: number;
  readonly sha256: string;
}

/**
 * Encrypts a body on its way into the store, in constant memory; the plaintext goes nowhere else. Everything that can
 * be wrong with the body is found before its last chunk is sealed, and then the store publishes nothing.
 *
 * Throws `body_incomplete`, `digest_mismatch`, `file_too_large`, and what the store throws (`store_full`, …).
 */
export async function sealObject(
  deps: { readonly store: ObjectStore; readonly maxFileBytes: number },
  driveId: string,
  generation: GenerationKeys,
  body: AsyncIterable<Uint8Array>,
  announced: Announced,
): Promise<SealedObject> {
  const objectId = newId();
  const fileKey = newFileKey();
  const header = makeHeader(fileKey, [generation.recipient]);
  const limit = largestFile(deps.store, deps.maxFileBytes, header.length);
  if (announced.size !== undefined && announced.size > limit) {
    throw fileErrors('file_too_large', { detail: `at most ${limit} bytes` });
  }

  const plainHash = createHash('sha256');
  const cipherHash = createHash('sha256');
  let plainBytes = 0;
  let cipherBytes = 0;
  let sha256 = '';

  async function* plaintext(): AsyncGenerator<Uint8Array> {
    for await (const piece of uninterrupted(body)) {
      plainBytes += piece.byteLength;
      if (announced.size !== undefined && plainBytes > announced.size) {
        throw fileErrors('body_incomplete', { detail: `more than the ${announced.size} bytes announced` });
      }
      if (plainBytes > limit) throw fileErrors('file_too_large', { detail: `at most ${limit} bytes` });
      plainHash.update(piece);
      yield piece;
    }
    if (announced.size !== undefined && plainBytes < announced.size) {
      throw fileErrors('body_incomplete', { detail: `${plainBytes} of ${announced.size} bytes arrived` });
    }
    sha256 = plainHash.digest('hex');
    if (announced.sha256 !== undefined && announced.sha256 !== sha256) throw fileErrors('digest_mismatch');
  }

  async function* ciphertext(): AsyncGenerator<Uint8Array> {
    cipherHash.update(header);
    cipherBytes += header.length;
    yield header;
    for await (const piece of sealPayload(plaintext(), fileKey)) {
      cipherHash.update(piece);
      cipherBytes += piece.length;
      yield piece;
    }
  }

  await deps.store.put(paths.object(driveId, objectId), ciphertext(), {
    createOnly: true,
    ...(announced.size === undefined ? {} : { size: header.length + payloadBytes(announced.size) }),
    ...(announced.signal === undefined ? {} : { signal: announced.signal }),
  });
  return {
    facts: { objectId, size: cipherBytes, sha256: cipherHash.digest('hex'), headerBytes: header.length },
    fileKey,
    headerSha256: createHash('sha256').update(header).digest('hex'),
    size: plainBytes,
    sha256,
  };
}

/** Plaintext bytes that still fit when the store limits the size of the encrypted object. */
function largestFile(store: ObjectStore, maxFileBytes: number, headerBytes: number): number {
  const room = store.properties.maxObjectBytes;
  let fits = Math.min(maxFileBytes, Math.max(0, room - headerBytes));
  while (fits > 0 && headerBytes + payloadBytes(fits) > room) fits = Math.max(0, fits - (payloadBytes(fits) - fits));
  return fits;
}

/** A sender who hangs up in the middle is told apart from a store that fails: it is the body that is incomplete. */
async function* uninterrupted(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await pieces.next().catch((cause: unknown) => {
        throw cause instanceof HoldfastError ? cause : fileErrors('body_incomplete', { detail: 'it broke off', cause });
      });
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await pieces.return?.();
  }
}
