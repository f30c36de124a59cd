import type { Clock } from '../../base/clock.ts';
import type { Listed } from './order.ts';

/**
 * Opened parts of folder indexes, kept for as long as a login session uses them. They go when the session ends, when
 * they have not been used for `idleMs`, and those used longest ago when all together take more than `maxBytes`.
 */
export interface IndexCache extends Disposable {
  get(session: Opener, id: string): Opened | undefined;
  set(session: Opener, id: string, opened: Opened): void;
  forgetSession(sessionId: string): void;
  forgetAccount(accountId: string): void;
  /** About. */
  readonly bytes: number;
}

/** A segment, which never changes; or what is known of the changes that are noted for a folder. */
export type Opened =
  | { readonly items: readonly Listed[] }
  | { readonly changed: ReadonlyMap<string, { readonly revision: string; readonly item: Listed | null }> };

type Opener = { readonly sessionId: string; readonly accountId: string };
type Cached = Opener & { readonly opened: Opened; readonly bytes: number; usedMs: number };

/** What V8 takes for an entry besides the letters of its name, which take one or two bytes each. */
const ITEM_BYTES = 200;

export function openIndexCache(options: {
  readonly clock: Clock;
  readonly idleMs: number;
  readonly maxBytes: number;
}): IndexCache {
  // In order of last use: a Map iterates in order of insertion, and every use inserts anew.
  const entries = new Map<string, Cached>();
  let bytes = 0;
  const idOf = ({ sessionId }: Opener, id: string): string => `${sessionId} ${id}`;
  const remove = (key: string, entry: Cached): void => {
    if (entries.delete(key)) bytes -= entry.bytes;
  };
  const removeWhere = (matches: (entry: Cached) => boolean): void => {
    for (const [key, entry] of entries) if (matches(entry)) remove(key, entry);
  };
  const isIdle = (entry: Cached): boolean => entry.usedMs <= options.clock() - options.idleMs;
  const timer = setInterval(() => removeWhere(isIdle), Math.max(1000, Math.min(60_000, options.idleMs / 4)));
  timer.unref();

  return {
    get(session, id) {
      const key = idOf(session, id);
      const entry = entries.get(key);
      if (!entry) return undefined;
      remove(key, entry);
      if (isIdle(entry)) return undefined;
      entry.usedMs = options.clock();
      entries.set(key, entry);
      bytes += entry.bytes;
      return entry.opened;
    },
    set({ sessionId, accountId }, id, opened) {
      const key = idOf({ sessionId, accountId }, id);
      const old = entries.get(key);
      if (old) remove(key, old);
      const entry = { sessionId, accountId, opened, bytes: bytesOf(opened), usedMs: options.clock() };
      entries.set(key, entry);
      bytes += entry.bytes;
      for (const [oldest, each] of entries) {
        if (bytes <= options.maxBytes) break;
        remove(oldest, each);
      }
    },
    forgetSession: (sessionId) => removeWhere((entry) => entry.sessionId === sessionId),
    forgetAccount: (accountId) => removeWhere((entry) => entry.accountId === accountId),
    get bytes() {
      return bytes;
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      entries.clear();
      bytes = 0;
    },
  };
}

function bytesOf(opened: Opened): number {
  if ('items' in opened) return opened.items.reduce((sum, { name }) => sum + ITEM_BYTES + 2 * name.length, 0);
  return [...opened.changed.values()].reduce((sum, { item }) => sum + ITEM_BYTES + 2 * (item?.name.length ?? 0), 0);
}
