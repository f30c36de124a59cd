import type { JsonValue, RecordItem } from '../record-store.ts';

/** Of all values together, as JSON in UTF-16 units. What people at work touch again and again fits many times. */
const MAX_CACHED_LENGTH = 4 * 2 ** 20;
/** A larger value is cheap to read beside what is done with it, and would push out hundreds of others. */
const MAX_VALUE_LENGTH = 16 * 1024;

interface Cached {
  readonly item: RecordItem;
  readonly length: number;
}

/**
 * Items as they were read last, those that nobody asked for longest ago dropped first: every request reads the session,
 * the account and the drive that the one before has read. An item that has not been written since is the same object,
 * frozen, since all who read it share it. Knows nothing of expiry.
 */
export class RowCache {
  readonly #items = new Map<string, Cached>();
  #length = 0;

  get(pk: string, sk: string): RecordItem | undefined {
    const key = keyOf(pk, sk);
    const cached = this.#items.get(key);
    if (!cached) return undefined;
    // A map keeps the order of insertion: what was asked for just now goes to its end.
    this.#items.delete(key);
    this.#items.set(key, cached);
    return cached.item;
  }

  /** `length`: of its value as JSON. */
  keep(item: RecordItem, length: number): void {
    if (length > MAX_VALUE_LENGTH) return;
    this.forget(item.pk, item.sk);
    this.#items.set(keyOf(item.pk, item.sk), { item: frozen(item), length });
    this.#length += length;
    for (const [key, oldest] of this.#items) {
      if (this.#length <= MAX_CACHED_LENGTH) break;
      this.#items.delete(key);
      this.#length -= oldest.length;
    }
  }

  forget(pk: string, sk: string): void {
    const key = keyOf(pk, sk);
    const cached = this.#items.get(key);
    if (!cached) return;
    this.#items.delete(key);
    this.#length -= cached.length;
  }

  clear(): void {
    this.#items.clear();
    this.#length = 0;
  }
}

/** A newline cannot stand in a key, so that no two different pairs meet. */
function keyOf(pk: string, sk: string): string {
  return `${pk}\n${sk}`;
}

function frozen(item: RecordItem): RecordItem {
  freezeDeep(item.value);
  return Object.freeze(item);
}

function freezeDeep(value: JsonValue): void {
  if (typeof value !== 'object' || value === null) return;
  for (const inner of Object.values(value)) freezeDeep(inner);
  Object.freeze(value);
}
