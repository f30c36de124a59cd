import { createHash } from 'node:crypto';
import { openRange } from '../../age/index.ts';
import { HoldfastError, hasCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { ObjectBody, ObjectStore } from '../../storage/index.ts';
import { fileErrors } from '../errors.ts';
import { paths, type Copies, type ObjectFacts, type StoreName } from '../records.ts';
import type { SealingThread } from '../sealing/sealing-thread.ts';
import { throughThread } from '../sealing/through-thread.ts';
import { untilStalled } from './stall.ts';

export interface ReadDeps {
  readonly stores: { readonly [Store in StoreName]: ObjectStore };
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

/**
 * Plaintext `start` to `end`, and only verified bytes of it. When a copy turns out to be missing, altered or silent, in
 * the middle of the stream too, the next one goes on from the exact byte reached. A bad copy is reported for repair.
 *
 * Throws `object_damaged` when every copy is bad, `copies_unreachable` when one might be good but does not answer.
 */
export async function* readCopies(deps: ReadDeps, what: Readable, { start, end }: Span): AsyncGenerator<Buffer> {
  let at = start;
  let unreachable: unknown = null;
  for (const name of orderOfReading(what.copies)) {
    try {
      for await (const piece of readCopy(deps, name, what, { start: at, end })) {
        // Counted first: whoever takes a piece may have handed its memory on when the next one is asked for.
        const { length } = piece;
        yield piece;
        at += length;
      }
      return;
    } catch (error) {
      const damaged = isDamage(error);
      const code = error instanceof HoldfastError || error instanceof AlteredCopy ? error.code : 'unknown';
      deps.log.warn(
        { objectId: what.object.objectId, store: name, code, damaged, at },
        'a copy could not be read; trying the next one',
      );
      if (damaged) deps.onDamage(what.object.objectId, name);
      else unreachable = error;
    }
  }
  deps.log.error({ objectId: what.object.objectId, at, start, end }, 'no copy could be read to the end');
  throw fileErrors(unreachable === null ? 'object_damaged' : 'copies_unreachable', { cause: unreachable ?? undefined });
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

/** A copy that is not as it was written; never leaves this file. */
class AlteredCopy extends Error {
  override readonly name = 'AlteredCopy';
  readonly code = 'copy_altered';
}
