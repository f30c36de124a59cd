import { createHash, hash } from 'node:crypto';
import { openPayloadBytes, openRange } from '../../age/index.ts';
import { HoldfastError, hasCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { ObjectBody } from '../../storage/index.ts';
import { fileErrors } from '../errors.ts';
import { paths, type Copies, type ObjectFacts, type StoreName } from '../records.ts';
import type { SealingThread } from '../sealing/sealing-thread.ts';
import { SMALL_BYTES, throughThread } from '../sealing/through-thread.ts';
import { type CopySource, keptVersions } from './kept-versions.ts';
import { unlessStalled, untilStalled } from './stall.ts';

export interface ReadDeps {
  readonly stores: { readonly [Store in StoreName]: CopySource };
  readonly readStallMs: number;
  readonly thread: SealingThread;
  readonly log: Log;
  /** Told once per read that found a copy missing or altered. */
  readonly onDamage: (objectId: string, store: StoreName) => void;
}

/** What is needed to read a version's content: all of it comes from the version's authenticated record. */
export interface Readable {
  readonly driveId: string;
  readonly object: ObjectFacts;
  /** Where to look first; `null` when nothing is known. */
  readonly copies: Copies | null;
  readonly fileKey: Buffer;
  readonly headerSha256: string;
  /** Plaintext bytes. */
  readonly size: number;
}

/** Plaintext bytes, `start` inclusive, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A version's content, to be read as often as wanted, whole unless told otherwise. */
export interface Content {
  /** See {@link readCopies} for what it throws, in the middle too. */
  read(span?: Span): AsyncGenerator<Buffer>;
  /** The same at once, for a span that is small. */
  bytes(span: Span): Promise<Buffer>;
}

export function contentOf(deps: ReadDeps, what: Readable): Content {
  return {
    read: (span = { start: 0, end: what.size }) => readCopies(deps, what, span),
    bytes: (span) => readCopiesAtOnce(deps, what, span),
  };
}

/**
 * Plaintext `start` to `end`, and only verified bytes of it. When a copy turns out to be missing, altered or silent, in
 * the middle of the stream too, the next one goes on from the exact byte reached. A bad copy is reported for repair.
 *
 * Throws `object_damaged` when every copy is bad, `copies_unreachable` when one might be good but does not answer.
 */
export async function* readCopies(deps: ReadDeps, what: Readable, { start, end }: Span): AsyncGenerator<Buffer> {
  let at = start;
  const failures: Failure[] = [];
  for (const { from, name } of sourcesOf(deps, what, failures)) {
    try {
      for await (const piece of readCopy(from, name, what, { start: at, end })) {
        // Counted first: whoever takes a piece may have handed its memory on when the next one is asked for.
        const { length } = piece;
        yield piece;
        at += length;
      }
      return;
    } catch (error) {
      failures.push(tellFailure(deps, name, what, { error, at }));
    }
  }
  throw noCopy(deps, what, failures);
}

/**
 * {@link readCopies} of a part that is small, all of it or an error. A small object is read and verified whole, whichever part is
 * wanted: steps through iterators would take longer than the rest.
 */
async function readCopiesAtOnce(deps: ReadDeps, what: Readable, span: Span): Promise<Buffer> {
  if (what.size > SMALL_BYTES) return Buffer.concat(await Array.fromAsync(readCopies(deps, what, span)));
  const failures: Failure[] = [];
  for (const { from, name } of sourcesOf(deps, what, failures)) {
    try {
      return (await readSmallCopy(from, name, what)).subarray(span.start, span.end);
    } catch (error) {
      failures.push(tellFailure(deps, name, what, { error, at: span.start }));
    }
  }
  throw noCopy(deps, what, failures);
}

/**
 * What lies in the stores now, and then what they keep of our copies: no store is asked for that which did not answer. `failures` are
 * looked at when it comes to that.
 */
function* sourcesOf(deps: ReadDeps, { copies }: Readable, failures: readonly Failure[]) {
  for (const name of orderOfReading(copies)) yield { from: deps, name };
  for (const { name, source } of keptVersions(deps.stores, copies)) {
    const isBad = failures.some((failure) => failure.store === name && isDamage(failure.error));
    if (isBad) yield { from: { ...deps, stores: { ...deps.stores, [name]: source } }, name };
  }
}

interface Failure {
  readonly store: StoreName;
  readonly error: unknown;
  /** Plaintext bytes that had been read by then. */
  readonly at: number;
}

function tellFailure(deps: ReadDeps, store: StoreName, { object }: Readable, failure: Omit<Failure, 'store'>): Failure {
  const { error, at } = failure;
  const damaged = isDamage(error);
  const code = error instanceof HoldfastError || error instanceof AlteredCopy ? error.code : 'unknown';
  deps.log.warn(
    { objectId: object.objectId, store, code, damaged, at },
    'a copy could not be read; trying the next one',
  );
  if (damaged) deps.onDamage(object.objectId, store);
  return { ...failure, store };
}

function noCopy(deps: ReadDeps, { object }: Readable, failures: readonly Failure[]): Error {
  deps.log.error({ objectId: object.objectId, at: failures.at(-1)?.at }, 'no copy could be read to the end');
  const unreachable = failures.findLast(({ error }) => !isDamage(error));
  return fileErrors(unreachable ? 'copies_unreachable' : 'object_damaged', { cause: unreachable?.error });
}

/** Copies known to be good come first; the others are tried before giving up, since a record may be behind. */
function orderOfReading(copies: Copies | null): StoreName[] {
  const names: StoreName[] = ['primary', 'backup'];
  const rank = (name: StoreName): number => {
    const state = copies?.[name].state;
    return state === undefined || state === 'stored' || state === 'verified' ? 0 : 1;
  };
  return names.toSorted((left, right) => rank(left) - rank(right));
}

async function* readCopy(deps: ReadDeps, name: StoreName, what: Readable, span: Span): AsyncGenerator<Buffer> {
  if (span.start === 0 && span.end === what.size) {
    yield* readWhole(deps, name, what);
    return;
  }
  yield* openRange((start, end) => ciphertext(deps, name, what, { start, end }), {
    fileKey: what.fileKey,
    headerBytes: what.object.headerBytes,
    fileBytes: what.object.size,
    start: span.start,
    end: span.end,
    sizeIsProven: true,
  });
}

/**
 * A whole read checks the header too. It is not needed to open the payload here, but the stock tool goes by it: a
 * copy whose header was exchanged would be lost to its owner without this server.
 */
async function* readWhole(deps: ReadDeps, name: StoreName, what: Readable): AsyncGenerator<Buffer> {
  let isHandedOver = false;
  const pieces = ciphertext(deps, name, what, { start: 0, end: what.object.size }, (found) => {
    isHandedOver = found.isHandedOver ?? false;
  });
  try {
    const header = createHash('sha256');
    let missing = what.object.headerBytes;
    let rest: Uint8Array = Buffer.alloc(0);
    while (missing > 0) {
      const next = await pieces.next();
      if (next.done) throw new AlteredCopy('it ends inside the header');
      header.update(next.value.subarray(0, missing));
      rest = next.value.subarray(missing);
      missing = Math.max(0, missing - next.value.length);
    }
    if (header.digest('hex') !== what.headerSha256) throw new AlteredCopy('its header is not the one written here');
    const task = { kind: 'open', fileKey: what.fileKey } as const;
    yield* throughThread(deps.thread, task, joined(rest, pieces), () => isHandedOver).body;
  } finally {
    await pieces.return(undefined);
  }
}

/** See {@link readWhole}. */
async function readSmallCopy(deps: ReadDeps, name: StoreName, what: Readable): Promise<Buffer> {
  const { objectId, size } = what.object;
  const sealed = await unlessStalled(deps.readStallMs, async (signal) => {
    const found = await deps.stores[name].get(paths.object(what.driveId, objectId), { start: 0, end: size, signal });
    if (found.size !== size) throw new AlteredCopy(`it has ${found.size} bytes`);
    const bytes = Buffer.allocUnsafe(size);
    let at = 0;
    for await (const piece of found.body) {
      if (at + piece.length > size) throw new AlteredCopy('it goes on behind its end');
      bytes.set(piece, at);
      at += piece.length;
    }
    if (at < size) throw new AlteredCopy(`it ends after ${at} bytes`);
    return bytes;
  });
  return openSmallObject(what, sealed);
}

/** The plaintext of a whole object. Throws `copy_altered`, or what `age/` throws, when one bit of it is not as it was written. */
export function openSmallObject(
  { object: { headerBytes }, headerSha256, fileKey }: Pick<Readable, 'object' | 'headerSha256' | 'fileKey'>,
  sealed: Uint8Array,
): Buffer {
  const header = hash('sha256', sealed.subarray(0, headerBytes), 'hex');
  if (header !== headerSha256) throw new AlteredCopy('its header is not the one written here');
  return openPayloadBytes(sealed.subarray(headerBytes), fileKey);
}

async function* joined(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  yield* rest;
}

async function* ciphertext(
  deps: ReadDeps,
  name: StoreName,
  what: Readable,
  span: Span,
  onFound: (found: ObjectBody) => void = () => {},
): AsyncGenerator<Uint8Array> {
  const key = paths.object(what.driveId, what.object.objectId);
  yield* untilStalled(deps.readStallMs, async (signal) => {
    const found = await deps.stores[name].get(key, { ...span, signal });
    if (found.size !== what.object.size) throw new AlteredCopy(`it has ${found.size} bytes`);
    onFound(found);
    return found.body;
  });
}

const DAMAGE = ['object_not_found', 'range_invalid', 'age_payload_corrupt', 'age_truncated'] as const;

function isDamage(error: unknown): boolean {
  return error instanceof AlteredCopy || hasCode(error, ...DAMAGE);
}

/** A copy that is not as it was written: to whoever reads one copy after the other, damage like any other. */
class AlteredCopy extends Error {
  override readonly name = 'AlteredCopy';
  readonly code = 'copy_altered';
}
