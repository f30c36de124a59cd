/**
 * What people chose for all rooms, held ready for what happens at each message: looking into everybody's choices then
 * would cost more than writing it.
 */
import { errorFacts } from '../../base/error-facts.ts';
import type { Log } from '../../base/log.ts';
import { remember } from '../../base/memory/remember.ts';
import type { ChatDeps } from '../chat-deps.ts';
import { topics } from '../records.ts';
import { type Preferences, readPreferences } from './preferences.ts';

export interface Choices extends Disposable {
  of(accountId: string): Promise<Preferences>;
  /** Another number whenever somebody may have chosen otherwise: what was put together before it is put together anew. */
  age(): number;
  /** Somebody chose otherwise: on this server, and by way of the others' ears on those. Their clients hear of it as well. */
  changed(accountId: string): void;
  /** Calls when this person may have chosen otherwise. */
  onChanged(accountId: string, listener: () => void): Disposable;
}

/** People of whom it is remembered. */
const KEPT_PEOPLE = 10_000;
/** Who chose otherwise on a server that was not heard counts from then on. */
const KEPT_MS = 10 * 60_000;

export function openChoices(deps: ChatDeps): Choices {
  const { pubSub, clock } = deps;
  const people = new Map<string, Preferences>();
  let age = 0;
  let forgetAtMs = clock() + KEPT_MS;

  const now = (): number => {
    if (clock() >= forgetAtMs) {
      people.clear();
      age += 1;
      forgetAtMs = clock() + KEPT_MS;
    }
    return age;
  };
  const forget = (accountId: string): void => {
    people.delete(accountId);
    age += 1;
  };
  const heard = pubSub.subscribe(topics.choices, ({ accountId }) => {
    if (typeof accountId === 'string') forget(accountId);
  });

  return {
    async of(accountId) {
      const asked = now();
      const known = people.get(accountId);
      if (known) return known;
      const found = await readPreferences(deps, accountId);
      // What was read before somebody chose otherwise is not remembered.
      if (now() === asked) remember(people, accountId, found, KEPT_PEOPLE);
      return found;
    },
    age: now,
    changed(accountId) {
      forget(accountId);
      pubSub.publish(topics.choices, { accountId });
      pubSub.publish(topics.person(accountId), { kind: 'preferences' });
    },
    onChanged: (accountId, listener) =>
      pubSub.subscribe(topics.person(accountId), ({ kind }) => {
        if (kind !== 'preferences') return;
        // Their own news may come before that for everybody.
        forget(accountId);
        listener();
      }),
    [Symbol.dispose]: () => heard[Symbol.dispose](),
  };
}

/**
 * Tells whom a person ignores, by account, once it is known and whenever they choose otherwise. What cannot be read is logged,
 * and what was told before, at first nobody, is told again.
 */
export function watchIgnored(
  { choices, log }: { readonly choices: Pick<Choices, 'of' | 'onChanged'>; readonly log: Log },
  accountId: string,
  listener: (ignored: readonly string[]) => void,
): Disposable {
  let looks = 0;
  let last: readonly string[] = [];
  const look = async (): Promise<void> => {
    looks += 1;
    const mine = looks;
    try {
      const { ignored } = await choices.of(accountId);
      if (mine === looks) last = ignored;
    } catch (error) {
      log.warn(errorFacts(error), 'Whom somebody ignores could not be read');
    }
    // The one that looked last is the one that counts.
    if (mine === looks) listener(last);
  };
  const changes = choices.onChanged(accountId, () => void look());
  void look();
  return {
    [Symbol.dispose]() {
      looks = Infinity;
      changes[Symbol.dispose]();
    },
  };
}
