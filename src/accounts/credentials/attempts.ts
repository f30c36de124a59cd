import { createHash } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { accountErrors } from '../errors.ts';
import type { AccountsSettings } from '../settings.ts';

/** Counts failed attempts, so that guessing a password slows down to a crawl. */
export interface Attempts {
  /** Throws `too_many_attempts` while there were too many failures; `extra.retryAfterMs` says how long. */
  check(key: string): void;
  failed(key: string): void;
  succeeded(key: string): void;
}

/** A flood of made-up addresses must not grow the memory; forgetting the oldest only favours other attackers. */
const MAX_KEYS = 10_000;

export function countAttempts(
  settings: Pick<AccountsSettings, 'loginFailureLimit' | 'loginFailureWindowMs'>,
  clock: Clock,
): Attempts {
  const failures = new Map<string, { count: number; readonly endsAtMs: number }>();
  const current = (key: string): { count: number; readonly endsAtMs: number } | undefined => {
    const entry = failures.get(key);
    if (entry && entry.endsAtMs > clock()) return entry;
    failures.delete(key);
    return undefined;
  };
  return {
    check(key) {
      const entry = current(key);
      if (!entry || entry.count < settings.loginFailureLimit) return;
      const retryAfterMs = entry.endsAtMs - clock();
      const minutes = Math.ceil(retryAfterMs / 60_000);
      throw accountErrors('too_many_attempts', {
        remedy: `Wait ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, then try again.`,
        extra: { retryAfterMs },
      });
    },
    failed(key) {
      const entry = current(key);
      if (entry) {
        entry.count++;
        return;
      }
      const oldest = failures.size >= MAX_KEYS ? failures.keys().next().value : undefined;
      if (oldest !== undefined) failures.delete(oldest);
      failures.set(key, { count: 1, endsAtMs: clock() + settings.loginFailureWindowMs });
    },
    succeeded(key) {
      failures.delete(key);
    },
  };
}

/**
 * Counts per account and place: nobody can lock a person out from elsewhere, and whoever guesses needs many addresses.
 * An IPv6 place is its /64, which one subscriber has all of.
 */
export function attemptKey(account: string, address: string): string {
  return createHash('sha256')
    .update(JSON.stringify([account, placeOf(address)]))
    .digest('base64url');
}

function placeOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail ? tail.split(':') : [];
  const left = tail === undefined ? [] : Array.from({ length: 8 - groups.length - rest.length }, () => '0');
  return [...groups, ...left, ...rest]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, '').toLowerCase())
    .join(':');
}
