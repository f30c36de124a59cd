import type { SumTable } from './sums.ts';

/** Adds up rows that are about the same words. No object for each: a segment may have as many addresses as twice its flows. */
export class Adding {
  count = 0;
  readonly #words: number;
  readonly #places = new Map<number | string, number>();
  #columns: Float64Array[];

  /** `words`: that say what a row is about. */
  constructor(words: number) {
    this.#words = words;
    this.#columns = Array.from({ length: words + 3 }, () => new Float64Array(256));
  }

  /** All rows of a table. `flows`, `packets` and `bytes` are its last columns. */
  addTable({ count, columns }: SumTable): void {
    for (let row = 0; row < count; row += 1) {
      const place = this.#placeOf(columns, row);
      for (let index = this.#words; index < columns.length; index += 1) {
        this.#columns[index]![place]! += columns[index]![row]!;
      }
    }
  }

  /** A number where that is enough, which is the usual case and much quicker. */
  #placeOf(columns: SumTable['columns'], row: number): number {
    const key = keyOf(columns, row, this.#words);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = this.count;
    this.count = place + 1;
    if (place === this.#columns[0]!.length) this.#grow();
    for (let word = 0; word < this.#words; word += 1) this.#columns[word]![place] = columns[word]![row]!;
    this.#places.set(key, place);
    return place;
  }

  #grow(): void {
    this.#columns = this.#columns.map((column) => {
      const next = new Float64Array(column.length * 2);
      next.set(column);
      return next;
    });
  }

  /** At most `most` rows, most bytes first. */
  top(most: number): SumTable {
    return topOf({ count: this.count, columns: this.#columns }, most);
  }
}

function keyOf(columns: SumTable['columns'], row: number, words: number): number | string {
  const [first, second] = [columns[0]![row]!, columns[1]![row]!];
  // A slot or a protocol, and seconds or a port; else an address, of which IPv4 has one word.
  if (words === 2) return first + second * 2 ** 36;
  if (first === 4) return second;
  let key = `${first}`;
  for (let word = 1; word < words; word += 1) key += ` ${columns[word]![row]!}`;
  return key;
}

/** Most bytes first; all that have none of the flows are left out. */
export function topOf({ count, columns }: SumTable, most: number): SumTable {
  const bytes = columns.at(-1)!;
  const flows = columns.at(-3)!;
  const least = leastOf(bytes, count, most);
  const rows: number[] = [];
  for (let row = 0; row < count; row += 1) if (flows[row]! > 0 && bytes[row]! >= least) rows.push(row);
  const top = rows.toSorted((a, b) => bytes[b]! - bytes[a]!).slice(0, most);
  return {
    count: top.length,
    columns: columns.map((column) => Float64Array.from(top, (row) => column[row]!)),
  };
}

/** About `most` are at or above it, and no fewer where there are so many: sorting all of them would cost more than the rest. */
function leastOf(bytes: SumTable['columns'][number], count: number, most: number): number {
  if (count <= most * 4) return 0;
  // Halves of powers of two: a histogram over magnitudes.
  const counts = new Uint32Array(128);
  for (let row = 0; row < count; row += 1) counts[magnitude(bytes[row]!)]! += 1;
  let left = most;
  for (let place = counts.length - 1; place > 0; place -= 1) {
    left -= counts[place]!;
    if (left <= 0) return place % 2 === 0 ? 2 ** (place / 2 - 1) : 1.5 * 2 ** ((place - 1) / 2 - 1);
  }
  return 0;
}

const LARGE = 2 ** 30;

function magnitude(value: number): number {
  if (value < 1) return 0;
  // Most are small: their highest bit is found without a logarithm.
  const power = value < LARGE ? 31 - Math.clz32(value) : Math.floor(Math.log2(value));
  return Math.min(127, (power + 1) * 2 + (value >= 1.5 * 2 ** power ? 1 : 0));
}
