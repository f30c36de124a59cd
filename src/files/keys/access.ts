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

/**
 * Whether an account may still do this in a drive, without its keys: for what goes on after it was let in.
 * Throws as {@link openDrive} does.
 */
export async function mayStill(
  deps: Omit<AccessDeps, 'keyCache'>,
  accountId: string,
  driveId: string,
  need: Need,
): Promise<void> {
  const member = await memberOf(deps, accountId, driveId);
  if (!member) throw fileErrors('drive_not_found');
  if (!ALLOWED[member.role].includes(need)) throw fileErrors('drive_read_only');
}

/** The drives that an account may look into, at most a thousand, without their keys. */
export async function visibleDrives(deps: Omit<AccessDeps, 'keyCache'>, accountId: string): Promise<string[]> {
  const prefix = 'drive#';
  const { items } = await deps.records.query(`account#${accountId}`, { prefix, limit: 1000 });
  const drives = items.map(({ sk }) => sk.slice(prefix.length));
  const members = await Promise.all(drives.map((driveId) => memberOf(deps, accountId, driveId)));
  return drives.filter((_driveId, index) => members[index]);
}

/** `null` for whoever is no member, or is one only by what somebody else wrote into the database. */
async function memberOf(
  { records, rowMac, log }: Omit<AccessDeps, 'keyCache'>,
  accountId: string,
  driveId: string,
): Promise<MemberRow | null> {
  const at = keys.member(driveId, accountId);
  const member = await records.get<MemberRow>(at.pk, at.sk);
  if (!member) return null;
  const person = { driveId, accountId };
  if (rowMac.verifyMac('member', memberFields(person, member.value), member.value.mac)) return member.value;
  // Somebody wrote himself into the drive; to him it stays as if it were not there.
  log.error({ ...person }, 'a membership is not one that was granted here');
  return null;
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
  const at = keys.drive(driveId);
  const keyringAt = keys.keyring(driveId, session.accountId);
  const [drive, member, keyring, generations] = await Promise.all([
    deps.records.get<DriveRow>(at.pk, at.sk),
    memberOf(deps, session.accountId, driveId),
    deps.records.get<KeyringRow>(keyringAt.pk, keyringAt.sk),
    deps.records.query<GenerationRow>(at.pk, { prefix: 'generation#', limit: 1000 }),
  ]);
  if (!member) throw fileErrors('drive_not_found');

  const refuse = (what: string): never => {
    deps.log.error({ driveId, accountId: session.accountId, what }, 'a record of a drive is not the one written here');
    throw fileErrors('drive_damaged', { attempted: `Open drive ${driveId}` });
  };
  if (member.recipient !== session.identity.recipient.toString()) refuse('member recipient');
  if (!drive || !deps.rowMac.verifyMac('drive', driveFields(driveId, drive.value), drive.value.mac)) {
    return refuse('drive');
  }
  if (!keyring) return refuse('keyring');
  for (const [index, { value }] of generations.items.entries()) {
    if (!deps.rowMac.verifyMac('generation', generationFields(driveId, index + 1, value), value.mac)) {
      refuse(`generation ${index + 1}`);
    }
  }
  return { drive: drive.value, role: member.role, generations: generations.items, keyring };
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
