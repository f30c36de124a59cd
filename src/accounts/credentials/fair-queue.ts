/**
 * Who may wait for what is scarce, and whose turn it is. Everybody waits under the name of the place they come from;
 * places take turns, and each has its own small room. So a flood from one place holds the others up by one turn.
 */
export interface Room {
  /** How many may be in it at once; the first of a place is let in beyond that, as long as there are fewer places. */
  readonly limit: number;
  readonly perPlace: number;
}

/** Counts who is in a room. */
export function openRoom({ limit, perPlace }: Room): {
  /** False: no room for one more of this place. */
  enter(place: string): boolean;
  leave(place: string): void;
} {
  const inside = new Map<string, number>();
  let total = 0;
  return {
    enter(place) {
      const own = inside.get(place) ?? 0;
      // Others may have filled the room; whoever has nobody in it yet is not made to pay for that.
      if (own === 0 ? inside.size >= limit : own >= perPlace || total >= limit) return false;
      inside.set(place, own + 1);
      total += 1;
      return true;
    },
    leave(place) {
      const own = inside.get(place) ?? 0;
      if (own === 0) return;
      total -= 1;
      if (own === 1) inside.delete(place);
      else inside.set(place, own - 1);
    },
  };
}

export interface FairQueue<Item> {
  /** How many wait. */
  readonly size: number;
  /** False: there is no room for it. */
  push(place: string, item: Item): boolean;
  /** The next one: of the place whose last turn is longest ago, what has waited longest. */
  shift(): Item | undefined;
}

export function fairQueue<Item>(limits: Room): FairQueue<Item> {
  const room = openRoom(limits);
  // A Map keeps its order: the place in front has the turn, and goes to the end when it had it.
  const places = new Map<string, Item[]>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    push(place, item) {
      if (!room.enter(place)) return false;
      const own = places.get(place);
      if (own) own.push(item);
      else places.set(place, [item]);
      size += 1;
      return true;
    },
    shift() {
      for (const [place, own] of places) {
        const item = own.shift();
        places.delete(place);
        if (own.length > 0) places.set(place, own);
        room.leave(place);
        size -= 1;
        return item;
      }
      return undefined;
    },
  };
}
