import { createHash, randomBytes } from 'node:crypto';
import { timestamp } from '../../base/clock.ts';
import { isId, newId } from '../../base/ids.ts';
import type { RecordItem, RecordOperation } from '../../storage/index.ts';
import type { AccountDeps } from '../account-deps.ts';
import { accountEvent } from '../audit-events.ts';
import { readAccount, rowIsSealed, sealRow } from '../account-rows.ts';
import { accountErrors } from '../errors.ts';
import { emailKey, keys, type InviteIndexRow, type InviteRow } from '../records.ts';
import type { Role, Session } from '../session.ts';
import { checkedEmail } from './person-fields.ts';

/**
 * An invitation is `hfi_` + base64url(32 random bytes): whoever holds it may sign up once. Its row is found by a hash,
 * so that the records alone admit nobody, and carries a MAC, so that writing them does not either.
 */
const INVITATION = /^hfi_[A-Za-z0-9_-]{43}$/;

/** What each role may invite others into. Guests invite nobody. */
const MAY_INVITE: Readonly<Record<Role, readonly Role[]>> = {
  admin: ['admin', 'member', 'guest'],
  member: ['member', 'guest'],
  guest: [],
};

type Deps = Pick<AccountDeps, 'records' | 'workspaceKey' | 'clock' | 'settings' | 'audit'>;

export type NewInvite = {
  /** Default `member`. */
  readonly role?: Role | undefined;
  /** The only address that may use it. */
  readonly email?: string | undefined;
  /** At most the setting `inviteLifetimeMs`, which is also the default. */
  readonly lifetimeMs?: number | undefined;
};

export type InviteView = {
  readonly inviteId: string;
  readonly role: Role;
  readonly email: string | null;
  readonly madeBy: string;
  readonly createdTime: string;
  readonly expiresTime: string;
};

/** `invitation` is the secret: shown once and kept nowhere. */
export type MadeInvite = InviteView & { readonly invitation: string };

/** Throws `invite_role_refused`, `email_invalid`, `invites_too_many`. */
export async function makeInvite(session: Session, wanted: NewInvite, deps: Deps): Promise<MadeInvite> {
  const attempted = 'Make an invitation';
  const role = wanted.role ?? 'member';
  if (!MAY_INVITE[session.role].includes(role)) throw accountErrors('invite_role_refused', { attempted });
  const email = wanted.email === undefined ? null : checkedEmail(wanted.email);
  const own = keys.inviteOf(session.accountId, '');
  const limit = deps.settings.invitesPerAccount;
  const open = await deps.records.query(own.pk, { prefix: own.sk, limit });
  if (open.items.length >= limit) throw accountErrors('invites_too_many', { attempted, detail: `there are ${limit}` });

  const invitation = `hfi_${randomBytes(32).toString('base64url')}`;
  const hash = hashOf(invitation);
  const inviteId = newId();
  const now = deps.clock();
  const longest = deps.settings.inviteLifetimeMs;
  const expiresAtMs = now + Math.min(wanted.lifetimeMs ?? longest, longest);
  const facts: InviteView = {
    inviteId,
    role,
    email,
    madeBy: session.accountId,
    createdTime: timestamp(now),
    expiresTime: timestamp(expiresAtMs),
  };
  const row: InviteRow = sealRow(deps.workspaceKey, 'invite', { hash }, facts);
  const index: InviteIndexRow = { hash, madeBy: session.accountId };
  await deps.records.transact([
    { op: 'put', ...keys.invite(hash), value: row, expiresAtMs, if: 'absent' },
    { op: 'put', ...keys.inviteIndex(inviteId), value: index, expiresAtMs },
    { op: 'put', ...keys.inviteOf(session.accountId, inviteId), value: index, expiresAtMs },
    ...deps.audit.operations(accountEvent('invite.made', session, { inviteId, role })),
  ]);
  return { ...facts, invitation };
}

/** Open invitations, newest first: an admin's list holds everybody's, anyone else's their own. */
export async function listInvites(
  session: Session,
  page: { readonly after?: string | undefined; readonly limit?: number | undefined },
  deps: Deps,
): Promise<{ readonly invites: InviteView[]; readonly next?: string }> {
  const all = session.role === 'admin';
  const { pk, sk } = all ? keys.inviteIndex('') : keys.inviteOf(session.accountId, '');
  const after = page.after === undefined ? {} : { after: `${sk}${page.after}` };
  const found = await deps.records.query<InviteIndexRow>(pk, {
    prefix: sk,
    reverse: true,
    limit: page.limit ?? 100,
    ...after,
  });
  const invites: InviteView[] = [];
  for (const { value } of found.items) {
    const item = await readInvite(value.hash, deps);
    if (!item) continue;
    const { mac: _, ...view } = item.value;
    invites.push(view);
  }
  return { invites, ...(found.next === undefined ? {} : { next: found.next.slice(sk.length) }) };
}

/** Whoever made it may take it back, and an admin may. Throws `invite_not_found`. */
export async function revokeInvite(session: Session, inviteId: string, deps: Deps): Promise<void> {
  const attempted = 'Revoke an invitation';
  const place = keys.inviteIndex(inviteId);
  const item = isId(inviteId) ? await deps.records.get<InviteIndexRow>(place.pk, place.sk) : null;
  const mine = item && (session.role === 'admin' || item.value.madeBy === session.accountId);
  if (!mine) throw accountErrors('invite_not_found', { attempted });
  const { hash, madeBy } = item.value;
  await deps.records.transact([
    ...removal({ inviteId, madeBy }, hash),
    ...deps.audit.operations(accountEvent('invite.revoked', session, { inviteId }, madeBy)),
  ]);
}

/** An invitation that still admits somebody. Throws `invite_invalid`. */
async function openInvite(invitation: string, deps: Deps, attempted: string) {
  const text = invitation.trim();
  const hash = hashOf(text);
  const item = INVITATION.test(text) ? await readInvite(hash, deps) : null;
  if (!item || Date.parse(item.value.expiresTime) <= deps.clock()) throw accountErrors('invite_invalid', { attempted });
  const { role, madeBy } = item.value;
  const maker = await readAccount(deps.records, deps.workspaceKey, madeBy);
  if (!maker || maker.row.state !== 'active' || !MAY_INVITE[maker.row.role].includes(role)) {
    throw accountErrors('invite_invalid', { attempted });
  }
  return { hash, item, maker };
}

/** Without using it up. Throws `invite_invalid`. */
export async function requireInvite(invitation: string, deps: Deps): Promise<void> {
  await openInvite(invitation, deps, 'Look at an invitation');
}

/**
 * Whom an invitation admits, with the operations that use it up, for the sign-up's own transaction. It is worth
 * nothing once whoever made it is disabled or could not make it any more.
 *
 * Throws `invite_invalid`, `invite_email_mismatch`.
 */
export async function useInvite(
  invitation: string,
  email: string,
  deps: Deps,
): Promise<{ readonly role: Role; readonly operations: RecordOperation[] }> {
  const attempted = 'Sign up with an invitation';
  const { hash, item, maker } = await openInvite(invitation, deps, attempted);
  const { role, madeBy } = item.value;
  if (item.value.email !== null && emailKey(item.value.email) !== emailKey(email)) {
    throw accountErrors('invite_email_mismatch', { attempted });
  }
  const [use, ...rest] = removal(item.value, hash);
  const guard: RecordOperation = { op: 'check', ...keys.account(madeBy), if: { revision: maker.revision } };
  return { role, operations: use ? [{ ...use, if: { revision: item.revision } }, guard, ...rest] : [] };
}

function removal({ inviteId, madeBy }: Pick<InviteRow, 'inviteId' | 'madeBy'>, hash: string) {
  return [keys.invite(hash), keys.inviteIndex(inviteId), keys.inviteOf(madeBy, inviteId)].map(
    (place) => ({ op: 'delete', ...place }) as const,
  );
}

async function readInvite(hash: string, { records, workspaceKey }: Deps): Promise<RecordItem<InviteRow> | null> {
  const { pk, sk } = keys.invite(hash);
  const item = await records.get<InviteRow>(pk, sk);
  return item && rowIsSealed(workspaceKey, 'invite', { hash }, item.value) ? item : null;
}

function hashOf(invitation: string): string {
  return createHash('sha256').update(invitation).digest('base64url');
}
