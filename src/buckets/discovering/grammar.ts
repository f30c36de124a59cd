/**
 * How probable a name is: a grammar of shapes (`<org>-<word>-<env>`) and of what stands in their slots, as password
 * guessing uses it (Weir et al., 2009). Its weights are what everybody knows of names of buckets, and what the names of an
 * organisation show of its own.
 */
import { commonWords, environments } from './common-words.ts';
import { shapeOf, type TakeApart, type Token, type TokenKind } from './tokens.ts';

export interface Slot {
  /** As it stands; `null`: any of `choices`. */
  readonly fixed: string | null;
  readonly choices: readonly Choice[];
}

export interface Choice {
  readonly text: string;
  readonly probability: number;
}

export interface Grammar {
  /** The most probable first; slots with nothing to choose from do not occur. */
  readonly templates: readonly {
    readonly shape: string;
    readonly probability: number;
    readonly slots: readonly Slot[];
  }[];
  /** How probable one of the names that were learned from is by all the others; 0: nobody would come upon it. */
  probabilityWithout(tokens: readonly Token[]): number;
  /** How many of the names have a shape. */
  seen(shape: string): number;
  /** Shapes that were learned, the most usual first. */
  readonly learned: readonly { readonly shape: string; readonly names: number }[];
}

/** Shapes that are usual everywhere, with their weights among each other. */
const USUAL: Readonly<Record<string, number>> = {
  '<org>': 2,
  '<org>-<word>': 6,
  '<word>-<org>': 1,
  '<org><word>': 1.5,
  '<org>.<word>': 0.5,
  '<word>.<org>': 1,
  '<org>-<env>': 1.5,
  '<env>-<org>': 0.3,
  '<org>-<word>-<env>': 2,
  '<org>-<env>-<word>': 2,
  '<org>-<word>-<word>': 0.5,
  '<org>-<word>-<year>': 0.2,
  '<org>-<word>-<region>': 0.4,
  '<org>-<word>-<account>': 0.3,
  '<org>-<env>-<word>-<region>': 0.2,
};

type Slotted = Exclude<TokenKind, 'separator' | 'random'>;
const SLOTTED: readonly Slotted[] = ['org', 'env', 'region', 'account', 'year', 'number', 'word'];
/** What everybody knows weighs as much as so many names. */
const COMMON_WEIGHT = 3;
const YEARS = 6;

export interface GrammarFacts {
  readonly own: readonly string[];
  readonly orgs: readonly string[];
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readonly year: number;
}

export function learnGrammar(facts: GrammarFacts, takeApart: TakeApart): Grammar {
  const shapes = scaled(new Map(Object.entries(USUAL)));
  const slots = Object.fromEntries(SLOTTED.map((kind) => [kind, usualTexts(kind, facts)])) as {
    [K in Slotted]: Map<string, number>;
  };
  const counts = new Map<string, number>();
  for (const name of new Set(facts.own)) {
    const tokens = takeApart(name);
    const shape = shapeOf(tokens);
    add(shapes, shape, 1);
    add(counts, shape, 1);
    for (const { kind, text } of tokens) if (isSlotted(kind)) add(slots[kind], text, 1);
  }
  const total = { shapes: sum(shapes), slots: Object.fromEntries(SLOTTED.map((kind) => [kind, sum(slots[kind])])) };
  const choices = Object.fromEntries(
    SLOTTED.map((kind) => [kind, sorted(slots[kind], total.slots[kind] ?? 0)]),
  ) as Record<Slotted, readonly Choice[]>;
  const templates = [...shapes].flatMap(([shape, weight]) => {
    const parts = slotsOf(shape, choices);
    return parts === null ? [] : [{ shape, probability: weight / total.shapes, slots: parts }];
  });
  return {
    templates: templates.toSorted((one, other) => other.probability - one.probability),
    seen: (shape) => counts.get(shape) ?? 0,
    learned: [...counts]
      .map(([shape, names]) => ({ shape, names }))
      .toSorted((one, other) => other.names - one.names || (one.shape < other.shape ? -1 : 1)),
    probabilityWithout(tokens) {
      const used = new Map<string, number>();
      for (const { kind, text } of tokens) add(used, `${kind} ${text}`, 1);
      let probability = ratio((shapes.get(shapeOf(tokens)) ?? 0) - 1, total.shapes - 1);
      for (const { kind, text } of tokens) {
        if (kind === 'random') return 0;
        if (!isSlotted(kind)) continue;
        const own = used.get(`${kind} ${text}`) ?? 0;
        const ofKind = tokens.filter((each) => each.kind === kind).length;
        probability *= ratio((slots[kind].get(text) ?? 0) - own, (total.slots[kind] ?? 0) - ofKind);
      }
      return probability;
    },
  };
}

function usualTexts(kind: Slotted, { orgs, accounts, regions, year }: GrammarFacts): Map<string, number> {
  const texts: Readonly<Record<Slotted, readonly string[]>> = {
    org: orgs,
    env: environments,
    region: regions,
    account: accounts,
    year: Array.from({ length: YEARS }, (_, back) => String(year - back)),
    number: ['1', '2', '3', '01', '02', 'v1', 'v2'],
    word: commonWords,
  };
  return scaled(new Map(texts[kind].map((text, rank) => [text, 1 / (rank + 3)])));
}

function scaled(weights: ReadonlyMap<string, number>): Map<string, number> {
  const all = sum(weights);
  return new Map([...weights].map(([text, weight]) => [text, (weight / all) * COMMON_WEIGHT]));
}

/** `null`: one of the slots can hold nothing, or nothing that can be guessed. */
function slotsOf(shape: string, choices: Readonly<Record<Slotted, readonly Choice[]>>): readonly Slot[] | null {
  const parts = shape.split(/(<[a-z]+>)/).filter((part) => part !== '');
  const slots = parts.map((part): Slot | null => {
    const kind = SLOTTED.find((each) => part === `<${each}>`);
    if (kind === undefined) return part.startsWith('<') ? null : { fixed: part, choices: [] };
    return choices[kind].length === 0 ? null : { fixed: null, choices: choices[kind] };
  });
  return slots.every((slot) => slot !== null) ? slots : null;
}

function sorted(weights: ReadonlyMap<string, number>, total: number): readonly Choice[] {
  return [...weights]
    .map(([text, weight]) => ({ text, probability: weight / total }))
    .toSorted((one, other) => other.probability - one.probability || (one.text < other.text ? -1 : 1));
}

function isSlotted(kind: TokenKind): kind is Slotted {
  return kind !== 'separator' && kind !== 'random';
}

function add(weights: Map<string, number>, key: string, weight: number): void {
  weights.set(key, (weights.get(key) ?? 0) + weight);
}

function sum(weights: ReadonlyMap<string, number>): number {
  return [...weights.values()].reduce((one, other) => one + other, 0);
}

/** What rounding leaves of nothing is nothing. */
function ratio(part: number, whole: number): number {
  return part < 1e-9 || whole <= 0 ? 0 : part / whole;
}
