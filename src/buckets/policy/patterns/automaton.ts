import { ANY, ONE, type Glob } from './glob.ts';

/**
 * Which positions of all patterns one text has reached, a bit for each: 32 of them take a step together. A pattern has a
 * bit for each token and one for its end; each language begins with a word of its own.
 */
export type Positions = Uint32Array;

/** Several languages, each a list of patterns, walked side by side. The last one is the one that must not match. */
export class Automaton {
  readonly start: Positions;
  /** Where each language begins, in words; the last number is their sum. */
  readonly #begins: readonly number[];
  /** The token at each bit; `undefined` at ends and where nothing is. */
  readonly #tokens: readonly (number | undefined)[];
  readonly #any: Positions;
  readonly #one: Positions;
  readonly #ends: Positions;
  readonly #named: Positions;
  /** The characters that patterns name, in the order in which they do, and where. */
  readonly #letters = new Map<number, Positions>();
  readonly #places = new Map<number, number>();
  /** Stands for every character that no pattern names. */
  readonly #fresh: number;

  constructor(languages: readonly (readonly Glob[])[]) {
    const tokens: (number | undefined)[] = [];
    const ends: number[] = [];
    const starts: number[] = [];
    this.#begins = [
      ...languages.map((globs) => {
        tokens.length = wordsFor(tokens.length) * 32;
        const begin = tokens.length / 32;
        for (const glob of globs) {
          starts.push(tokens.length);
          for (const token of glob.tokens) tokens.push(token);
          ends.push(tokens.length);
          tokens.push(undefined);
        }
        return begin;
      }),
      wordsFor(tokens.length),
    ];
    this.#tokens = tokens;
    this.#any = this.#none();
    this.#one = this.#none();
    this.#named = this.#none();
    this.#ends = withBits(this.#none(), ends);
    tokens.forEach((token, bit) => {
      if (token === undefined) return;
      if (token === ANY) set(this.#any, bit);
      else if (token === ONE) set(this.#one, bit);
      else {
        set(this.#named, bit);
        const letter = this.#letters.get(token) ?? this.#none();
        set(letter, bit);
        if (!this.#places.has(token)) this.#places.set(token, this.#places.size);
        this.#letters.set(token, letter);
      }
    });
    let fresh = 0x61;
    while (this.#letters.has(fresh)) fresh += 1;
    this.#fresh = fresh;
    this.start = this.#past(withBits(this.#none(), starts));
  }

  /** What a step costs, in words. */
  get words(): number {
    return this.#begins.at(-1) ?? 0;
  }

  /** What it took to make it, in words. */
  get size(): number {
    return this.words * (this.#letters.size + 1);
  }

  /** Characters that lead to different positions from here: one that nobody waits for stands for all such. */
  lettersAt(positions: Positions): number[] {
    const letters = new Set<number>();
    for (let word = 0; word < positions.length; word += 1) {
      let bits = (positions[word] ?? 0) & (this.#named[word] ?? 0);
      while (bits !== 0) {
        const bit = 31 - Math.clz32(bits & -bits);
        bits &= bits - 1;
        const token = this.#tokens[word * 32 + bit];
        if (token !== undefined) letters.add(token);
      }
    }
    const place = (letter: number): number => this.#places.get(letter) ?? 0;
    return [this.#fresh, ...[...letters].toSorted((one, other) => place(one) - place(other))];
  }

  /** The positions that one more character reaches. */
  step(positions: Positions, letter: number): Positions {
    const named = this.#letters.get(letter);
    const next = this.#none();
    let carried = 0;
    for (let word = 0; word < next.length; word += 1) {
      const here = positions[word] ?? 0;
      const moved = here & ((this.#one[word] ?? 0) | (named?.[word] ?? 0));
      next[word] = (moved << 1) | carried | (here & (this.#any[word] ?? 0));
      carried = moved >>> 31;
    }
    return this.#past(next);
  }

  /** Whether some language that must match cannot any more. */
  isLost(positions: Positions): boolean {
    for (let language = 0; language < this.#begins.length - 2; language += 1) {
      if (!this.#meets(positions, null, language)) return true;
    }
    return false;
  }

  /** Whether the text that led here is matched by every language but the last, and not by that one. */
  isWord(positions: Positions): boolean {
    const last = this.#begins.length - 2;
    for (let language = 0; language < last; language += 1) {
      if (!this.#meets(positions, this.#ends, language)) return false;
    }
    return !this.#meets(positions, this.#ends, last);
  }

  #meets(positions: Positions, mask: Positions | null, language: number): boolean {
    const end = this.#begins[language + 1] ?? 0;
    for (let word = this.#begins[language] ?? 0; word < end; word += 1) {
      if (((positions[word] ?? 0) & (mask === null ? -1 : (mask[word] ?? 0))) !== 0) return true;
    }
    return false;
  }

  /** A star may also stand for nothing. Changes what it is given. */
  #past(positions: Positions): Positions {
    let carried = 0;
    for (let word = 0; word < positions.length; word += 1) {
      const any = this.#any[word] ?? 0;
      let bits = ((positions[word] ?? 0) | carried) >>> 0;
      for (;;) {
        const more = (bits | ((bits & any) << 1)) >>> 0;
        if (more === bits) break;
        bits = more;
      }
      positions[word] = bits;
      carried = (bits & any) >>> 31;
    }
    return positions;
  }

  #none(): Positions {
    return new Uint32Array(wordsFor(this.#tokens.length));
  }
}

/** Two of the same name are the same. */
export function nameOfPositions(positions: Positions): string {
  return positions.length <= 8
    ? String.fromCharCode(...new Uint16Array(positions.buffer))
    : Buffer.from(positions.buffer).toString('latin1');
}

function wordsFor(bits: number): number {
  return Math.ceil(bits / 32);
}

function withBits(positions: Positions, bits: readonly number[]): Positions {
  for (const bit of bits) set(positions, bit);
  return positions;
}

function set(positions: Positions, bit: number): void {
  positions[bit >>> 5] = (positions[bit >>> 5] ?? 0) | (1 << (bit & 31));
}
