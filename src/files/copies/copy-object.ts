import { hasCode, HoldfastError } from '../../base/errors.ts';
import { replayableBody, type ObjectBody, type ObjectInfo, type ObjectStore } from '../../storage/index.ts';
import { fileErrors } from '../errors.ts';
import type { ObjectFacts, StoreName } from '../records.ts';
import { hashing } from '../sealing/hashing.ts';
import type { SealingThread } from '../sealing/sealing-thread.ts';
import type { CopySource } from './kept-versions.ts';
import { untilStalled } from './stall.ts';

/** Before an object is written: throws `store_full` where so many bytes more would leave too little of a disk. */
export type MustHaveRoom = (store: StoreName, bytes: number) => Promise<void>;

export interface CopyRun {
  readonly key: string;
  readonly facts: Pick<ObjectFacts, 'size' | 'sha256'>;
  readonly from: CopySource;
  readonly to: ObjectStore;
  readonly stallMs: number;
  readonly thread: SealingThread;
  /** Whether nobody waits for it; default false. */
  readonly background?: boolean;
  readonly signal: AbortSignal;
  /** Told which version of the store was read back and found right, where it keeps versions. */
  readonly onVerified?: (versionId: string) => void;
}

export type CopyOutcome = 'copied' | 'was_there' | 'source_bad';

/**
 * Brings a good copy of an object into `to`, and reads it back before saying so. Needs no key: what counts is the
 * SHA-256 of the ciphertext. `source_bad`: `from` has not these bytes either, and nothing was written.
 * Throws what the stores throw, and `second_copy_failed` when what was written reads back differently.
 */
export async function copyObject(run: CopyRun): Promise<CopyOutcome> {
  const found = await run.to.head(run.key, { signal: run.signal });
  if (found && (await isIntact(run, run.to))) return 'was_there';
  // What is damaged there is not written over before the source is known to be good: each may have what the other lacks.
  if (!found && (await isCopiedInside(run))) return 'copied';
  try {
    await run.to.put(
      run.key,
      replayableBody(() => verifiedSource(run)),
      { size: run.facts.size, signal: run.signal },
    );
  } catch (error) {
    if (error instanceof SourceBad || hasCode(error, 'object_not_found')) return 'source_bad';
    throw error;
  }
  if (!(await isIntact(run, run.to))) {
    throw fileErrors('second_copy_failed', { detail: 'the store returned other bytes than were written' });
  }
  return 'copied';
}

/**
 * To where nothing is yet. Where both stores lie in one place, the bytes need not come here to get there; they are read back all the same. False
 * when that did not bring them: the long way then tells why, and whether it is the source that is bad.
 */
async function isCopiedInside(run: CopyRun): Promise<boolean> {
  const { place, root } = run.from.properties;
  if (place === null || place !== run.to.properties.place) return false;
  let made: ObjectInfo;
  try {
    made = await run.to.copy(run.key, run.key, { from: root, size: run.facts.size, signal: run.signal });
  } catch (error) {
    if (error instanceof HoldfastError) return false;
    throw error;
  }
  if (await isIntact(run, run.to)) return true;
  // That one alone: what the store keeps below it may be the last that is good.
  const { versionId } = made;
  await run.to.delete(run.key, { signal: run.signal, ...(versionId === undefined ? {} : { versionId }) });
  return false;
}

/** True when the store has just these bytes, by size and SHA-256. */
export async function isIntact(run: Omit<CopyRun, 'from' | 'to'>, store: ObjectStore): Promise<boolean> {
  const info = await store.head(run.key, { signal: run.signal });
  if (info?.size !== run.facts.size) return false;
  using hash = hashing(run.thread, run.facts.size, run);
  let isHandedOver = false;
  let versionId: string | undefined;
  const onFound = (found: ObjectBody): void => {
    isHandedOver = found.isHandedOver ?? false;
    versionId = found.versionId;
  };
  try {
    for await (const piece of wholeObject(run, store, onFound)) await hash.update(piece, isHandedOver);
  } catch (error) {
    if (hasCode(error, 'object_not_found')) return false;
    throw error;
  }
  if ((await hash.digest()) !== run.facts.sha256) return false;
  if (versionId !== undefined) run.onVerified?.(versionId);
  return true;
}

/** Thrown into a running put, so that the store publishes nothing. */
class SourceBad extends Error {
  override readonly name = 'SourceBad';
}

async function* verifiedSource(run: CopyRun): AsyncGenerator<Uint8Array> {
  using hash = hashing(run.thread, run.facts.size, run);
  let bytes = 0;
  for await (const piece of wholeObject(run, run.from)) {
    await hash.update(piece);
    bytes += piece.byteLength;
    if (bytes > run.facts.size) throw new SourceBad('too long');
    // The last piece is held back until the hash is known: a store that counts bytes could publish it at once.
    if (bytes === run.facts.size) {
      if ((await hash.digest()) !== run.facts.sha256) throw new SourceBad('altered');
      yield piece;
      return;
    }
    yield piece;
  }
  throw new SourceBad('too short');
}

async function* wholeObject(
  run: Pick<CopyRun, 'key' | 'stallMs' | 'signal'>,
  store: CopySource,
  onFound: (found: ObjectBody) => void = () => {},
): AsyncGenerator<Uint8Array> {
  yield* untilStalled(run.stallMs, async (stalled) => {
    const signal = AbortSignal.any([stalled, run.signal]);
    const found = await store.get(run.key, { signal });
    onFound(found);
    return found.body;
  });
}
