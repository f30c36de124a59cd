/**
 * The records of accounts/.
 *
 * | pk | sk | holds |
 * |---|---|---|
 * | `workspace` | `key` | workspace id, fingerprint of each generation of the workspace key |
 * | `workspace` | `key-in-kms` | {@link WrappedRingRow}: the workspace key, wrapped by a key in AWS KMS |
 * | `workspace` | `setup-code` | keyed hash of the setup code, until it is used |
 * | `workspace` | `first-account` | id of the account that the setup code made |
 * | `workspace` | `organisation-recovery` | recipient of the recovery key of the organisation, if set-up chose one |
 * | `workspace` | `settings` | what `admin settings` changed |
 * | `invite#<hash of the invitation>` | `invite` | {@link InviteRow} |
 * | `invites` | invite id | all open invitations: hash and maker |
 * | `account#<id>` | `invite#<invite id>` | the hash under which an invitation of theirs lies |
 * | `accounts` | account id | the list of everybody, in order of creation |
 * | `account#<id>` | `account` | {@link AccountRow} |
 * | `account#<id>` | `credential#password` | {@link PasswordRow} |
 * | `account#<id>` | `credential#recovery` | {@link RecoveryRow} |
 * | `account#<id>` | `credential#organisation` | {@link OrganisationRow}, where set-up chose a recovery key for all |
 * | `account#<id>` | `session#<session id>` | the hash under which the session lies, for listing |
 * | `session#<hash of the token's id part>` | `session` | {@link SessionRow} |
 * | `account#<id>` | `app-password#<app password id>` | the hash under which it lies, for listing |
 * | `app-password#<hash of the token's id part>` | `app-password` | {@link AppPasswordRow} |
 * | `attempts#<kind>#<keyed hash>` | `attempts` | {@link AttemptsRow} |
 * | `email#<hash>` | `email` | account id: makes addresses unique |
 * | `handle#<handle>` | `handle` | account id: makes handles unique |
 * | `closed#<hash of the address>` | account id | {@link ClosedRow}: an account that was started anew |
 * | `errands#keys` | account id | accounts whose keys in the stores may not be what the records hold |
 * | `errands#accounts` | `<due ms>#<account id>` | {@link AccountErrand}: accounts to be destroyed |
 *
 * Rows that grant something end in a `mac` under the workspace key over all their other fields and their place.
 */
import { createHash } from 'node:crypto';
import type { AppPasswordScope, Role } from './session.ts';

export type AccountRow = {
  readonly name: string;
  /** As typed; compared by {@link emailKey}. */
  readonly email: string;
  readonly handle: string;
  readonly role: Role;
  readonly state: 'active' | 'disabled';
  /** The account identity's recipient (`age1pq1…`). */
  readonly recipient: string;
  /** Sessions made under an earlier epoch are over; a new password starts the next. */
  readonly sessionEpoch: number;
  /** App passwords made under an earlier epoch are over; recovery, disabling and a new account identity start the next. */
  readonly appPasswordEpoch?: number;
  readonly createdTime: string;
  /** Set when an admin started the account anew: only its recovery key opens it any more, for some days. */
  readonly closedTime?: string;
  readonly mac: string;
};

/** How a password becomes a key: kept beside the wrap, so that later versions may choose higher costs. */
export type KdfParameters = {
  readonly algorithm: 'argon2id';
  readonly memoryKiB: number;
  readonly passes: number;
  readonly parallelism: number;
  /** 16 bytes, base64url. */
  readonly salt: string;
  /** Generation of the workspace key whose pepper went in as Argon2's secret. */
  readonly pepperGeneration: number;
};

export type PasswordRow = {
  readonly kdf: KdfParameters;
  readonly recipient: string;
  /** Base64 of an age file: the account identity, encrypted to the recipient above. */
  readonly wrap: string;
  readonly changedTime: string;
  readonly mac: string;
};

export type RecoveryRow = {
  readonly recipient: string;
  readonly wrap: string;
  readonly createdTime: string;
  /** When the person said that the kit is kept; `null` until then. */
  readonly confirmedTime: string | null;
  /** When the recovery key last set a password; `null` if never. */
  readonly usedTime: string | null;
  readonly mac: string;
};

export type SessionRow = {
  readonly sessionId: string;
  readonly accountId: string;
  readonly device: string;
  readonly sessionEpoch: number;
  readonly createdTime: string;
  readonly lastUsedTime: string;
  /** Base64url: 12-byte nonce, then the account identity's seed under a key that only the token's secret part gives. */
  readonly sealed: string;
  readonly mac: string;
};

/** An open invitation: removed when it is used or revoked. */
export type InviteRow = {
  readonly inviteId: string;
  readonly role: Role;
  /** The only address that may use it, as typed; `null`: any. */
  readonly email: string | null;
  readonly madeBy: string;
  readonly createdTime: string;
  readonly expiresTime: string;
  readonly mac: string;
};

export type InviteIndexRow = { readonly hash: string; readonly madeBy: string };

export type AppPasswordRow = {
  readonly appPasswordId: string;
  readonly accountId: string;
  readonly label: string;
  readonly scope: AppPasswordScope;
  readonly appPasswordEpoch: number;
  readonly createdTime: string;
  /** `null` until it is used. */
  readonly lastUsedTime: string | null;
  /** The seed that the scope carries, under the token's secret part; `null` for a scope without a key. */
  readonly sealed: string | null;
  readonly mac: string;
};

/** The account identity, wrapped for the recovery key of the organisation; the same lies in the stores. */
export type OrganisationRow = { readonly recipient: string; readonly wrap: string; readonly mac: string };

/** `dueMs`: until when the recovery key opens it again. */
export type ClosedRow = { readonly dueMs: number };

/** An account whose keys, drives and rows are to be destroyed from `dueMs` on. Nobody can log in to it any more. */
export type AccountErrand = { readonly accountId: string; readonly dueMs: number };

/** Failed attempts of one account, device, place or session; the row expires with its window. */
export type AttemptsRow = { readonly count: number; readonly endsAtMs: number };

export type OwnerRow = { readonly accountId: string };
export type SessionIndexRow = { readonly hash: string };

export const keys = {
  errands: 'errands#accounts',
  republications: 'errands#keys',
  republication: (accountId: string) => ({ pk: 'errands#keys', sk: accountId }),
  organisationRecovery: { pk: 'workspace', sk: 'organisation-recovery' },
  errand: ({ accountId, dueMs }: AccountErrand) => ({
    pk: 'errands#accounts',
    sk: `${String(dueMs).padStart(15, '0')}#${accountId}`,
  }),
  closed: (email: string, accountId: string) => ({ pk: `closed#${emailKey(email)}`, sk: accountId }),
  workspaceKey: { pk: 'workspace', sk: 'key' },
  wrappedWorkspaceKey: { pk: 'workspace', sk: 'key-in-kms' },
  setupCode: { pk: 'workspace', sk: 'setup-code' },
  firstAccount: { pk: 'workspace', sk: 'first-account' },
  settings: { pk: 'workspace', sk: 'settings' },
  invite: (hash: string) => ({ pk: `invite#${hash}`, sk: 'invite' }),
  inviteIndex: (inviteId: string) => ({ pk: 'invites', sk: inviteId }),
  inviteOf: (accountId: string, inviteId: string) => ({ pk: `account#${accountId}`, sk: `invite#${inviteId}` }),
  person: (accountId: string) => ({ pk: 'accounts', sk: accountId }),
  account: (accountId: string) => ({ pk: `account#${accountId}`, sk: 'account' }),
  password: (accountId: string) => ({ pk: `account#${accountId}`, sk: 'credential#password' }),
  recovery: (accountId: string) => ({ pk: `account#${accountId}`, sk: 'credential#recovery' }),
  organisation: (accountId: string) => ({ pk: `account#${accountId}`, sk: 'credential#organisation' }),
  sessionIndex: (accountId: string, sessionId: string) => ({ pk: `account#${accountId}`, sk: `session#${sessionId}` }),
  session: (hash: string) => ({ pk: `session#${hash}`, sk: 'session' }),
  appPassword: (hash: string) => ({ pk: `app-password#${hash}`, sk: 'app-password' }),
  appPasswordIndex: (accountId: string, appPasswordId: string) => ({
    pk: `account#${accountId}`,
    sk: `app-password#${appPasswordId}`,
  }),
  attempts: (kind: string, hash: string) => ({ pk: `attempts#${kind}#${hash}`, sk: 'attempts' }),
  email: (email: string) => ({ pk: `email#${emailKey(email)}`, sk: 'email' }),
  handle: (handle: string) => ({ pk: `handle#${handle}`, sk: 'handle' }),
} as const;

/** Stands in for the id of an account that does not exist, so that looking for it costs the same reads. */
export const NOBODY = '00000000-0000-7000-8000-000000000000';

/** Addresses that differ in case, in surrounding space or in Unicode composition are one address. */
export function emailKey(email: string): string {
  return createHash('sha256').update(email.trim().normalize('NFC').toLowerCase().normalize('NFC')).digest('base64url');
}
