import type { AccountProvisioner } from '../../accounts/index.ts';
import { encryptBytes, generateIdentity, parseRecipient, type Suite } from '../../age/index.ts';
import type { AuditTrail } from '../../base/audit-event.ts';
import type { Clock } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import { bytesBody, destroyObject, type ObjectStore, type RecordOperation } from '../../storage/index.ts';
import { driveFields, generationFields, memberFields, type RowMac } from './access.ts';
import { driveFacts } from './drive-facts.ts';
import { deriveGeneration, formatKeyring, sealName } from './drive-keys.ts';
import {
  keys,
  paths,
  type DriveRow,
  type FolderRow,
  type GenerationRow,
  type KeyringRow,
  type MemberRow,
  type PlaceRow,
} from '../records.ts';

export interface ProvisionDeps {
  readonly primary: ObjectStore;
  readonly backup: ObjectStore;
  readonly rowMac: RowMac;
  readonly clock: Clock;
  readonly audit: Pick<AuditTrail<RecordOperation>, 'operations'>;
  /** What the new drive's objects are encrypted with. */
  readonly suite: Suite;
}

/** Shown as the drive's name; the person may not have chosen one. */
const PERSONAL_DRIVE_NAME = 'Personal';

/**
 * Makes the personal drive of a new account. What lies in the stores is durable in both before the records are
 * returned; a sign-up that fails after that leaves a keyring that opens nothing anybody has.
 */
export function driveProvisioner(deps: ProvisionDeps): AccountProvisioner {
  return async (account) => {
    const { accountId } = account;
    const driveId = newId();
    const rootId = newId();
    const createdMs = deps.clock();
    const identity = generateIdentity(deps.suite);
    const generation = deriveGeneration(driveId, 1, identity);
    const recipient = identity.recipient.toString();
    const keyring = encryptBytes(Buffer.from(formatKeyring(driveId, [{ identity, createdMs }])), [
      parseRecipient(account.recipient),
    ]);

    const generationRow = { suite: deps.suite, recipient, createdMs };
    const facts = driveFacts(driveId, { kind: 'personal', createdMs }, [generationRow]);
    await putInBoth(deps, [
      { path: paths.drive(driveId), bytes: facts },
      { path: paths.keyring(driveId, accountId), bytes: keyring },
    ]);

    const drive = { kind: 'personal' as const, ownerId: accountId, rootId, createdMs };
    const member = { role: 'manager' as const, recipient: account.recipient };
    const root = { driveId, folderId: driveId, entryId: rootId, kind: 'folder' as const };
    const put = <
      Row extends DriveRow | MemberRow | KeyringRow | GenerationRow | FolderRow | PlaceRow | { role: string },
    >(
      key: { pk: string; sk: string },
      value: Row,
    ) => ({ op: 'put' as const, ...key, value, if: 'absent' as const });
    return [
      put(keys.drive(driveId), { ...drive, mac: deps.rowMac.mac('drive', driveFields(driveId, drive)) }),
      put(keys.member(driveId, accountId), {
        ...member,
        mac: deps.rowMac.mac('member', memberFields({ driveId, accountId }, member)),
      }),
      put(keys.keyring(driveId, accountId), { age: keyring.toString('base64') }),
      put(keys.generation(driveId, 1), {
        ...generationRow,
        mac: deps.rowMac.mac('generation', generationFields(driveId, 1, generationRow)),
      }),
      put(keys.driveOfAccount(accountId, driveId), { role: member.role }),
      put(keys.place(rootId), { driveId, folderId: driveId }),
      put(keys.entry(driveId, rootId), {
        kind: 'folder',
        driveId,
        createdMs,
        generation: 1,
        sealedName: sealName(generation, root, PERSONAL_DRIVE_NAME),
        lookupGeneration: 1,
      }),
      ...deps.audit.operations({
        act: 'drive.created',
        actorId: accountId,
        sessionId: null,
        subjectIds: [driveId],
        facts: { kind: drive.kind },
      }),
    ];
  };
}

/** All of the files in both stores, or (as far as the stores answer) none of them. */
async function putInBoth(
  stores: Pick<ProvisionDeps, 'primary' | 'backup'>,
  files: readonly { readonly path: string; readonly bytes: Buffer }[],
): Promise<void> {
  const done: (() => Promise<void>)[] = [];
  try {
    for (const store of [stores.primary, stores.backup]) {
      for (const { path, bytes } of files) {
        await store.put(path, bytesBody(bytes), { size: bytes.length, createOnly: true });
        done.push(() => destroyObject(store, path));
      }
    }
  } catch (error) {
    await Promise.allSettled(done.map((undo) => undo()));
    throw error;
  }
}
