import { createHash, getRandomValues } from 'node:crypto';
import type { ReadInto } from '../capture/byte-window.ts';
import { Double, Word, WORDS } from '../flows/layout.ts';
import type { RunSeed } from '../reading/limits.ts';
import type { AnalysedBatch, FlowBatch } from './flow-batch.ts';

/** Packets of some milliseconds: captures that begin alike are the same, or one of them goes on for longer. */
const HEAD_BYTES = 65_536;

export interface BegunCapture {
  /** Reads all of it, what was looked at included. */
  readonly read: ReadInto;
  /** The same for the same capture, so that its flows have the same uids whenever it is read. */
  readonly seed: RunSeed;
}

/** Looks at how a capture begins. Throws what reading it throws. */
export async function beginCapture(read: ReadInto): Promise<BegunCapture> {
  const head = new Uint8Array(HEAD_BYTES);
  let length = 0;
  while (length < HEAD_BYTES) {
    const bytes = await read(head, length);
    if (bytes === 0) break;
    length += bytes;
  }
  const digest = createHash('sha256').update(head.subarray(0, length)).digest();
  // Where flows lie in the table hangs on chance, or a capture could be made in which all meet in one place.
  const [a = 0, b = 0] = getRandomValues(new Int32Array(2));
  let at = 0;
  return {
    seed: [a, b, digest.readInt32LE(0), digest.readInt32LE(4), digest.readInt32LE(8)],
    async read(into, from) {
      if (at >= length) return await read(into, from);
      const piece = head.subarray(at, Math.min(length, at + into.length - from));
      into.set(piece, from);
      at += piece.length;
      return piece.length;
    },
  };
}

/** Which flow, how far it came, and how it stands: all else of it follows from the same packets. */
const OWN = 5;

/**
 * The batch under an id that follows from its flows and from what was said in them, however the capture is called: a store that has it
 * leaves it.
 */
export function withContentId<Batch extends AnalysedBatch>(batch: Batch): Batch {
  const { columns, logs, coverage } = batch;
  const { words, doubles } = columns.memory;
  const own = new Float64Array(columns.count * OWN);
  for (let index = 0; index < columns.count; index += 1) {
    const [at, half, to] = [index * WORDS, index * (WORDS / 2), index * OWN];
    own[to] = words[at + Word.serial]!;
    own[to + 1] = doubles[half + Double.lastUs]!;
    own[to + 2] = doubles[half + Double.ipBytes]!;
    own[to + 3] = doubles[half + Double.ipBytes + 1]!;
    own[to + 4] = words[at + Word.state]! * 2 + (columns.isPartial(index) ? 1 : 0);
  }
  const digest = createHash('sha256')
    .update(own)
    .update(JSON.stringify([columns.seed, logs, coverage]))
    .digest('base64url');
  return { ...batch, id: `content-${digest}` };
}

/** What is wrong about flows that a store has already, which may be more than was known of then. */
export function noticesAlone({
  sensor,
  notices = [],
  coverage,
}: Pick<AnalysedBatch, 'sensor' | 'notices' | 'coverage'>): FlowBatch {
  const { from, to } = coverage;
  const digest = createHash('sha256').update(JSON.stringify(notices)).digest('base64url');
  const nothing = {
    conn: [],
    logs: [],
    coverage: { from, to, packets: 0, dropped: 0, leftOut: {} },
  };
  return { id: `notices-${digest}`, sensor, notices, ...nothing };
}
