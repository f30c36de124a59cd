/** All records of one store into another: the same items under the same revisions, so that nobody notices. */
import { createHash } from 'node:crypto';
import { hasCode } from '../../base/errors.ts';
import type { Clock } from '../../base/clock.ts';
import { storageErrors } from '../errors.ts';
import { MAX_OPERATIONS } from './record-rules.ts';
import type { RecordItem, RecordStore } from './record-store.ts';

export type RecordKey = { readonly pk: string; readonly sk: string };

/** A store that can be moved as a whole, out of or into. */
export interface MovableRecords extends RecordStore {
  /** A page of all records, expired ones too, in an order of the store's own; `after` is the `next` of the page before. */
  readAll(after: RecordKey | null): Promise<{ readonly items: readonly RecordItem[]; readonly next: RecordKey | null }>;
  /** Writes 1-100 records as they are, revisions too, over whatever is there; at most 3.5 MiB of values together. */
  restore(items: readonly RecordItem[]): Promise<void>;
}

/** Where a move got to, kept in its target until it is done. */
export const moveKey: RecordKey = { pk: 'records-move', sk: 'state' };

type MoveState = {
  /** URL of the source. */
  readonly from: string;
  /** Everything up to here is in the target. */
  readonly after: RecordKey | null;
  readonly moved: number;
};

export interface MoveOptions {
  readonly from: MovableRecords;
  readonly to: MovableRecords;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Hears how many records are in the target, and later how many were compared. */
  readonly onProgress?: (step: 'moved' | 'compared', records: number) => void;
}

export type RecordsMoved = {
  readonly records: number;
  /** SHA-256 over all of them, the same for both stores. */
  readonly digest: string;
};

/** Bytes of values that are written at once; below what a transaction takes, for JSON that is counted in characters. */
const BATCH_BYTES = 1024 * 1024;

/**
 * Broken off, it goes on where it was when it is called again. Leases and what has expired are left out; the source is
 * only read. Throws `records_not_empty` for a target that holds anything but this move, `records_in_use` while a server
 * holds a lease in the source, `records_differ` when the target does not hold what the source does.
 */
export async function moveRecords(options: MoveOptions): Promise<RecordsMoved> {
  const { from, to, signal, onProgress } = options;
  const attempted = `Move the records from ${from.properties.url} to ${to.properties.url}`;
  let state = await begin(from, to, attempted);
  const nowMs = options.clock();
  for (let first = true; first || state.after !== null; first = false) {
    signal.throwIfAborted();
    const page = await from.readAll(state.after);
    const items = page.items.filter((item) => {
      assertNoServer(item, nowMs, attempted);
      return belongs(item, nowMs);
    });
    for (const batch of batches(items)) await to.restore(batch);
    const moved = state.moved + items.length;
    onProgress?.('moved', moved);
    if (page.next === null) break;
    state = { ...state, after: page.next, moved };
    await to.transact([{ op: 'put', ...moveKey, value: state }]);
  }
  // What expired meanwhile may be gone from one of them already: both are held against one moment.
  const untilMs = options.clock();
  const [source, target] = [
    await summary(from, untilMs, signal, (records) => onProgress?.('compared', records)),
    await summary(to, untilMs, signal),
  ];
  if (source.records !== target.records || source.digest !== target.digest) {
    const detail = `${source.records} records there, ${target.records} here${source.records === target.records ? ', not the same ones' : ''}`;
    throw storageErrors('records_differ', { attempted, detail });
  }
  await to.transact([{ op: 'delete', ...moveKey }]);
  return target;
}

async function begin(from: MovableRecords, to: MovableRecords, attempted: string): Promise<MoveState> {
  const { url } = from.properties;
  const begun = await to.get<MoveState>(moveKey.pk, moveKey.sk);
  if (begun) {
    if (begun.value.from === url) return begun.value;
    throw storageErrors('records_not_empty', { attempted, detail: `a move from ${begun.value.from} was begun in it` });
  }
  let after: RecordKey | null = null;
  do {
    const page = await to.readAll(after);
    if (page.items.length > 0) throw storageErrors('records_not_empty', { attempted });
    after = page.next;
  } while (after !== null);
  const state: MoveState = { from: url, after: null, moved: 0 };
  try {
    await to.transact([{ op: 'put', ...moveKey, value: state, if: 'absent' }]);
  } catch (error) {
    if (!hasCode(error, 'record_conflict')) throw error;
    throw storageErrors('records_not_empty', { attempted, detail: 'another move has just begun' });
  }
  return state;
}

const LEASE = 'lease#';

function belongs({ pk, expiresAtMs }: RecordItem, nowMs: number): boolean {
  return !pk.startsWith(LEASE) && pk !== moveKey.pk && (expiresAtMs === undefined || expiresAtMs > nowMs);
}

/** A server that runs, or was killed a moment ago, has leases; what it wrote meanwhile would be missed. */
function assertNoServer({ pk, value }: RecordItem, nowMs: number, attempted: string): void {
  if (!pk.startsWith(LEASE)) return;
  const { untilMs, holder } = value as { untilMs?: unknown; holder?: unknown };
  if (typeof untilMs !== 'number' || untilMs <= nowMs) return;
  throw storageErrors('records_in_use', {
    attempted,
    detail: `${pk.slice(LEASE.length)} is held by ${String(holder)}`,
  });
}

function* batches(items: readonly RecordItem[]): Generator<RecordItem[]> {
  let batch: RecordItem[] = [];
  let bytes = 0;
  for (const item of items) {
    const more = Buffer.byteLength(JSON.stringify(item.value));
    if (batch.length === MAX_OPERATIONS || (batch.length > 0 && bytes + more > BATCH_BYTES)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(item);
    bytes += more;
  }
  if (batch.length > 0) yield batch;
}

/** Stores give their records in different orders: hashes of single records are added up, whichever comes first. */
async function summary(
  store: MovableRecords,
  nowMs: number,
  signal: AbortSignal,
  onRecords?: (records: number) => void,
): Promise<RecordsMoved> {
  let records = 0;
  let sum = 0n;
  let after: RecordKey | null = null;
  do {
    signal.throwIfAborted();
    const page: Awaited<ReturnType<MovableRecords['readAll']>> = await store.readAll(after);
    for (const item of page.items) {
      if (!belongs(item, nowMs)) continue;
      const { pk, sk, value, revision, expiresAtMs } = item;
      const text = JSON.stringify([pk, sk, value, revision, expiresAtMs ?? null]);
      sum += BigInt(`0x${createHash('sha256').update(text).digest('hex')}`);
      records += 1;
    }
    onRecords?.(records);
    after = page.next;
  } while (after !== null);
  const digest = createHash('sha256')
    .update(`${records} ${sum.toString(16)}`)
    .digest('hex');
  return { records, digest };
}
