import { hash } from 'node:crypto';
import { payloadBytes } from '../../age/index.ts';
import { HoldfastError } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import { untilAborted, type ObjectStore } from '../../storage/index.ts';
import type { GenerationKeys } from '../keys/drive-keys.ts';
import { fileErrors } from '../errors.ts';
import { paths, type ObjectFacts } from '../records.ts';
import { sealAtOnce } from '../sealing/at-once.ts';
import type { HeaderPool } from '../sealing/header-pool.ts';
import type { SealingThread } from '../sealing/sealing-thread.ts';
import { SMALL_BYTES, throughThread } from '../sealing/through-thread.ts';

/** What the sender said beforehand about the body; each is held against what arrives. */
export interface Announced {
  /** Plaintext bytes. */
  readonly size?: number | undefined;
  /** Lower-case hex. */
  readonly sha256?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Each piece of the body lies in memory of its own, which nobody looks at once it was given: it may be handed on. */
  readonly isHandedOver?: boolean | undefined;
}

/** A body that lies encrypted and durable in the first store, but that no record names yet. */
export interface SealedObject {
  readonly facts: ObjectFacts;
  readonly fileKey: Buffer;
  readonly headerSha256: string;
  /** Plaintext bytes and SHA-256 (lower-case hex). */
  readonly size: number;
  readonly sha256: string;
  /** What the store calls what was put; absent where it keeps no versions. */
  readonly versionId?: string;
}

/**
 * Encrypts a body on its way into the store, in constant memory; the plaintext goes nowhere else. Everything that can
 * be wrong with the body is found before its last chunk is sealed, and then the store publishes nothing.
 *
 * Throws `body_incomplete`, `digest_mismatch`, `file_too_large`, `sealing_interrupted`, and what the store throws
 * (`store_full`, …).
 */
export async function sealObject(
  deps: {
    readonly store: ObjectStore;
    readonly maxFileBytes: number;
    readonly thread: SealingThread;
    readonly headers: HeaderPool;
  },
  driveId: string,
  generation: GenerationKeys,
  body: AsyncIterable<Uint8Array>,
  announced: Announced,
): Promise<SealedObject> {
  const objectId = newId();
  const { fileKey, header } = deps.headers.take(generation.recipient);
  const limit = largestFile(deps.store, deps.maxFileBytes, header.length);
  if (announced.size !== undefined && announced.size > limit) {
    throw fileErrors('file_too_large', { detail: `at most ${limit} bytes` });
  }

  let plainBytes = 0;
  async function* plaintext(): AsyncGenerator<Uint8Array> {
    for await (const piece of uninterrupted(body)) {
      plainBytes += piece.byteLength;
      if (announced.size !== undefined && plainBytes > announced.size) {
        throw fileErrors('body_incomplete', { detail: `more than the ${announced.size} bytes announced` });
      }
      if (plainBytes > limit) throw fileErrors('file_too_large', { detail: `at most ${limit} bytes` });
      yield piece;
    }
    if (announced.size !== undefined && plainBytes < announced.size) {
      throw fileErrors('body_incomplete', { detail: `${plainBytes} of ${announced.size} bytes arrived` });
    }
  }
  const task = { kind: 'seal' as const, fileKey, header, sha256: announced.sha256 ?? null };
  // What is small and of known size comes whole, and goes on as one piece.
  const sealing =
    announced.size !== undefined && announced.size <= SMALL_BYTES
      ? sealAtOnce(task, await readWhole(plaintext(), announced))
      : throughThread(deps.thread, task, plaintext(), () => announced.isHandedOver ?? false);

  const { versionId } = await deps.store.put(paths.object(driveId, objectId), sealing.body, {
    // Nobody else can have an id that was made just now: where the store does not refuse by itself, it need not look.
    createOnly: deps.store.properties.createOnly,
    ...(announced.size === undefined ? {} : { size: header.length + payloadBytes(announced.size) }),
    ...(announced.signal === undefined ? {} : { signal: announced.signal }),
  });
  const seen = sealing.facts();
  return {
    facts: { objectId, size: seen.bytesOut, sha256: seen.sha256Out, headerBytes: header.length },
    fileKey,
    headerSha256: hash('sha256', header, 'hex'),
    size: seen.bytesIn,
    sha256: seen.sha256In,
    ...(versionId === undefined ? {} : { versionId }),
  };
}

/** The pieces of a small body in one, which its announced size bounds. */
async function readWhole(
  body: AsyncIterable<Uint8Array>,
  { signal, isHandedOver = false }: Announced,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of untilAborted(body, signal)) pieces.push(isHandedOver ? piece : Buffer.from(piece));
  const [first] = pieces;
  return first && pieces.length === 1 ? first : Buffer.concat(pieces);
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
