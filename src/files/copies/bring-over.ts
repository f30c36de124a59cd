/**
 * Brings everything that one store holds into another that is to take its place, while both go on being used. It needs
 * no key: what counts is the SHA-256 of the ciphertext. The first pass reads every object in the new store, whoever put
 * it there; the later ones bring what has changed since, by listing both.
 */
import { createHash } from 'node:crypto';
import { hasCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { destroyObject, type ObjectStore, type RecordStore, storageErrors } from '../../storage/index.ts';
import { keys, type ObjectFacts, type ObjectRow, type StoreName } from '../records.ts';
import { openSealingThread, type SealingThread } from '../sealing/sealing-thread.ts';
import { copyObject } from './copy-object.ts';
import { type CopySource, keptVersions } from './kept-versions.ts';
import { untilStalled } from './stall.ts';

export interface BringOverDeps {
  readonly records: RecordStore;
  /** Which of the two stores moves. */
  readonly name: StoreName;
  readonly from: ObjectStore;
  readonly to: ObjectStore;
  /** Holds the other copy of every object: where `from` has a bad one, this one is taken, and then what the two have kept of earlier ones. */
  readonly other: ObjectStore;
  /** Keys that stay as they are: they belong to the store itself. */
  readonly leave: readonly string[];
  /** Starts of keys that are written once and never changed, besides objects. */
  readonly writtenOnce: readonly string[];
  /** A store that says nothing for so long is left alone until the next pass. */
  readonly stallMs: number;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Where a pass stands. Counts are of this pass alone. */
export type Pass = {
  /** From 1. */
  readonly number: number;
  /** Everything up to this key is done; `null`: nothing yet. */
  readonly after: string | null;
  /** What was being written when the pass was cut off, and is not read back yet. */
  readonly unsure: readonly string[];
  readonly seen: number;
  readonly seenBytes: number;
  readonly copied: number;
  readonly copiedBytes: number;
  /** What was removed from `from` meanwhile, and so from `to`. */
  readonly removed: number;
  /** Objects that no store has a good copy of. */
  readonly damaged: number;
};

export function newPass(number: number): Pass {
  const counts = { seen: 0, seenBytes: 0, copied: 0, copiedBytes: 0, removed: 0, damaged: 0 };
  return { number, after: null, unsure: [], ...counts };
}

const PAGE = 200;
const AT_ONCE = 4;

/**
 * Runs a pass, or goes on with one, to its end, and answers its counts. `keep` is called before and after every page:
 * what it was given last is where to go on after a crash. Throws what the stores throw, and the reason of the signal.
 */
export async function bringOver(deps: BringOverDeps, begun: Pass, keep: (pass: Pass) => Promise<void>): Promise<Pass> {
  await using thread = openSealingThread(deps.log);
  const work = { ...deps, thread };
  let pass = begun;
  for (const key of pass.unsure) await bring(work, key);
  for (;;) {
    const { after, number } = pass;
    const { signal } = deps;
    const page = await deps.from.list({ limit: PAGE, ...(after === null ? {} : { after }), signal });
    const there = await listed(deps.to, after, page.next, signal);
    const here = page.objects.filter(({ key }) => !deps.leave.includes(key));
    const due = here.filter(({ key, size }) => number === 1 || mayChange(deps, key) || there.get(key) !== size);
    if (number > 1 && due.length > 0) await keep({ ...pass, unsure: due.map(({ key }) => key) });
    const outcomes = await inTurns(due, async ({ key, size }) => ({ size, outcome: await bring(work, key) }));
    const copied = outcomes.filter(({ outcome }) => outcome === 'copied');
    const known = new Set(page.objects.map(({ key }) => key));
    const extra = [...there.keys()].filter((key) => !known.has(key) && !deps.leave.includes(key));
    const removed = (await inTurns(extra, (key) => removeIfGone(deps, key))).filter(Boolean).length;
    pass = {
      number,
      after: page.next ?? here.at(-1)?.key ?? after,
      unsure: [],
      seen: pass.seen + here.length,
      seenBytes: pass.seenBytes + sum(here),
      copied: pass.copied + copied.length,
      copiedBytes: pass.copiedBytes + sum(copied),
      removed: pass.removed + removed,
      damaged: pass.damaged + outcomes.filter(({ outcome }) => outcome === 'damaged').length,
    };
    await keep(pass);
    if (page.next === undefined) return pass;
  }
}

/** What a store holds, for people to see how far a pass is. */
export async function countObjects(
  store: ObjectStore,
  signal: AbortSignal,
): Promise<{ readonly objects: number; readonly bytes: number }> {
  let [objects, bytes] = [0, 0];
  let after: string | undefined;
  do {
    const page = await store.list({ ...(after === undefined ? {} : { after }), signal });
    objects += page.objects.length;
    bytes += sum(page.objects);
    after = page.next;
  } while (after !== undefined);
  return { objects, bytes };
}

const sum = (infos: readonly { readonly size: number }[]): number => infos.reduce((all, { size }) => all + size, 0);

/** Sizes by key, behind `after` and up to `upTo` (to the end without it). */
async function listed(
  store: ObjectStore,
  after: string | null,
  upTo: string | undefined,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  let from = after;
  for (;;) {
    const page = await store.list({ limit: PAGE, ...(from === null ? {} : { after: from }), signal });
    for (const { key, size } of page.objects) {
      if (upTo !== undefined && key > upTo) return found;
      found.set(key, size);
    }
    if (page.next === undefined || (upTo !== undefined && page.next >= upTo)) return found;
    from = page.next;
  }
}

/** `null` for what is no object. */
function objectIdOf(key: string): string | null {
  return /^drives\/[^/]+\/o\/([^/]+)\.age$/.exec(key)?.[1] ?? null;
}

function mayChange({ writtenOnce }: BringOverDeps, key: string): boolean {
  return objectIdOf(key) === null && !writtenOnce.some((start) => key.startsWith(start));
}

type Work = BringOverDeps & { readonly thread: SealingThread };
type Outcome = 'copied' | 'was_there' | 'gone' | 'damaged';

/** What is written anew while it is read is read again so many times. */
const TRIES = 3;

async function bring(work: Work, key: string): Promise<Outcome> {
  const row = await rowOf(work, key);
  const { to, thread, stallMs, signal } = work;
  for (let tries = 1; ; tries += 1) {
    const facts = row?.facts ?? (await factsOf(work, key));
    if (facts === null) return (await removeIfGone(work, key)) ? 'gone' : 'was_there';
    const run = { key, facts, to, thread, stallMs, signal, background: true };
    let outcome = await copyObject({ ...run, from: work.from });
    for (const source of row ? otherSources(work, row) : []) {
      if (outcome !== 'source_bad') break;
      outcome = await copyObject({ ...run, from: source });
    }
    if (outcome !== 'source_bad') {
      // Perhaps it was deleted while it was on its way: then it must not be there for ever.
      return outcome === 'copied' && (await removeIfGone(work, key)) ? 'gone' : outcome;
    }
    if (row) {
      if ((await rowOf(work, key)) === null) return 'gone';
      work.log.error({ key }, 'an object could not be brought over: no store has a good copy of it');
      return 'damaged';
    }
    if (tries === TRIES) throw storageErrors('store_unavailable', { detail: 'it is written anew all the time' });
  }
}

/** The old store goes with what it has kept: it is asked for that while it is there. */
function otherSources({ name, from, other }: Work, { copies }: ObjectRow): CopySource[] {
  const stores = name === 'primary' ? { primary: from, backup: other } : { primary: other, backup: from };
  return [other, ...keptVersions(stores, copies).map(({ source }) => source)];
}

async function rowOf({ records }: BringOverDeps, key: string): Promise<ObjectRow | null> {
  const objectId = objectIdOf(key);
  if (objectId === null) return null;
  const at = keys.object(objectId);
  return (await records.get<ObjectRow>(at.pk, at.sk))?.value ?? null;
}

/** Of what the records say nothing about: as it lies in the old store. `null` when it lies there no more. */
async function factsOf(work: Work, key: string): Promise<Pick<ObjectFacts, 'size' | 'sha256'> | null> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    const pieces = untilStalled(work.stallMs, async (stalled) => {
      const signal = AbortSignal.any([stalled, work.signal]);
      return (await work.from.get(key, { signal })).body;
    });
    for await (const piece of pieces) {
      hash.update(piece);
      size += piece.byteLength;
    }
  } catch (error) {
    if (hasCode(error, 'object_not_found')) return null;
    throw error;
  }
  return { size, sha256: hash.digest('hex') };
}

/** True when neither the records nor the old store know it any more; it is taken out of the new one then. */
async function removeIfGone(work: BringOverDeps, key: string): Promise<boolean> {
  if ((await rowOf(work, key)) !== null) return false;
  if ((await work.from.head(key, { signal: work.signal })) !== null) return false;
  await destroyObject(work.to, key, { signal: work.signal });
  return true;
}

async function inTurns<Item, Result>(
  items: readonly Item[],
  act: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const rest = items.values();
  let failure: { readonly error: unknown } | undefined;
  const turn = async (): Promise<void> => {
    for (const item of rest) {
      if (failure) return;
      try {
        results.push(await act(item));
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, turn));
  if (failure) throw failure.error;
  return results;
}
