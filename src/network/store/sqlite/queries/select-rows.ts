import type { Column } from '../segments/column-pack.ts';

/** Rows of a segment that are left, in their order; `null`: all of them still. Every filter leaves fewer for the next to look at. */
export type Rows = Int32Array | null;

const NONE = new Int32Array(0);

/** Those that have one of the numbers. */
export function rowsWithAny(column: Column, wanted: ReadonlySet<number>, rows: Rows, count: number): Rows {
  const [only] = wanted;
  if (only === undefined) return NONE;
  if (wanted.size === 1) return rowsWith(column, only, rows, count);
  const { values, base } = column;
  return rowsThat(rows, count, (row) => wanted.has(values[row]! + base));
}

export function rowsWith({ values, base }: Column, wanted: number, rows: Rows, count: number): Rows {
  const value = wanted - base;
  if (rows !== null) return rowsThat(rows, count, (row) => values[row] === value);
  // A column in which all are the same may be a view of more than its rows.
  let at = values.indexOf(value);
  if (at === -1 || at >= count) return NONE;
  const found = new Int32Array(count);
  let length = 0;
  for (; at !== -1 && at < count; at = values.indexOf(value, at + 1)) {
    found[length] = at;
    length += 1;
  }
  return found.subarray(0, length);
}

/** Those that have it in one of two columns. */
export function rowsWithEither([a, b]: readonly [Column, Column], wanted: number, rows: Rows, count: number): Rows {
  if (rows !== null) {
    const [first, second] = [wanted - a.base, wanted - b.base];
    return rowsThat(rows, count, (row) => a.values[row] === first || b.values[row] === second);
  }
  const [one, other] = [rowsWith(a, wanted, null, count)!, rowsWith(b, wanted, null, count)!];
  if (one.length === 0) return other;
  if (other.length === 0) return one;
  return Int32Array.from(new Set([...one, ...other])).toSorted();
}

/** Those between two numbers, the second not included. */
export function rowsBetween({ values, base }: Column, from: number, to: number, rows: Rows, count: number): Rows {
  const [least, most] = [from - base, to - base];
  return rowsThat(rows, count, (row) => values[row]! >= least && values[row]! < most);
}

export function rowsThat(rows: Rows, count: number, isLeft: (row: number) => boolean): Int32Array {
  const all = new Int32Array(rows?.length ?? count);
  let found = 0;
  for (let index = 0; index < all.length; index += 1) {
    const row = rows === null ? index : rows[index]!;
    if (!isLeft(row)) continue;
    all[found] = row;
    found += 1;
  }
  return all.subarray(0, found);
}

/**
 * Those of the newest `most` moments: two rows of one moment may be one flow, of two moments they are two. So nobody makes an object for
 * each row of which a hundred are shown. `times`: the column of them.
 */
export function newestRows({ values }: Column, rows: Rows, count: number, most: number): Rows {
  const length = rows?.length ?? count;
  if (length <= most * 2) return rows;
  const times = new Float64Array(length);
  for (let index = 0; index < length; index += 1) times[index] = values[rows === null ? index : rows[index]!]!;
  times.sort();
  let [at, moments] = [length - 1, 1];
  for (; at > 0 && moments < most; at -= 1) if (times[at - 1] !== times[at]) moments += 1;
  const least = times[at]!;
  return rowsThat(rows, count, (row) => values[row]! >= least);
}
