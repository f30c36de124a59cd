import { repeat } from '../../base/timing/repeat.ts';
import { HoldfastError } from '../../base/errors.ts';
import { acquireLease, type RecordItem, type RecordOperation } from '../../storage/index.ts';
import type { AccountDeps } from '../account-deps.ts';
import { keys, type AccountErrand } from '../records.ts';
import { republishKeys } from '../credentials/republish-keys.ts';
import { destroyAccount } from './destroy-account.ts';

const LEASE_MS = 60_000;
const PAGE = 20;

/** For the transaction of the act that leaves something to be done. */
export function putErrand(errand: AccountErrand): RecordOperation {
  return { op: 'put', ...keys.errand(errand), value: errand };
}

/** Carries one out, and then it is gone. Throws what stopped it; it stands then, and may be repeated. */
export async function runErrand(errand: AccountErrand, deps: AccountDeps): Promise<void> {
  await destroyAccount(errand, deps);
  await deps.records.transact([{ op: 'delete', ...keys.errand(errand) }]);
}

/** All that is due, the longest due first. What fails stays for the next time and holds up nothing else. */
export async function runDueErrands(deps: AccountDeps): Promise<void> {
  await republishAll(deps);
  for (let after: string | undefined; ;) {
    const page = await deps.records.query<AccountErrand>(keys.errands, {
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    });
    const due = page.items.filter(({ value }: RecordItem<AccountErrand>) => value.dueMs <= deps.clock());
    for (const { value } of due) {
      await runErrand(value, deps).catch((error: unknown) => {
        const code = error instanceof HoldfastError ? error.code : 'internal_error';
        deps.log.error({ accountId: value.accountId, code }, 'What is left of an account stayed; it is tried again');
      });
    }
    if (due.length < page.items.length || page.next === undefined) return;
    after = page.next;
  }
}

async function republishAll(deps: AccountDeps): Promise<void> {
  for (let after: string | undefined; ;) {
    const page = await deps.records.query(keys.republications, {
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    });
    for (const { sk: accountId } of page.items) {
      await republishKeys(accountId, deps).catch((error: unknown) => {
        const code = error instanceof HoldfastError ? error.code : 'internal_error';
        deps.log.error({ accountId, code }, 'Keys in the stores are not renewed yet; it is tried again');
      });
    }
    if (page.next === undefined) return;
    after = page.next;
  }
}

/**
 * Carries out what acts on accounts left to be done: at once after a start, then every `errandPollMs`, on one server at
 * a time. Dispose it before the stores.
 */
export function startAccountErrands(deps: AccountDeps, holder: string): AsyncDisposable {
  const turn = async (): Promise<void> => {
    try {
      await using lease = await acquireLease(deps.records, 'account-errands', {
        ttlMs: LEASE_MS,
        holder,
        clock: deps.clock,
      });
      if (lease) await runDueErrands(deps);
    } catch (error) {
      const code = error instanceof HoldfastError ? error.code : 'internal_error';
      deps.log.error({ code }, 'Errands of accounts could not be carried out; they are tried again');
    }
  };
  const first = turn();
  const later = repeat(deps.settings.errandPollMs, turn);
  return {
    async [Symbol.asyncDispose]() {
      await first;
      await later[Symbol.asyncDispose]();
    },
  };
}
