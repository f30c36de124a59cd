import { topRows } from '../../../records/top-rows.ts';
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
  const rows = topRows({ count, flows: columns.at(-3)!, bytes: columns.at(-1)! }, most);
  return {
    count: rows.length,
    columns: columns.map((column) => Float64Array.from(rows, (row) => column[row]!)),
  };
}
