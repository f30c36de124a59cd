import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { hasCode } from '../../../base/errors.ts';
import type { ObjectStore } from '../../../storage/index.ts';
import { ARCHIVE_PREFIX } from '../../settings.ts';
import type { ArchivedPart, FlowStore } from '../flow-store.ts';

const DAY_MS = 86_400_000;
const KEY = /^flows\/(\d{4}-\d{2}-\d{2})\/[0-9a-f-]{36}\.jsonl\.gz\.age$/;

export interface ArchiveDeps {
  readonly store: Pick<FlowStore, 'archive'>;
  /** A day counts as archived when it lies in all of them. */
  readonly objects: readonly ObjectStore[];
  /** Makes a file of age of it. */
  readonly encrypted: (plaintext: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
  /** Breaks it off: a server that ends does not wait for a large day. */
  readonly signal: AbortSignal;
  /** Hears of each part when it is noted as archived, also where another one fails. */
  readonly onArchived?: (archived: Archived) => void;
}

export interface Archived {
  readonly day: string;
  readonly key: string;
  /** Encrypted, in one store. */
  readonly bytes: number;
}

/**
 * Days that are over, as lines of JSON, packed by gzip, in files of age: each of them is put into every store, and only then
 * noted as archived. What breaks off in between is done again and changes nothing: the same part has the same key, and a store has
 * an object whole or not at all. A part that cannot be read keeps none of the others waiting. Throws what the stores throw, once all
 * other parts are archived; at once where a store of objects is away, full or refuses.
 */
export async function archiveDays(deps: ArchiveDeps, nowMs: number): Promise<readonly Archived[]> {
  const { store, signal, onArchived } = deps;
  const archived: Archived[] = [];
  const failures: unknown[] = [];
  for (const part of (await store.archive?.waiting(nowMs)) ?? []) {
    try {
      const one = await archivePart(part, deps);
      archived.push(one);
      onArchived?.(one);
    } catch (error) {
      // No other part can be put there either.
      if (signal.aborted || hasCode(error, 'store_unavailable', 'store_full', 'store_denied')) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return archived;
}

async function archivePart(part: ArchivedPart, { objects, encrypted, signal }: ArchiveDeps): Promise<Archived> {
  const key = `${ARCHIVE_PREFIX}${part.day}/${part.id}.jsonl.gz.age`;
  let bytes = 0;
  for (const each of objects) {
    // A store that was away when the other one had it already gets it now.
    const there = await each.head(key);
    const { size } = there ?? (await each.put(key, encrypted(packed(part)), { signal }));
    bytes = size;
  }
  await part.done();
  return { day: part.day, key, bytes };
}

/** Removes archives of days that ended so long ago. Resolves to how many. Throws what the stores throw. */
export async function removeOldArchives(
  objects: readonly ObjectStore[],
  keptMs: number,
  nowMs: number,
): Promise<number> {
  const removed = new Set<string>();
  for (const store of objects) {
    for (let after: string | undefined = ''; after !== undefined;) {
      const { objects: found, next } = await store.list({
        prefix: ARCHIVE_PREFIX,
        ...(after === '' ? {} : { after }),
      });
      for (const { key } of found) {
        const day = KEY.exec(key)?.[1];
        if (day === undefined || Date.parse(`${day}T00:00:00Z`) + DAY_MS + keptMs > nowMs) continue;
        await store.delete(key);
        removed.add(key);
      }
      after = next;
    }
  }
  return removed.size;
}

/** Begun when it is read, and no sooner: where the store takes nothing nobody would hear that the part cannot be read. */
async function* packed(part: ArchivedPart): AsyncGenerator<Uint8Array> {
  yield* Readable.from(linesOf(part)).compose(createGzip()) as AsyncIterable<Uint8Array>;
}

async function* linesOf(part: ArchivedPart): AsyncGenerator<string> {
  for await (const records of part.records()) {
    if (records.length > 0) yield records.map((record) => `${JSON.stringify(record)}\n`).join('');
  }
}
