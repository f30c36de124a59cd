import { hasCode } from '../../base/errors.ts';
import { errorFacts } from '../../base/error-facts.ts';
import { placeOf } from '../../base/http/addresses.ts';
import type { RecordItem, RecordOperation } from '../../storage/index.ts';
import type { AccountDeps } from '../account-deps.ts';
import { accountErrors } from '../errors.ts';
import { emailKey, keys, type AttemptsRow } from '../records.ts';

/**
 * Counts failed attempts in the records, so that guessing slows down to a crawl whatever number of servers and restarts
 * there are. An attempt is counted before the password is tried and given back when it was right: a hundred guesses at
 * once are a hundred guesses.
 *
 * From a device that this account has logged in on before, only the device is counted: strangers who guess cannot lock
 * the owner out there. From elsewhere both the account and the place are, so that neither many guesses at one account
 * nor one at each of many are to be had.
 */
export interface Attempt {
  /** The password was right: failures before it are forgotten, except those of the place. */
  succeeded(): Promise<void>;
  /** It was not tried at all. */
  released(): Promise<void>;
}

export interface Counter {
  readonly kind: 'account' | 'device' | 'place' | 'session';
  readonly value: string;
  readonly limit: number;
}

type Deps = Pick<AccountDeps, 'records' | 'workspaceKey' | 'clock' | 'settings' | 'log'>;

/** What counts for a login. */
export function loginCounters(
  from: { readonly email: string; readonly address?: string | undefined; readonly deviceId: string | null },
  { settings }: Pick<Deps, 'settings'>,
): Counter[] {
  const limit = settings.loginFailureLimit;
  if (from.deviceId !== null) return [{ kind: 'device', value: from.deviceId, limit }];
  const account: Counter = { kind: 'account', value: emailKey(from.email), limit };
  if (from.address === undefined) return [account];
  return [account, { kind: 'place', value: placeOf(from.address), limit: settings.loginFailuresPerPlace }];
}

/** What counts when a session asks again for its password: nobody else can use up its attempts. */
export function sessionCounters(sessionId: string, { settings }: Pick<Deps, 'settings'>): Counter[] {
  return [{ kind: 'session', value: sessionId, limit: settings.loginFailureLimit }];
}

/** Others that change the same counters at this moment are given way to so many times. */
const MAX_TRIES = 20;

/** Throws `too_many_attempts` (`extra.retryAfterMs` says how long to wait), or `busy` when too many try at once. */
export async function beginAttempt(counters: readonly Counter[], deps: Deps): Promise<Attempt> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const found = await readAll(counters, deps);
    refuseSpent(found, deps);
    const operations = found.map(({ place, item }): RecordOperation => {
      const endsAtMs = item?.value.endsAtMs ?? deps.clock() + deps.settings.loginFailureWindowMs;
      const value: AttemptsRow = { count: (item?.value.count ?? 0) + 1, endsAtMs };
      return { op: 'put', ...place, value, expiresAtMs: endsAtMs, if: item ? { revision: item.revision } : 'absent' };
    });
    try {
      await deps.records.transact(operations);
      return attemptOf(counters, deps);
    } catch (error) {
      if (!hasCode(error, 'record_conflict')) throw error;
    }
  }
  throw accountErrors('busy', { extra: { retryAfterMs: 1_000 } });
}

function attemptOf(counters: readonly Counter[], deps: Deps): Attempt {
  const settle = async (forgets: (counter: Counter) => boolean): Promise<void> => {
    for (const counter of counters) {
      await giveBack(counter, forgets(counter), deps).catch((error: unknown) =>
        deps.log.warn({ kind: counter.kind, ...errorFacts(error) }, 'A counted attempt could not be given back'),
      );
    }
  };
  return {
    // A place is shared: who has an account there could otherwise wipe out what is counted of guesses at others.
    succeeded: () => settle(({ kind }) => kind !== 'place'),
    released: () => settle(() => false),
  };
}

async function giveBack(counter: Counter, forget: boolean, deps: Deps): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const [found] = await readAll([counter], deps);
    if (!found?.item) return;
    const { place, item } = found;
    const { count, endsAtMs } = item.value;
    const condition = { revision: item.revision };
    try {
      await deps.records.transact([
        forget || count <= 1
          ? { op: 'delete', ...place, if: condition }
          : { op: 'put', ...place, value: { count: count - 1, endsAtMs }, expiresAtMs: endsAtMs, if: condition },
      ]);
      return;
    } catch (error) {
      if (!hasCode(error, 'record_conflict')) throw error;
    }
  }
}

interface Found {
  readonly counter: Counter;
  readonly place: { readonly pk: string; readonly sk: string };
  readonly item: RecordItem<AttemptsRow> | null;
}

async function readAll(counters: readonly Counter[], { records, workspaceKey }: Deps): Promise<Found[]> {
  return await Promise.all(
    counters.map(async (counter) => {
      // Keyed: people type passwords where the address belongs, and nobody should find them by their hash.
      const place = keys.attempts(
        counter.kind,
        workspaceKey.mac('attempts', { of: counter.kind, value: counter.value }),
      );
      return { counter, place, item: await records.get<AttemptsRow>(place.pk, place.sk) };
    }),
  );
}

function refuseSpent(found: readonly Found[], { clock }: Deps): void {
  const spent = found.filter(({ counter, item }) => item !== null && item.value.count >= counter.limit);
  if (spent.length === 0) return;
  const retryAfterMs = Math.max(...spent.map(({ item }) => (item?.value.endsAtMs ?? 0) - clock()));
  const minutes = Math.ceil(retryAfterMs / 60_000);
  throw accountErrors('too_many_attempts', {
    remedy: `Wait ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, then try again. A device that was logged in before may still do.`,
    extra: { retryAfterMs },
  });
}
