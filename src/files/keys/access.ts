import type { Session, WorkspaceKey } from '../../accounts/index.ts';
import { decryptBytes, type KeyIdentity } from '../../age/index.ts';
import { isId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { RecordItem, RecordStore } from '../../storage/index.ts';
import { driveKeys, parseKeyring, type DriveKeys } from './drive-keys.ts';
import { fileErrors } from '../errors.ts';
import type { KeyCache } from './key-cache.ts';
import {
  keys,
  type DriveRole,
  type DriveRow,
  type GenerationRow,
  type KeyringRow,
  type MemberRow,
} from '../records.ts';

/** Proof that this person may do this in this drive, with the keys to do it; every use case starts from one. */
export interface DriveAccess {
  readonly session: Session;
  readonly driveId: string;
  readonly drive: DriveRow;
  readonly role: DriveRole;
  readonly keys: DriveKeys;
  readonly generations: readonly GenerationRow[];
}

/** The part of the workspace key that tells our own rows from ones that somebody wrote into the database. */
export type RowMac = Pick<WorkspaceKey, 'mac' | 'verifyMac'>;

/** What the person wants to do: look, change, or say who else may. */
export type Need = 'view' | 'edit' | 'manage';

const ALLOWED: Readonly<Record<DriveRole, readonly Need[]>> = {
  viewer: ['view'],
  editor: ['view', 'edit'],
  manager: ['view', 'edit', 'manage'],
};

export interface AccessDeps {
  readonly records: RecordStore;
  readonly rowMac: RowMac;
  readonly keyCache: KeyCache;
  readonly log: Log;
}

/**
 * The one place that decides whether a person gets into a drive. Throws `drive_not_found` for whoever is not a member,
 * as if there were no such drive; `drive_read_only` for members who may not do this.
 */
export async function openDrive(deps: AccessDeps, session: Session, driveId: string, need: Need): Promise<DriveAccess> {
  const { drive, role, generations, keyring } = await readMembership(deps, session, driveId);
  if (!ALLOWED[role].includes(need)) throw fileErrors('drive_read_only');

  const stamp = [keyring.revision, ...generations.map((generation) => generation.revision)].join(' ');
  const rows = generations.map((generation) => generation.value);
  const cached = deps.keyCache.get(session.sessionId, driveId, stamp);
  const opened = cached ?? driveKeys(driveId, openKeyring(session.identity, keyring.value, rows));
  if (!cached) deps.keyCache.set(session, driveId, stamp, opened);
  return { session, driveId, drive, role, keys: opened, generations: rows };
}

/** The drive's identities themselves: for an export only, never cached. */
export async function openIdentities(
  deps: AccessDeps,
  session: Session,
  driveId: string,
): Promise<{ identity: KeyIdentity; createdMs: number }[]> {
  const { keyring, generations } = await readMembership(deps, session, driveId);
  const rows = generations.map((generation) => generation.value);
  return openKeyring(session.identity, keyring.value, rows).map((identity, index) => ({
    identity,
    createdMs: rows[index]?.createdMs ?? 0,
  }));
}

type Membership = {
  readonly drive: DriveRow;
  readonly role: DriveRole;
  readonly generations: readonly RecordItem<GenerationRow>[];
  readonly keyring: RecordItem<KeyringRow>;
};

async function readMembership(deps: AccessDeps, session: Session, driveId: string): Promise<Membership> {
  if (!isId(driveId)) throw fileErrors('drive_not_found');
  const at = { drive: keys.drive(driveId), member: keys.member(driveId, session.accountId) };
  const keyringAt = keys.keyring(driveId, session.accountId);
  const [drive, member, keyring, generations] = await Promise.all([
    deps.records.get<DriveRow>(at.drive.pk, at.drive.sk),
    deps.records.get<MemberRow>(at.member.pk, at.member.sk),
    deps.records.get<KeyringRow>(keyringAt.pk, keyringAt.sk),
    deps.records.query<GenerationRow>(at.drive.pk, { prefix: 'generation#', limit: 1000 }),
  ]);
  if (!member) throw fileErrors('drive_not_found');

  const refuse = (what: string): never => {
    deps.log.error({ driveId, accountId: session.accountId, what }, 'a record of a drive is not the one written here');
    throw fileErrors('drive_damaged', { attempted: `Open drive ${driveId}` });
  };
  const person = { driveId, accountId: session.accountId };
  if (!deps.rowMac.verifyMac('member', memberFields(person, member.value), member.value.mac)) {
    // Somebody wrote himself into the drive; to him it stays as if it were not there.
    deps.log.error({ ...person }, 'a membership is not one that was granted here');
    throw fileErrors('drive_not_found');
  }
  if (member.value.recipient !== session.identity.recipient.toString()) refuse('member recipient');
  if (!drive || !deps.rowMac.verifyMac('drive', driveFields(driveId, drive.value), drive.value.mac)) {
    return refuse('drive');
  }
  if (!keyring) return refuse('keyring');
  for (const [index, { value }] of generations.items.entries()) {
    if (!deps.rowMac.verifyMac('generation', generationFields(driveId, index + 1, value), value.mac)) {
      refuse(`generation ${index + 1}`);
    }
  }
  return { drive: drive.value, role: member.value.role, generations: generations.items, keyring };
}

/**
 * An age file proves nothing about who wrote it, so each identity is held against the recipient that stands, under
 * the workspace key's MAC, in the records: nobody can slip in a generation of his own for others to write under.
 */
function openKeyring(identity: KeyIdentity, keyring: KeyringRow, generations: readonly GenerationRow[]): KeyIdentity[] {
  const text = decryptBytes(Buffer.from(keyring.age, 'base64'), [identity]).toString();
  const identities = parseKeyring(text);
  const fits =
    identities.length === generations.length &&
    identities.every((each, index) => each.recipient.toString() === generations[index]?.recipient);
  if (!fits) throw fileErrors('drive_damaged', { detail: 'the keyring is not the one of this drive' });
  return identities;
}

/** What the MAC of a row covers; the kind of row stands beside it. */
export function memberFields(person: { driveId: string; accountId: string }, row: Omit<MemberRow, 'mac'>) {
  return { ...person, role: row.role, recipient: row.recipient };
}

export function driveFields(driveId: string, row: Omit<DriveRow, 'mac'>) {
  return { driveId, kind: row.kind, ownerId: row.ownerId, rootId: row.rootId, createdMs: row.createdMs };
}

export function generationFields(driveId: string, number: number, row: Omit<GenerationRow, 'mac'>) {
  return { driveId, number, suite: row.suite, recipient: row.recipient, createdMs: row.createdMs };
}
