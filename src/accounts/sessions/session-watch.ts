import type { Clock } from '../../base/clock.ts';
import { errorFacts } from '../../base/error-facts.ts';
import { HoldfastError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { repeat } from '../../base/timing/repeat.ts';
import { accountErrors } from '../errors.ts';
import type { Role } from '../session.ts';
import type { Credential } from './standing.ts';

/**
 * Keeps an eye on what outlives the moment it was allowed in: transfers, open sockets. A request is authenticated when
 * it comes; what goes on for hours after that is asked about again and again, and ended when the answer has changed.
 */
export interface SessionWatch extends AsyncDisposable {
  /**
   * Calls `onEnded` once, when the session is over or `alsoHolds`, given the role that its account has now, throws one
   * of our errors; then, and when the result is disposed, it is forgotten.
   */
  watch(credential: Credential, onEnded: OnEnded, alsoHolds?: AlsoHolds): Disposable;
  /** Looks at an account's sessions now: it is known that something about them changed. */
  look(accountId: string): void;
}

export type AlsoHolds = (role: Role) => Promise<void> | void;
export type OnEnded = (reason: HoldfastError) => void;

export interface SessionWatchDeps {
  /** See standingOf. */
  readonly standing: (of: Credential) => Promise<Role | null>;
  /** How often everything is asked about, at least; what cannot be asked about for three times as long is ended. */
  readonly everyMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** What is watched. There are thousands: each is one small object. */
class Entry implements Disposable {
  readonly credential: Credential;
  readonly onEnded: OnEnded;
  readonly alsoHolds: AlsoHolds | undefined;
  readonly #forget: (entry: Entry) => void;
  lastGoodMs: number;

  constructor(
    watched: Pick<Entry, 'credential' | 'onEnded' | 'alsoHolds' | 'lastGoodMs'>,
    forget: (entry: Entry) => void,
  ) {
    this.credential = watched.credential;
    this.onEnded = watched.onEnded;
    this.alsoHolds = watched.alsoHolds;
    this.lastGoodMs = watched.lastGoodMs;
    this.#forget = forget;
  }

  [Symbol.dispose](): void {
    this.#forget(this);
  }
}

export function openSessionWatch({ standing, everyMs, clock, log }: SessionWatchDeps): SessionWatch {
  const byAccount = new Map<string, Set<Entry>>();
  const looking = new Set<Promise<void>>();

  const forget = (entry: Entry): boolean => {
    const entries = byAccount.get(entry.credential.accountId);
    const known = entries?.delete(entry) ?? false;
    if (entries?.size === 0) byAccount.delete(entry.credential.accountId);
    return known;
  };
  const end = (entry: Entry, reason: HoldfastError): void => {
    if (forget(entry)) entry.onEnded(reason);
  };

  const examine = async (entry: Entry, role: Role | null): Promise<void> => {
    if (role === null) return end(entry, accountErrors('session_invalid'));
    await entry.alsoHolds?.(role);
    entry.lastGoodMs = clock();
  };

  const lookAt = async (accountId: string): Promise<void> => {
    // Several transfers of one session ask once.
    const roles = new Map<string, Promise<Role | null>>();
    for (const entry of [...(byAccount.get(accountId) ?? [])]) {
      const { sessionId } = entry.credential;
      try {
        const role = roles.get(sessionId) ?? standing(entry.credential);
        roles.set(sessionId, role);
        await examine(entry, await role);
      } catch (error) {
        const unknown = !(error instanceof HoldfastError) || error.status >= 500;
        if (!unknown) end(entry, error);
        else if (clock() - entry.lastGoodMs >= 3 * everyMs) {
          log.warn({ accountId, ...errorFacts(error) }, 'Something long was ended: its session could not be looked at');
          end(entry, accountErrors('session_invalid', { cause: error }));
        }
      }
    }
  };

  const rounds = repeat(everyMs, async () => {
    for (const accountId of [...byAccount.keys()]) await lookAt(accountId);
  });

  return {
    watch({ accountId, sessionId }, onEnded, alsoHolds) {
      // Just the ids: a session's opened key is not kept for as long as this lasts.
      const credential = { accountId, sessionId };
      const entry = new Entry({ credential, onEnded, alsoHolds, lastGoodMs: clock() }, forget);
      const entries = byAccount.get(accountId) ?? new Set();
      byAccount.set(accountId, entries.add(entry));
      return entry;
    },
    look(accountId) {
      const look = lookAt(accountId).finally(() => looking.delete(look));
      looking.add(look);
    },
    async [Symbol.asyncDispose]() {
      await rounds[Symbol.asyncDispose]();
      await Promise.all(looking);
      byAccount.clear();
    },
  };
}
