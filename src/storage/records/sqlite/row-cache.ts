import type { JsonObject, JsonValue, RecordItem } from '../record-store.ts';

/** Of all values together, as JSON in UTF-16 units. What people at work touch again and again fits many times. */
const MAX_CACHED_LENGTH = 4 * 2 ** 20;
/** A larger value is cheap to read beside what is done with it, and would push out hundreds of others. */
const MAX_VALUE_LENGTH = 16 * 1024;
/** What an item takes beside its value, roughly. */
const ITEM_LENGTH = 256;
/** Keys of some hundred bytes at most. */
const MAX_ABSENT = 2000;
/** More than fit in here: who reads so many in turn finds none of them again. */
const MAX_READ_ONCE = 4000;

interface Written {
  readonly item: Omit<RecordItem, 'value'>;
  readonly json: string;
}

interface Cached {
  readonly item: RecordItem;
  readonly length: number;
  /** Since it came in, or was last passed over. */
  isUsed: boolean;
}

/**
 * Items as they were read a second time, or written since, the oldest that nobody asked for dropped first: every request reads the session, the
 * account and the drive that the one before has read, so that asking leaves a mark and moves nothing. An item that has not been written since is the same object,
 * frozen, since all who read it share it. Knows nothing of expiry.
 */
export class RowCache {
  readonly #items = new Map<string, Cached>();
  /** Goes round and round, as that of RecentMap. */
  #hand = this.#items.entries();
  /** Dropped since the hand began at the front, and what that takes. */
  #dropped = 0;
  #length = 0;
  readonly #written = new Map<string, Written>();
  /** Looked for and not there: a name before it is given, what an admin could set and did not. */
  readonly #absent = new Set<string>();
  readonly #readOnce = new Set<string>();

  get(pk: string, sk: string): RecordItem | undefined {
    const cached = this.#items.get(keyOf(pk, sk));
    if (!cached) return undefined;
    cached.isUsed = true;
    return cached.item;
  }

  /**
   * An item that was not here; `length`: of its value as JSON. The first time it is only remembered that it was read: whoever reads
   * many files once would have each of their rows frozen, kept, and another dropped for it.
   */
  noteRead(item: RecordItem, length: number): void {
    const key = keyOf(item.pk, item.sk);
    if (this.#readOnce.delete(key)) return this.keep(item, length);
    // All at once, as of those that are absent.
    if (this.#readOnce.size >= MAX_READ_ONCE) this.#readOnce.clear();
    this.#readOnce.add(key);
  }

  /** `length`: of its value as JSON. */
  keep(item: RecordItem, length: number): void {
    if (length > MAX_VALUE_LENGTH) return;
    const place = keyOf(item.pk, item.sk);
    this.#drop(place);
    this.#makeRoom(length);
    this.#items.set(place, { item: frozen(item), length, isUsed: false });
    this.#length += length;
  }

  /** Those that were used are passed over once: their marks are gone then, so that this ends. */
  #makeRoom(length: number): void {
    while (this.#length + length > MAX_CACHED_LENGTH) {
      const next = this.#hand.next();
      if (next.done) {
        this.#hand = this.#items.entries();
        continue;
      }
      const [key, oldest] = next.value;
      if (oldest.isUsed) oldest.isUsed = false;
      else this.#drop(key);
    }
  }

  /** Until it is written, or the cache cleared. */
  noteAbsent(pk: string, sk: string): void {
    // All at once: which of them is asked for again is not known.
    if (this.#absent.size >= MAX_ABSENT) this.#absent.clear();
    this.#absent.add(keyOf(pk, sk));
  }

  isAbsent(pk: string, sk: string): boolean {
    return this.#absent.has(keyOf(pk, sk));
  }

  /** What was written so far is not: the transaction that begins may be another attempt. */
  begin(): void {
    this.#written.clear();
  }

  /** An item of the transaction at hand, with its value as JSON: whoever asked for it before does so afterwards too. */
  write(item: Omit<RecordItem, 'value'>, json: string): void {
    const key = keyOf(item.pk, item.sk);
    this.#absent.delete(key);
    const isKnown = this.#drop(key) || this.#written.has(key);
    if (isKnown) this.#written.set(key, { item, json });
  }

  remove(pk: string, sk: string): void {
    const key = keyOf(pk, sk);
    this.#drop(key);
    this.#written.delete(key);
  }

  /** What the transaction wrote is there for everybody. */
  commit(): void {
    for (const { item, json } of this.#written.values()) {
      if (json.length <= MAX_VALUE_LENGTH) this.keep({ ...item, value: JSON.parse(json) as JsonObject }, json.length);
    }
    this.#written.clear();
  }

  #drop(key: string): boolean {
    const cached = this.#items.get(key);
    if (!cached) return false;
    this.#items.delete(key);
    this.#length -= cached.length;
    this.#dropped += cached.length + ITEM_LENGTH;
    if (this.#dropped > MAX_CACHED_LENGTH) this.#letGo();
    return true;
  }

  clear(): void {
    this.#items.clear();
    this.#absent.clear();
    this.#readOnce.clear();
    this.#length = 0;
    this.#letGo();
  }

  /** A hand that rests holds on to every table that the map has outgrown since, and so to all that was dropped. */
  #letGo(): void {
    this.#hand = this.#items.entries();
    this.#dropped = 0;
  }
}

/** A newline cannot stand in a key, so that no two different pairs meet. */
function keyOf(pk: string, sk: string): string {
  return `${pk}\n${sk}`;
}

/** Nobody who reads it can change what others read. */
export function frozen(item: RecordItem): RecordItem {
  freezeDeep(item.value);
  return Object.freeze(item);
}

function freezeDeep(value: JsonValue): void {
  if (typeof value !== 'object' || value === null) return;
  for (const inner of Object.values(value)) freezeDeep(inner);
  Object.freeze(value);
}
