import type { Clock } from '../../base/clock.ts';
import type { DriveKeys } from './drive-keys.ts';

/**
 * Opened drive keys, kept for as long as a login session uses them, so that not every request unwraps the keyring.
 *
 * Entries are forgotten `idleMs` after their last use, when `maxEntries` others were used later, or when their session
 * ends; the last use is known to a second. They are key objects, whose memory V8 frees; overwriting it by hand could
 * hit a request that still seals with it.
 */
export interface KeyCache extends Disposable {
  /** `null` unless opened by this session and from just this state of the records. */
  get(sessionId: string, driveId: string, stamp: string): DriveKeys | null;
  set(session: Opener, driveId: string, stamp: string, keys: DriveKeys): void;
  forgetSession(sessionId: string): void;
  /** For when all sessions of an account end at once. */
  forgetAccount(accountId: string): void;
  /** Drops what was not used for `idleMs`; a timer calls it. */
  sweep(): void;
  readonly size: number;
}

/** Whose opened keys they are. */
type Opener = { readonly sessionId: string; readonly accountId: string };

type Cached = Opener & { readonly stamp: string; readonly keys: DriveKeys; usedMs: number };

export function openKeyCache(options: {
  readonly clock: Clock;
  readonly idleMs: number;
  readonly maxEntries: number;
  /** Told of keys that are not kept any more. */
  readonly onForgotten?: (keys: DriveKeys) => void;
}): KeyCache {
  // In order of last use: a Map iterates in order of insertion, and a use inserts anew. Not each: a Map whose entries come and go
  // all the time is moved to a new table every few of them.
  const entries = new Map<string, Cached>();
  const noteEveryMs = Math.min(1000, options.idleMs / 64);
  const idOf = (sessionId: string, driveId: string): string => `${sessionId} ${driveId}`;

  const forget = (id: string, { keys }: Cached): void => {
    entries.delete(id);
    options.onForgotten?.(keys);
  };
  const sweep = (): void => {
    const before = options.clock() - options.idleMs;
    for (const [id, entry] of entries) {
      if (entry.usedMs > before) break;
      forget(id, entry);
    }
  };
  const timer = setInterval(sweep, Math.max(1000, Math.min(60_000, options.idleMs / 4)));
  timer.unref();

  return {
    get(sessionId, driveId, stamp) {
      const id = idOf(sessionId, driveId);
      const entry = entries.get(id);
      if (!entry) return null;
      const nowMs = options.clock();
      if (entry.stamp !== stamp || entry.usedMs <= nowMs - options.idleMs) {
        forget(id, entry);
        return null;
      }
      // A clock that was set back is followed at once.
      if (nowMs < entry.usedMs || nowMs - entry.usedMs >= noteEveryMs) {
        entry.usedMs = nowMs;
        entries.delete(id);
        entries.set(id, entry);
      }
      return entry.keys;
    },
    set({ sessionId, accountId }, driveId, stamp, keys) {
      const id = idOf(sessionId, driveId);
      const former = entries.get(id);
      if (former) forget(id, former);
      entries.set(id, { sessionId, accountId, stamp, keys, usedMs: options.clock() });
      for (const [oldest, entry] of entries) {
        if (entries.size <= options.maxEntries) break;
        forget(oldest, entry);
      }
    },
    forgetSession(sessionId) {
      for (const [id, entry] of entries) if (entry.sessionId === sessionId) forget(id, entry);
    },
    forgetAccount(accountId) {
      for (const [id, entry] of entries) if (entry.accountId === accountId) forget(id, entry);
    },
    sweep,
    get size() {
      return entries.size;
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      entries.clear();
    },
  };
}
