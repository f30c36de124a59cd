import type { DriveRotation, Session } from '../../accounts/index.ts';
import { encryptBytes, generateIdentity, parseRecipient, type Suite } from '../../age/index.ts';
import {
  bytesBody,
  type ObjectStore,
  type RecordItem,
  type RecordOperation,
  type RecordStore,
} from '../../storage/index.ts';
import { fileErrors } from '../errors.ts';
import { keys, paths, type DriveRow, type GenerationRow, type KeyringRow, type MemberRow } from '../records.ts';
import { driveFields, generationFields, memberFields, openIdentities, type AccessDeps, type RowMac } from './access.ts';
import { driveFacts } from './drive-facts.ts';
import { formatKeyring } from './drive-keys.ts';

export interface RotateDrivesDeps extends AccessDeps {
  readonly clock: () => number;
  readonly suite: Suite;
}

/**
 * For an account that gets a new identity: its keyrings move to the new recipient, and its personal drive gets a new
 * generation, which writes from then on. Older objects keep the generation they were written with, whose identity stays
 * in the keyring. Changes nothing itself.
 */
export async function rotateDrives(
  deps: RotateDrivesDeps,
  session: Session,
  nextRecipient: string,
): Promise<DriveRotation> {
  const operations: RecordOperation[] = [];
  const transitional: { path: string; bytes: Buffer }[] = [];
  for (const driveId of await drivesOf(deps.records, session.accountId)) {
    const rotated = await rotateDrive(deps, session, driveId, nextRecipient);
    operations.push(...rotated.operations);
    transitional.push({ path: paths.keyring(driveId, session.accountId), bytes: rotated.forBoth });
  }
  return { operations, transitional };
}

async function rotateDrive(deps: RotateDrivesDeps, session: Session, driveId: string, nextRecipient: string) {
  const { accountId } = session;
  const { records, rowMac } = deps;
  // Checks every row on its way; what is read again below is held to the same revision by the transaction.
  const generations = await openIdentities(deps, session, driveId);
  const drive = await need<DriveRow>(records, keys.drive(driveId));
  const member = await need<MemberRow>(records, keys.member(driveId, accountId));
  const keyring = await need<KeyringRow>(records, keys.keyring(driveId, accountId));
  const operations: RecordOperation[] = [];
  if (drive.value.kind === 'personal' && drive.value.ownerId === accountId) {
    const identity = generateIdentity(deps.suite);
    const createdMs = deps.clock();
    const number = generations.length + 1;
    const row = { suite: deps.suite, recipient: identity.recipient.toString(), createdMs };
    const mac = rowMac.mac('generation', generationFields(driveId, number, row));
    generations.push({ identity, createdMs });
    operations.push({ op: 'put', ...keys.generation(driveId, number), value: { ...row, mac }, if: 'absent' });
  }
  const text = Buffer.from(formatKeyring(driveId, generations));
  const next = parseRecipient(nextRecipient);
  const moved = { role: member.value.role, recipient: nextRecipient };
  operations.push(
    {
      op: 'put',
      ...keys.member(driveId, accountId),
      value: { ...moved, mac: rowMac.mac('member', memberFields({ driveId, accountId }, moved)) },
      if: { revision: member.revision },
    },
    {
      op: 'put',
      ...keys.keyring(driveId, accountId),
      value: { age: encryptBytes(text, [next]).toString('base64') },
      if: { revision: keyring.revision },
    },
  );
  return { operations, forBoth: encryptBytes(text, [session.identity.recipient, next]) };
}

/**
 * Puts an account's keyrings into both stores as the records hold them, and what its drives are encrypted to. May be
 * repeated; throws what the stores throw.
 */
export async function republishDrives(
  deps: {
    readonly records: RecordStore;
    readonly primary: ObjectStore;
    readonly backup: ObjectStore;
    readonly rowMac: RowMac;
  },
  accountId: string,
): Promise<void> {
  const { records, rowMac } = deps;
  for (const driveId of await drivesOf(records, accountId)) {
    const drive = await need<DriveRow>(records, keys.drive(driveId));
    const keyring = await need<KeyringRow>(records, keys.keyring(driveId, accountId));
    const { items } = await records.query<GenerationRow>(`drive#${driveId}`, { prefix: 'generation#', limit: 1000 });
    const genuine =
      rowMac.verifyMac('drive', driveFields(driveId, drive.value), drive.value.mac) &&
      items.every(({ value }, index) =>
        rowMac.verifyMac('generation', generationFields(driveId, index + 1, value), value.mac),
      );
    if (!genuine) throw fileErrors('drive_damaged', { attempted: `Renew the keys of drive ${driveId}` });
    const facts = driveFacts(
      driveId,
      drive.value,
      items.map(({ value }) => value),
    );
    const bytes = Buffer.from(keyring.value.age, 'base64');
    for (const store of [deps.primary, deps.backup]) {
      await store.put(paths.keyring(driveId, accountId), bytesBody(bytes), { size: bytes.length });
      await store.put(paths.drive(driveId), bytesBody(facts), { size: facts.length });
    }
  }
}

async function drivesOf(records: RecordStore, accountId: string): Promise<string[]> {
  const prefix = 'drive#';
  const { items } = await records.query(`account#${accountId}`, { prefix, limit: 1000 });
  return items.map(({ sk }) => sk.slice(prefix.length));
}

async function need<Row extends DriveRow | MemberRow | KeyringRow>(
  records: RecordStore,
  { pk, sk }: { readonly pk: string; readonly sk: string },
): Promise<RecordItem<Row>> {
  const item = await records.get<Row>(pk, sk);
  if (!item) throw fileErrors('drive_damaged', { attempted: `Renew the keys of ${pk.replace('#', ' ')}` });
  return item;
}
