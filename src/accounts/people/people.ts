import { nextAppPasswordEpoch } from '../app-passwords/app-password-rows.ts';
import { removeEndedAppPasswords } from '../app-passwords/app-passwords.ts';
import { hasCode } from '../../base/errors.ts';
import { isId } from '../../base/ids.ts';
import type { RecordOperation } from '../../storage/index.ts';
import type { AccountDeps } from '../account-deps.ts';
import { accountEvent } from '../audit-events.ts';
import { readAccount, sealRow, type FoundAccount } from '../account-rows.ts';
import { accountView, type AccountView } from '../account-view.ts';
import { accountErrors } from '../errors.ts';
import { publishRing, retractRing, retractUnlessAdmin, sameRing } from '../keys/ring-copies.ts';
import { keys, type AccountRow } from '../records.ts';
import type { Role, Session } from '../session.ts';
import { removeSessionsExcept } from '../sessions/sessions.ts';

/** What an admin sees of everybody. */
export type PersonView = AccountView & { readonly state: AccountRow['state'] };

export type PeoplePage = {
  /** In order of sign-up. */
  readonly people: PersonView[];
  /** Accounts whose rows were changed behind the back of the server. */
  readonly damaged: string[];
  readonly next?: string;
};

export async function listPeople(
  page: { readonly after?: string | undefined; readonly limit?: number | undefined },
  deps: AccountDeps,
): Promise<PeoplePage> {
  const after = page.after === undefined ? {} : { after: page.after };
  const found = await deps.records.query(keys.person('').pk, { limit: page.limit ?? 100, ...after });
  const people: PersonView[] = [];
  const damaged: string[] = [];
  for (const { sk: accountId } of found.items) {
    const account = await readAccount(deps.records, deps.workspaceKey, accountId).catch((error: unknown) => {
      if (!hasCode(error, 'account_damaged')) throw error;
      damaged.push(accountId);
      return null;
    });
    if (account) people.push(personView(account));
  }
  return { people, damaged, ...(found.next === undefined ? {} : { next: found.next }) };
}

/**
 * Gives somebody another role, at once and for the sessions they have. A guest who becomes more gets a drive; who has
 * one does not become a guest. An admin's copy of the workspace key comes and goes with the role.
 *
 * Throws `person_not_found`, `last_admin`, `role_change_refused`, `account_changed`.
 */
export async function changeRole(
  session: Session,
  accountId: string,
  role: Role,
  deps: AccountDeps,
): Promise<PersonView> {
  const attempted = 'Change the role of a person';
  const account = await findPerson(accountId, attempted, deps);
  const before = account.row.role;
  if (before === role) return personView(account);
  if (role === 'guest') throw accountErrors('role_change_refused', { attempted });
  const guard = before === 'admin' ? await otherAdmin(session, account, attempted, deps) : [];

  const { name, handle, recipient } = account.row;
  const ring = role === 'admin' ? await sameRing(deps) : [];
  if (role === 'admin') await publishRing({ accountId, recipient }, deps);
  const drive = before === 'guest' ? await deps.newDrive({ accountId, name, handle, role, recipient }) : [];
  const noted = deps.audit.operations(
    accountEvent('account.role_changed', session, { from: before, to: role }, accountId),
  );
  const more = [...guard, ...ring, ...drive, ...noted];
  const changed = await writeAccount(account, { ...account.row, role }, more, attempted, deps).catch(
    async (error: unknown) => {
      // Nothing was written, for certain: the copy that was made for the new admin goes again.
      if (role === 'admin' && hasCode(error, 'account_changed')) await retractUnlessAdmin(accountId, deps);
      throw error;
    },
  );
  deps.onRoleChanged?.(accountId);
  if (before === 'admin') await retractRing(accountId, deps);
  return personView(changed);
}

/**
 * Ends everything a person can do here, at once: sessions, app passwords, open invitations. Nothing of theirs is
 * deleted, and enabling the account gives it back; they log in anew then.
 *
 * Throws `person_not_found`, `last_admin`, `account_changed`.
 */
export async function disablePerson(session: Session, accountId: string, deps: AccountDeps): Promise<PersonView> {
  const attempted = 'Disable an account';
  const account = await findPerson(accountId, attempted, deps);
  if (account.row.state === 'disabled') return personView(account);
  const guard = account.row.role === 'admin' ? await otherAdmin(session, account, attempted, deps) : [];
  const row = {
    ...account.row,
    state: 'disabled' as const,
    sessionEpoch: account.row.sessionEpoch + 1,
    ...nextAppPasswordEpoch(account.row),
  };
  const noted = deps.audit.operations(accountEvent('account.disabled', session, {}, accountId));
  const changed = await writeAccount(account, row, [...guard, ...noted], attempted, deps);
  deps.onSessionsEnded?.({ accountId, sessionId: null });
  await removeSessionsExcept(accountId, '', deps);
  await removeEndedAppPasswords(accountId, deps);
  return personView(changed);
}

/** Whether enabling this account makes a copy of the workspace key for it. Throws `person_not_found`. */
export async function getsRingWhenEnabled(accountId: string, deps: AccountDeps): Promise<boolean> {
  const { role, state } = (await findPerson(accountId, 'Enable an account', deps)).row;
  return role === 'admin' && state === 'disabled';
}

/** Throws `person_not_found`, `account_changed`. */
export async function enablePerson(session: Session, accountId: string, deps: AccountDeps): Promise<PersonView> {
  const attempted = 'Enable an account';
  const account = await findPerson(accountId, attempted, deps);
  if (account.row.state === 'active') return personView(account);
  const { role, recipient } = account.row;
  const ring = role === 'admin' ? await sameRing(deps) : [];
  // The workspace key may have been rotated meanwhile, when this admin was left out.
  if (role === 'admin') await publishRing({ accountId, recipient }, deps);
  const noted = deps.audit.operations(accountEvent('account.enabled', session, {}, accountId));
  const row = { ...account.row, state: 'active' as const };
  return personView(await writeAccount(account, row, [...ring, ...noted], attempted, deps));
}

/**
 * A condition under which there is another active admin afterwards: whoever acts on somebody else is that one; who acts
 * on themself needs a witness. Two admins who take the role from each other at once do not both succeed.
 */
export async function otherAdmin(
  session: Session,
  account: FoundAccount,
  attempted: string,
  deps: AccountDeps,
): Promise<RecordOperation[]> {
  const witness = (found: FoundAccount): RecordOperation[] => [
    { op: 'check', ...keys.account(found.accountId), if: { revision: found.revision } },
  ];
  const isOther = (found: FoundAccount | null): found is FoundAccount =>
    found !== null &&
    found.accountId !== account.accountId &&
    found.row.role === 'admin' &&
    found.row.state === 'active';
  const actor = await readAccount(deps.records, deps.workspaceKey, session.accountId);
  if (isOther(actor)) return witness(actor);
  for (let after: string | undefined; ;) {
    const page = await deps.records.query(keys.person('').pk, {
      limit: 100,
      ...(after === undefined ? {} : { after }),
    });
    for (const { sk } of page.items) {
      const found = await readAccount(deps.records, deps.workspaceKey, sk).catch((error: unknown) => {
        if (!hasCode(error, 'account_damaged')) throw error;
        return null;
      });
      if (isOther(found)) return witness(found);
    }
    if (page.next === undefined) throw accountErrors('last_admin', { attempted });
    after = page.next;
  }
}

/** Throws `person_not_found`, for an account that was closed too. */
export async function findPerson(accountId: string, attempted: string, deps: AccountDeps): Promise<FoundAccount> {
  const account = isId(accountId) ? await readAccount(deps.records, deps.workspaceKey, accountId) : null;
  if (!account || account.row.closedTime) throw accountErrors('person_not_found', { attempted });
  return account;
}

async function writeAccount(
  account: FoundAccount,
  row: AccountRow,
  more: readonly RecordOperation[],
  attempted: string,
  deps: AccountDeps,
): Promise<FoundAccount> {
  const { accountId, revision } = account;
  const value = sealRow(deps.workspaceKey, 'account', { accountId }, row);
  await deps.records
    .transact([{ op: 'put', ...keys.account(accountId), value, if: { revision } }, ...more])
    .catch((error: unknown) => {
      throw hasCode(error, 'record_conflict') ? accountErrors('account_changed', { attempted, cause: error }) : error;
    });
  return { accountId, row: value, revision };
}

function personView(account: FoundAccount): PersonView {
  return { ...accountView(account), state: account.row.state };
}
