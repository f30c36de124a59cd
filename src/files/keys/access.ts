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
  const { drive, role, generations, keyring, stamp } = await readMembership(deps, session, driveId);
  if (!ALLOWED[role].includes(need)) throw fileErrors('drive_read_only');

  const cached = deps.keyCache.get(session.sessionId, driveId, stamp);
  const opened = cached ?? driveKeys(driveId, openKeyring(session.identity, keyring, generations));
  if (!cached) deps.keyCache.set(session, driveId, stamp, opened);
  return { session, driveId, drive, role, keys: opened, generations };
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
  deps: Omit<AccessDeps, 'keyCache'>,
  accountId: string,
  driveId: string,
): Promise<MemberRow | null> {
  const at = keys.member(driveId, accountId);
  return genuineMember(deps, accountId, driveId, await deps.records.get<MemberRow>(at.pk, at.sk));
}

function genuineMember(
  { rowMac, log }: Omit<AccessDeps, 'keyCache'>,
  accountId: string,
  driveId: string,
  member: RecordItem<MemberRow> | null,
): MemberRow | null {
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
  return openKeyring(session.identity, keyring, generations).map((identity, index) => ({
    identity,
    createdMs: generations[index]?.createdMs ?? 0,
  }));
}

type Membership = {
  readonly drive: DriveRow;
  readonly role: DriveRole;
  readonly generations: readonly GenerationRow[];
  readonly keyring: KeyringRow;
  /** Another one when the keys may be others. */
  readonly stamp: string;
};

/**
 * Memberships that were found good, by the row of the member, each with all rows that it was read from. While nobody writes them, a
 * record store may give the same rows again, frozen in all their depth: what held of them holds.
 */
const goodMemberships = new WeakMap<
  object,
  { readonly rowMac: RowMac; readonly rows: readonly unknown[]; readonly membership: Membership }
>();

async function readMembership(deps: AccessDeps, session: Session, driveId: string): Promise<Membership> {
  if (!isId(driveId)) throw fileErrors('drive_not_found');
  const { accountId } = session;
  const at = keys.drive(driveId);
  const memberAt = keys.member(driveId, accountId);
  const keyringAt = keys.keyring(driveId, accountId);
  const [drive, member, keyring, generations] = await Promise.all([
    deps.records.get<DriveRow>(at.pk, at.sk),
    deps.records.get<MemberRow>(memberAt.pk, memberAt.sk),
    deps.records.get<KeyringRow>(keyringAt.pk, keyringAt.sk),
    deps.records.query<GenerationRow>(at.pk, { prefix: 'generation#', limit: 1000 }),
  ]);
  const rows = [drive, member, keyring, ...generations.items];
  const recipient = session.identity.recipient.toString();
  const known = member && goodMemberships.get(member);
  const isKnown =
    known?.rowMac === deps.rowMac &&
    member?.value.recipient === recipient &&
    known.rows.length === rows.length &&
    rows.every((row, index) => row === known.rows[index]);
  if (isKnown) return known.membership;

  const role = genuineMember(deps, accountId, driveId, member)?.role;
  if (!member || role === undefined) throw fileErrors('drive_not_found');
  const refuse = (what: string): never => {
    deps.log.error({ driveId, accountId, what }, 'a record of a drive is not the one written here');
    throw fileErrors('drive_damaged', { attempted: `Open drive ${driveId}` });
  };
  if (member.value.recipient !== recipient) refuse('member recipient');
  if (!drive || !deps.rowMac.verifyMac('drive', driveFields(driveId, drive.value), drive.value.mac)) {
    return refuse('drive');
  }
  if (!keyring) return refuse('keyring');
  for (const [index, { value }] of generations.items.entries()) {
    if (!deps.rowMac.verifyMac('generation', generationFields(driveId, index + 1, value), value.mac)) {
      refuse(`generation ${index + 1}`);
    }
  }
  const membership: Membership = {
    drive: drive.value,
    role,
    generations: generations.items.map(({ value }) => value),
    keyring: keyring.value,
    stamp: [keyring, ...generations.items].map(({ revision }) => revision).join(' '),
  };
  if (rows.every(Object.isFrozen)) goodMemberships.set(member, { rowMac: deps.rowMac, rows, membership });
  return membership;
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
