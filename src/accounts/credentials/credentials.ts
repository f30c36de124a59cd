import { hkdfSync, randomBytes } from 'node:crypto';
import { decryptBytes, encryptBytes, generateIdentity, identityFromSeed, parseIdentityFile } from '../../age/index.ts';
import type { KeyIdentity } from '../../age/index.ts';
import { hasCode } from '../../base/errors.ts';
import { sealRow } from '../account-rows.ts';
import { accountErrors } from '../errors.ts';
import type { Argon2Job, Kdf } from './kdf.ts';
import type { KdfParameters, PasswordRow, RecoveryRow } from '../records.ts';
import type { AccountsSettings } from '../settings.ts';
import type { WorkspaceKey } from '../keys/workspace-key.ts';

export interface CredentialDeps {
  readonly kdf: Kdf;
  readonly workspaceKey: WorkspaceKey;
  readonly settings: Pick<AccountsSettings, 'kdfMemoryBytes' | 'kdfPasses'>;
}

/**
 * What opens an account: each credential is an age identity, and its row holds the account identity in an age file
 * that only this identity opens. Nothing here compares a password with anything: it opens the file or it does not.
 */

/** password -> NFC -> Argon2id with the pepper as secret -> HKDF-SHA256 -> seed of an age identity. */
async function passwordIdentity(
  password: string,
  parameters: KdfParameters,
  { kdf, workspaceKey, settings }: CredentialDeps,
): Promise<KeyIdentity> {
  const key = await kdf.argon2id({
    password: password.normalize('NFC'),
    salt: Buffer.from(parameters.salt, 'base64url'),
    pepper: workspaceKey.derive('password-pepper', parameters.pepperGeneration),
    memoryKiB: parameters.memoryKiB,
    passes: parameters.passes,
    parallelism: parameters.parallelism,
    filler: workMissing(parameters, settings),
  });
  const seed = Buffer.from(hkdfSync('sha256', key, '', 'holdfast/v1/password-identity', 32));
  return identityFromSeed('pq', seed);
}

/**
 * What a check at older, lower costs has to do besides, to take as long as one at today's: an unknown address is
 * checked at those, and would otherwise be told from a known one that has not logged in since they were raised.
 */
function workMissing({ memoryKiB, passes }: KdfParameters, settings: CredentialDeps['settings']): Argon2Job['filler'] {
  const missing = Math.floor(settings.kdfMemoryBytes / 1024 - (memoryKiB * passes) / settings.kdfPasses);
  return missing < LEAST_MEMORY_KIB ? undefined : { memoryKiB: missing, passes: settings.kdfPasses };
}

/** What Argon2 takes at least with one lane (RFC 9106 section 3.1). */
const LEAST_MEMORY_KIB = 8;

function parametersOfToday({ workspaceKey, settings }: CredentialDeps): KdfParameters {
  return {
    algorithm: 'argon2id',
    memoryKiB: Math.floor(settings.kdfMemoryBytes / 1024),
    passes: settings.kdfPasses,
    parallelism: 1,
    salt: randomBytes(16).toString('base64url'),
    pepperGeneration: workspaceKey.generation,
  };
}

/** True when a login should wrap the identity anew: costs were raised, or the workspace key has a newer generation. */
export function isWeakerThanToday(parameters: KdfParameters, deps: CredentialDeps): boolean {
  const today = parametersOfToday(deps);
  return (
    parameters.memoryKiB * parameters.passes < today.memoryKiB * today.passes ||
    parameters.pepperGeneration < today.pepperGeneration
  );
}

/** The row for a new password. */
export async function passwordRow(
  accountId: string,
  identity: KeyIdentity,
  password: string,
  changedTime: string,
  deps: CredentialDeps,
): Promise<PasswordRow> {
  const kdf = parametersOfToday(deps);
  const { recipient } = await passwordIdentity(password, kdf, deps);
  const wrap = encryptBytes(identityFile(accountId, identity), [recipient]).toString('base64');
  const fields = { kdf, recipient: recipient.toString(), wrap, changedTime };
  return sealRow(deps.workspaceKey, 'credential-password', { accountId }, fields);
}

/** The account identity, or `null` for a wrong password. */
export async function openWithPassword(
  row: PasswordRow,
  password: string,
  deps: CredentialDeps,
): Promise<KeyIdentity | null> {
  return openWrap(row.wrap, await passwordIdentity(password, row.kdf, deps));
}

/** A new recovery key and its row. The key is shown once and kept nowhere. */
export function newRecovery(
  accountId: string,
  identity: KeyIdentity,
  createdTime: string,
  workspaceKey: WorkspaceKey,
): { readonly recoveryKey: KeyIdentity; readonly row: RecoveryRow } {
  const recoveryKey = generateIdentity('pq');
  const recipient = recoveryKey.recipient.toString();
  const wrap = encryptBytes(identityFile(accountId, identity), [recoveryKey.recipient]).toString('base64');
  const fields = { recipient, wrap, createdTime, confirmedTime: null, usedTime: null };
  return { recoveryKey, row: sealRow(workspaceKey, 'credential-recovery', { accountId }, fields) };
}

/** The account identity, or `null` for a wrong key. */
export function openWithRecoveryKey(row: RecoveryRow, recoveryKey: KeyIdentity): KeyIdentity | null {
  return openWrap(row.wrap, recoveryKey);
}

export interface DummyCredentials {
  readonly password: PasswordRow;
  readonly recovery: RecoveryRow;
}

/** Credentials of nobody, made anew at every start: unknown addresses cost the work of known ones. */
export function dummyCredentials(deps: CredentialDeps): DummyCredentials {
  const identity = generateIdentity('pq');
  const { row: recovery } = newRecovery('nobody', identity, '', deps.workspaceKey);
  const { recipient, wrap } = recovery;
  return { recovery, password: { kdf: parametersOfToday(deps), recipient, wrap, changedTime: '', mac: '' } };
}

/** An age identity file: what the stock age tool takes with `-i`. */
export function identityFile(accountId: string, identity: KeyIdentity): Buffer {
  return Buffer.from(
    `# Holdfast account ${accountId}\n# recipient: ${identity.recipient.toString()}\n${identity.toString()}\n`,
  );
}

function openWrap(wrap: string, credential: KeyIdentity): KeyIdentity | null {
  try {
    const [identity] = parseIdentityFile(decryptBytes(Buffer.from(wrap, 'base64'), [credential]).toString('utf8'));
    return identity ?? null;
  } catch (error) {
    if (hasCode(error, 'age_no_identity_match')) return null;
    throw accountErrors('account_damaged', { attempted: 'Open the account identity', cause: error });
  }
}
