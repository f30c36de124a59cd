/** What a sorted list and a search need to know of an entry; all else is read from its row once it is shown. */
export interface Listed {
  readonly entryId: string;
  readonly name: string;
  readonly createdMs: number;
  /** Of a folder: when it was made. */
  readonly modifiedMs: number;
  /** Plaintext bytes; `null` for a folder. */
  readonly size: number | null;
}

export type Sort = 'name' | 'created' | 'modified' | 'size';

/** Below zero when the first comes first. Folders come before files, and no two entries of a folder are equal. */
export type Order = (one: Listed, other: Listed) => number;

export function orderBy(sort: Sort): Order {
  if (sort === 'name') return byName;
  const valueOf: (item: Listed) => number =
    sort === 'created'
      ? (item) => item.createdMs
      : sort === 'modified'
        ? (item) => item.modifiedMs
        : (item) => item.size ?? 0;
  return (one, other) => kindFirst(one, other) || valueOf(one) - valueOf(other) || compare(one.entryId, other.entryId);
}

export function reversed(order: Order): Order {
  return (one, other) => order(other, one);
}

function byName(one: Listed, other: Listed): number {
  return (
    kindFirst(one, other) ||
    compare(keyOf(one), keyOf(other)) ||
    compare(one.name, other.name) ||
    compare(one.entryId, other.entryId)
  );
}

/** Keys of items that were compared once: most of them are compared again, with the next request. */
const known = new WeakMap<Listed, string>();

function keyOf(item: Listed): string {
  const key = known.get(item) ?? nameKey(item.name);
  known.set(item, key);
  return key;
}

function kindFirst(one: Listed, other: Listed): number {
  return (one.size === null ? 0 : 1) - (other.size === null ? 0 : 1);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The same as {@link byName} for items whose keys are known already. */
function byKey(one: Keyed, other: Keyed): number {
  return (
    kindFirst(one.item, other.item) ||
    compare(one.key, other.key) ||
    compare(one.item.name, other.item.name) ||
    compare(one.item.entryId, other.item.entryId)
  );
}

interface Keyed {
  readonly item: Listed;
  readonly key: string;
}

/** More at once would hold the event loop up. */
const RUN = 2000;

/** Sorts by name in short runs that are then merged; `pace` is awaited in between. */
export async function sortByName(items: readonly Listed[], pace: () => Promise<void>): Promise<Listed[]> {
  let runs: Keyed[][] = [];
  for (let at = 0; at < items.length; at += RUN) {
    const run = items.slice(at, at + RUN).map((item) => ({ item, key: nameKey(item.name) }));
    runs.push(run.toSorted(byKey));
    await pace();
  }
  while (runs.length > 1) {
    const merged: Keyed[][] = [];
    for (let at = 0; at < runs.length; at += 2) {
      const [one = [], other = []] = runs.slice(at, at + 2);
      merged.push(await merge(one, other, pace));
    }
    runs = merged;
  }
  return (runs[0] ?? []).map(({ item }) => item);
}

async function merge(one: readonly Keyed[], other: readonly Keyed[], pace: () => Promise<void>): Promise<Keyed[]> {
  const merged: Keyed[] = [];
  let [i, j] = [0, 0];
  while (merged.length < one.length + other.length) {
    const [a, b] = [one[i], other[j]];
    if (a && (!b || byKey(a, b) < 0)) {
      merged.push(a);
      i += 1;
    } else if (b) {
      merged.push(b);
      j += 1;
    }
    if (merged.length % RUN === 0) await pace();
  }
  return merged;
}

const PLAIN = /^[\x20-\x7e]*$/;
const NOT_PLAIN = /[^\x20-\x7e]+/g;
const MARKS = /[\u0300-\u036f]/gu;
const DIGITS = /[0-9]+/g;

/** Without case, and without the accents of Latin, Greek and Cyrillic letters. Other scripts keep their marks. */
export function foldedName(name: string): string {
  const lower = name.toLowerCase();
  return PLAIN.test(lower) ? lower : lower.replace(NOT_PLAIN, foldedRun);
}

/**
 * Single letters that were folded before: a look here is far quicker than Unicode's tables. Letters only, since what
 * stays here outlives the session whose names they stood in.
 */
const foldedLetters = new Map<string, string>();
const MAX_LETTERS = 10_000;

function foldedRun(run: string): string {
  const isLetter = run.length === 1;
  const before = isLetter ? foldedLetters.get(run) : undefined;
  if (before !== undefined) return before;
  const folded = run.normalize('NFKD').replace(MARKS, '').normalize('NFC');
  if (isLetter && foldedLetters.size < MAX_LETTERS) foldedLetters.set(run, folded);
  return folded;
}

/**
 * What names are sorted by: folded, and numbers by their value (`page 2` before `page 10`). It is stored nowhere, but
 * the order it makes is: it must not depend on the language of a machine or on the version of its collation tables.
 */
export function nameKey(name: string): string {
  return foldedName(name).replace(DIGITS, (run) => {
    const digits = run.replace(/^0+(?=.)/, '');
    // A longer number is a larger one; so its length comes first.
    return `0${String.fromCharCode(0x30 + digits.length)}${digits}`;
  });
}
