/** Names in the order in which somebody would try them who knows the grammar: the most probable first. */
import { isBucketName, isReserved } from './bucket-name.ts';
import type { Grammar, Slot } from './grammar.ts';

export interface Guess {
  readonly name: string;
  readonly shape: string;
  readonly probability: number;
}

interface Place {
  readonly template: number;
  /** Which choice each slot holds. */
  readonly at: readonly number[];
  /** Only slots from here on go on to their next choice, so that no place is come upon twice. */
  readonly from: number;
  readonly probability: number;
}

/** Each name once. Names that no bucket can have, or that nobody else can take, are left out. */
export function* guessesOf({ templates }: Grammar): Generator<Guess> {
  const heap = openHeap();
  for (const [template, { slots, probability }] of templates.entries()) {
    const at = slots.map(() => 0);
    heap.push({ template, at, from: 0, probability: probability * productOf(slots, at) });
  }
  const seen = new Set<string>();
  for (let place = heap.pop(); place !== undefined; place = heap.pop()) {
    const template = templates[place.template];
    if (template === undefined) continue;
    const { slots, shape } = template;
    const { at, probability } = place;
    const name = slots.map(({ fixed, choices }, slot) => fixed ?? choices[at[slot] ?? 0]?.text ?? '').join('');
    if (!seen.has(name)) {
      seen.add(name);
      if (isBucketName(name) && !isReserved(name)) yield { name, shape, probability };
    }
    for (let slot = place.from; slot < slots.length; slot += 1) {
      const next = at.with(slot, (at[slot] ?? 0) + 1);
      if ((next[slot] ?? 0) >= (slots[slot]?.choices.length ?? 0)) continue;
      const more = template.probability * productOf(slots, next);
      heap.push({ template: place.template, at: next, from: slot, probability: more });
    }
  }
}

function productOf(slots: readonly Slot[], at: readonly number[]): number {
  let product = 1;
  for (const [slot, { fixed, choices }] of slots.entries()) {
    if (fixed === null) product *= choices[at[slot] ?? 0]?.probability ?? 0;
  }
  return product;
}

/** A binary heap with the most probable place on top. */
function openHeap(): { push(place: Place): void; pop(): Place | undefined } {
  const places: Place[] = [];
  const at = (index: number): Place => places[index] as Place;
  const swap = (one: number, other: number): void => {
    [places[one], places[other]] = [at(other), at(one)];
  };
  return {
    push(place) {
      places.push(place);
      for (let child = places.length - 1; child > 0;) {
        const parent = (child - 1) >> 1;
        if (at(parent).probability >= at(child).probability) break;
        swap(parent, child);
        child = parent;
      }
    },
    pop() {
      const [top] = places;
      const last = places.pop();
      if (top === undefined || last === undefined || places.length === 0) return top;
      places[0] = last;
      for (let parent = 0; ;) {
        const [left, right] = [2 * parent + 1, 2 * parent + 2];
        let best = parent;
        if (left < places.length && at(left).probability > at(best).probability) best = left;
        if (right < places.length && at(right).probability > at(best).probability) best = right;
        if (best === parent) return top;
        swap(parent, best);
        parent = best;
      }
    },
  };
}
