import { hasCode } from '../../base/errors.ts';
import { isId } from '../../base/ids.ts';
import type { AccountDeps } from '../account-deps.ts';
import { readAccount, type FoundAccount } from '../account-rows.ts';
import { emailKey, keys, type OwnerRow } from '../records.ts';
import type { Role } from '../session.ts';
import { isHandle } from './handle.ts';
import { listPeople } from './people.ts';

/** Somebody who may log in, and the key that what is meant for them is encrypted to. */
export type Recipient = {
  readonly accountId: string;
  /** `age1…` or `age1pq1…`. */
  readonly recipient: string;
  readonly email: string;
};

/** `null` for an account that is not there, is disabled, closed, or was changed behind our back. */
export async function recipientOf(accountId: string, deps: AccountDeps): Promise<Recipient | null> {
  const found = await readGenuine(accountId, deps);
  if (!found || found.row.state !== 'active' || found.row.closedTime) return null;
  const { recipient, email } = found.row;
  return { accountId, recipient, email };
}

async function readGenuine(accountId: string, deps: AccountDeps): Promise<FoundAccount | null> {
  if (!isId(accountId)) return null;
  try {
    return await readAccount(deps.records, deps.workspaceKey, accountId);
  } catch (error) {
    if (!hasCode(error, 'account_damaged')) throw error;
    deps.log.error({ accountId, code: error.code }, 'An account was changed behind our back, and is told nothing');
    return null;
  }
}

/** Somebody who may log in, as others see them. */
export type KnownPerson = {
  readonly accountId: string;
  readonly handle: string;
  readonly name: string;
  readonly role: Role;
};

/** `null` for an account that is not there, is disabled, closed, or was changed behind our back. */
export async function personOf(accountId: string, deps: AccountDeps): Promise<KnownPerson | null> {
  const found = await readGenuine(accountId, deps);
  if (!found || found.row.state !== 'active' || found.row.closedTime) return null;
  const { handle, name, role } = found.row;
  return { accountId, handle, name, role };
}

/** By a handle as people write it, with or without `@`, in any case; `null` as {@link personOf}. */
export async function personOfHandle(handle: string, deps: AccountDeps): Promise<KnownPerson | null> {
  const text = handle.trim().replace(/^@/, '').toLowerCase();
  if (!isHandle(text)) return null;
  const { pk, sk } = keys.handle(text);
  const owner = await deps.records.get<OwnerRow>(pk, sk);
  const person = owner && (await personOf(owner.value.accountId, deps));
  return person?.handle === text ? person : null;
}

/** By the address of their account, in any case; `null` as {@link personOf}. */
export async function personOfEmail(email: string, deps: AccountDeps): Promise<KnownPerson | null> {
  const { pk, sk } = keys.email(email);
  const owner = await deps.records.get<OwnerRow>(pk, sk);
  const recipient = owner && (await recipientOf(owner.value.accountId, deps));
  if (!recipient || emailKey(recipient.email) !== emailKey(email)) return null;
  return await personOf(recipient.accountId, deps);
}

/** Every admin who may log in. */
export async function adminRecipients(deps: AccountDeps): Promise<Recipient[]> {
  const admins: Recipient[] = [];
  for (let after: string | undefined; ;) {
    const page = await listPeople({ limit: 200, after }, deps);
    for (const { role, state, accountId, recipient, email } of page.people) {
      if (role === 'admin' && state === 'active') admins.push({ accountId, recipient, email });
    }
    if (page.next === undefined) return admins;
    after = page.next;
  }
}
