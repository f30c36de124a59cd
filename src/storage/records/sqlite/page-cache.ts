import type { RecordItem } from '../record-store.ts';
import { frozen } from './row-cache.ts';

/** Of all pages together, as JSON in UTF-16 units. */
const MAX_CACHED_LENGTH = 2 ** 20;
/** Lists that every request goes through are short; a longer one would push out many of them. */
const MAX_PAGE_LENGTH = 8 * 1024;
/** What an entry takes beside its items, roughly: an empty page is not for nothing. */
const ENTRY_LENGTH = 256;

interface Page {
  readonly items: readonly RecordItem[];
  readonly length: number;
}

/**
 * Short lists as they were read last, each until something of its partition is written: every request reads the
 * generations of a drive, which change once in months. A list with something that expires is not kept, nor one that goes
 * on behind its page. Partitions that nobody asked for longest ago are dropped first. Items are frozen, since all share them.
 */
export class PageCache {
  readonly #partitions = new Map<string, Map<string, Page>>();
  #length = 0;

  /** `asked`: all that tells one query of a partition from another. */
  get(pk: string, asked: string): readonly RecordItem[] | undefined {
    const pages = this.#partitions.get(pk);
    const page = pages?.get(asked);
    if (!pages || !page) return undefined;
    // A map keeps the order of insertion: what was asked for just now goes to its end.
    this.#partitions.delete(pk);
    this.#partitions.set(pk, pages);
    return page.items;
  }

  /** A whole list, of values with `length` as JSON. */
  keep(pk: string, asked: string, items: readonly RecordItem[], length: number): void {
    if (length > MAX_PAGE_LENGTH || items.some(({ expiresAtMs }) => expiresAtMs !== undefined)) return;
    const pages = this.#partitions.get(pk) ?? new Map<string, Page>();
    this.#length += length + ENTRY_LENGTH - (pages.get(asked)?.length ?? 0);
    pages.set(asked, { items: items.map(frozen), length: length + ENTRY_LENGTH });
    this.#partitions.set(pk, pages);
    for (const oldest of this.#partitions.keys()) {
      if (this.#length <= MAX_CACHED_LENGTH) break;
      this.drop(oldest);
    }
  }

  /** Something in the partition is being written. */
  drop(pk: string): void {
    const pages = this.#partitions.get(pk);
    if (!pages) return;
    for (const { length } of pages.values()) this.#length -= length;
    this.#partitions.delete(pk);
  }

  clear(): void {
    this.#partitions.clear();
    this.#length = 0;
  }
}
