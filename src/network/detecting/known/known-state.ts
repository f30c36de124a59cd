import { BoundedMap } from './bounded-map.ts';

/** How a value is kept as JSON and comes back from it. */
export interface Codec<Value> {
  encode(value: Value): unknown;
  /** `null`: it is none of these. */
  decode(kept: unknown): Value | null;
}

const VERSION = 1;

/**
 * What detections know from earlier days: whom they saw first when, what is usual, who asks slowly. Each detection has maps
 * of its own in here, bounded by count. As JSON it outlives a restart; what cannot be read in it is left out.
 */
export class KnownState {
  readonly #kept: ReadonlyMap<string, readonly unknown[]>;
  readonly #maps = new Map<string, { readonly map: BoundedMap<unknown>; readonly codec: Codec<unknown> }>();

  /** `kept`: what `toJSON` gave, or anything else. */
  constructor(kept?: unknown) {
    this.#kept = mapsIn(kept);
  }

  /** The map `name` with what was kept of it; the same one each time. */
  map<Value>(name: string, most: number, codec: Codec<Value>): BoundedMap<Value> {
    const open = this.#maps.get(name);
    if (open) return open.map as BoundedMap<Value>;
    const map = new BoundedMap<Value>(most);
    for (const entry of this.#kept.get(name) ?? []) {
      if (!Array.isArray(entry) || entry.length !== 2 || typeof entry[0] !== 'string') continue;
      const value = codec.decode(entry[1]);
      if (value !== null) map.set(entry[0], value);
    }
    this.#maps.set(name, { map, codec });
    return map;
  }

  toJSON(): object {
    // Maps that nobody opened stay as they were: another version may know them.
    const maps: Record<string, readonly unknown[]> = Object.fromEntries(this.#kept);
    for (const [name, { map, codec }] of this.#maps) {
      maps[name] = [...map.entries()].map(([key, value]) => [key, codec.encode(value)]);
    }
    return { version: VERSION, maps };
  }
}

function mapsIn(kept: unknown): ReadonlyMap<string, readonly unknown[]> {
  if (typeof kept !== 'object' || kept === null || !('version' in kept) || kept.version !== VERSION) return new Map();
  const maps = 'maps' in kept ? kept.maps : null;
  if (typeof maps !== 'object' || maps === null) return new Map();
  return new Map(Object.entries(maps).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1])));
}

/** For maps of plain numbers. */
export const numberCodec: Codec<number> = {
  encode: (value) => value,
  decode: (kept) => (typeof kept === 'number' && Number.isFinite(kept) ? kept : null),
};
