import { timestamp } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import { errorFacts } from '../../base/error-facts.ts';
import { isId, newId } from '../../base/ids.ts';
import type { AccountDeps } from '../account-deps.ts';
import { accountEvent } from '../audit-events.ts';
import { readAccount } from '../account-rows.ts';
import { verifyPassword, type PasswordChecks } from '../credentials/log-in.ts';
import { accountErrors } from '../errors.ts';
import { checkedLabel } from '../people/person-fields.ts';
import { keys, type AppPasswordRow, type SessionIndexRow } from '../records.ts';
import type { AppPasswordScope, Session } from '../session.ts';
import { sealSeed } from '../sessions/sealed-seed.ts';
import { deletions, epochOf, expiryOf, indexOf, isGood, placeOf, sealAppPassword } from './app-password-rows.ts';
import { newAppPasswordToken } from './app-password-token.ts';
import { carriedBy } from './carried-key.ts';

export type AppPasswordFacts = {
  readonly appPasswordId: string;
  readonly label: string;
  readonly scope: AppPasswordScope;
  readonly createdTime: string;
  readonly lastUsedTime: string | null;
  /** When it ends if it is not used. */
  readonly expiresTime: string;
};

/** `appPassword` is the secret: shown once and kept nowhere. */
export type MadeAppPassword = AppPasswordFacts & { readonly appPassword: string };

/**
 * Makes a password for one program, which can do what its scope says and can be taken back alone. Asks for the
 * person's password again, because it hands out a key.
 *
 * Throws `app_password_label_invalid`, `agent_password_admins_only`, `password_wrong`, `too_many_attempts`, `busy`, `app_passwords_too_many`,
 * `account_changed`.
 */
export async function makeAppPassword(
  session: Session,
  wanted: { readonly label: string; readonly scope: AppPasswordScope; readonly password: string },
  deps: AccountDeps,
  checks: PasswordChecks,
): Promise<MadeAppPassword> {
  const attempted = 'Make an app password';
  const label = checkedLabel(wanted.label);
  const { scope } = wanted;
  if (scope === 'agent' && session.role !== 'admin') throw accountErrors('agent_password_admins_only', { attempted });
  const account = await verifyPassword(session, wanted.password, deps, checks);
  const { accountId } = session;
  const limit = deps.settings.appPasswordsPerAccount;
  if ((await listAppPasswords(session, deps)).length >= limit) {
    throw accountErrors('app_passwords_too_many', { attempted, detail: `there are ${limit}` });
  }

  const token = newAppPasswordToken();
  const appPasswordId = newId();
  const identity = carriedBy(scope, session.identity);
  const row = sealAppPassword(
    {
      appPasswordId,
      accountId,
      label,
      scope,
      appPasswordEpoch: epochOf(account.row),
      createdTime: timestamp(deps.clock()),
      lastUsedTime: null,
      sealed:
        identity && sealSeed(identity.seed, token.secret, 'app-password', placeOf({ appPasswordId, accountId, scope })),
      mac: '',
    },
    token.hash,
    deps,
  );
  const index: SessionIndexRow = { hash: token.hash };
  const expiresAtMs = expiryOf(row, deps);
  await deps.records
    .transact([
      { op: 'put', ...keys.appPassword(token.hash), value: row, expiresAtMs, if: 'absent' },
      { op: 'put', ...keys.appPasswordIndex(accountId, appPasswordId), value: index, expiresAtMs, if: 'absent' },
      // Made beside a recovery it would outlive it.
      { op: 'check', ...keys.account(accountId), if: { revision: account.revision } },
      ...deps.audit.operations(accountEvent('app_password.made', session, { appPasswordId, scope })),
    ])
    .catch((error: unknown) => {
      throw hasCode(error, 'record_conflict') ? accountErrors('account_changed', { attempted, cause: error }) : error;
    });
  return { ...factsOf(row, deps), appPassword: token.text };
}

/** Those that are good for something, newest first. */
export async function listAppPasswords(
  session: Pick<Session, 'accountId'>,
  deps: AccountDeps,
): Promise<AppPasswordFacts[]> {
  const account = await readAccount(deps.records, deps.workspaceKey, session.accountId);
  const facts: AppPasswordFacts[] = [];
  for (const { hash } of await indexOf(session.accountId, deps)) {
    const place = keys.appPassword(hash);
    const row = (await deps.records.get<AppPasswordRow>(place.pk, place.sk))?.value;
    if (row && account && isGood(row, hash, account.row, deps)) facts.push(factsOf(row, deps));
  }
  return facts;
}

/** Ends it at once. Throws `app_password_not_found` for one that is not the person's. */
export async function revokeAppPassword(session: Session, appPasswordId: string, deps: AccountDeps): Promise<void> {
  const index = keys.appPasswordIndex(session.accountId, appPasswordId);
  const item = isId(appPasswordId) ? await deps.records.get<SessionIndexRow>(index.pk, index.sk) : null;
  if (!item) throw accountErrors('app_password_not_found', { attempted: 'Revoke an app password' });
  await deps.records.transact([
    ...deletions(session.accountId, appPasswordId, item.value.hash),
    ...deps.audit.operations(accountEvent('app_password.revoked', session, { appPasswordId })),
  ]);
  deps.onSessionsEnded?.({ accountId: session.accountId, sessionId: appPasswordId });
}

/** Removes rows that an earlier epoch left behind; they open nothing, so a failure only leaves litter that expires. */
export async function removeEndedAppPasswords(accountId: string, deps: AccountDeps): Promise<void> {
  try {
    const good = new Set((await listAppPasswords({ accountId }, deps)).map(({ appPasswordId }) => appPasswordId));
    for (const { appPasswordId, hash } of await indexOf(accountId, deps)) {
      if (!good.has(appPasswordId)) await deps.records.transact(deletions(accountId, appPasswordId, hash));
    }
  } catch (error) {
    deps.log.warn({ accountId, ...errorFacts(error) }, 'Rows of ended app passwords could not be removed');
  }
}

function factsOf(row: AppPasswordRow, deps: AccountDeps): AppPasswordFacts {
  const { appPasswordId, label, scope, createdTime, lastUsedTime } = row;
  return { appPasswordId, label, scope, createdTime, lastUsedTime, expiresTime: timestamp(expiryOf(row, deps)) };
}
