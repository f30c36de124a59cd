/** Looks at a workspace the way a careful operator would, and says for everything that is not right what to do. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { workspaceKeyWarnings } from '../../accounts/index.ts';
import type { Clock } from '../../base/clock.ts';
import { kmsStatement } from '../../base/aws/kms-statement.ts';
import { count } from '../../base/text/quantities.ts';
import type { Config } from '../../config/index.ts';
import type { Notifications } from '../../notifications/index.ts';
import type { ObjectStore, RecordStore } from '../../storage/index.ts';
import { check, type DoctorCheck, fail, pass, type Verdict, warn } from './check.ts';
import { composeErrors } from '../errors.ts';
import { certificateChecks, type JudgedCertificate } from './certificate.ts';
import { channelChecks } from './notices.ts';
import { recordsChecks, type RecordsToExamine } from './records.ts';
import { bucketChecks, judgeLockSeen, lookAtBucket, triedAbilities } from './stores.ts';
import { freeDiskBytes } from '../free-disk.ts';
import { changedStores, type StoreName, storeTitles } from '../stores/known-stores.ts';
import { foldersOf, shareAPlace } from '../stores/one-store.ts';
import { ownerOf } from '../stores/workspace-marker.ts';

export type DoctorReport = { readonly checks: readonly DoctorCheck[] };

/** What of the second copies the doctor judges. */
export type CopiesStatus = {
  readonly waiting: number;
  /** Objects that no store has a good copy of. */
  readonly damaged: number;
  readonly stores: readonly { readonly lost: number; readonly isMissing: boolean }[];
  readonly overdue: number;
  readonly overdueAfterMs: number;
};

export interface DoctorParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly records: RecordStore;
  readonly examineTable: RecordsToExamine['examineTable'];
  readonly examineFile: RecordsToExamine['examineFile'];
  readonly primary: ObjectStore;
  readonly backup: ObjectStore;
  readonly workspaceId: string;
  readonly copies: () => Promise<CopiesStatus>;
  /** `null` for a server that is stopped. */
  readonly notifications: Pick<Notifications, 'channels'> | null;
  /** `null` for a server that is stopped or has no TLS of its own. */
  readonly certificate: JudgedCertificate | null;
}

/** Never rejects: what cannot be looked at is a failed check. Changes nothing. */
export async function runDoctor(parts: DoctorParts): Promise<DoctorReport> {
  const { config } = parts;
  const [objects, backup] = [lookAtBucket(config.objects, config), lookAtBucket(config.backup, config)];
  const checks = await Promise.all([
    check('node', async () => judgeNode(process.versions.node)),
    check('data_folder', () => judgeFolder(config.dataFolder)),
    check('workspace_key', () => judgeKey(config)),
    ...recordsChecks(parts),
    check('objects', () => judgeStore(parts, 'primary')),
    check('backup', () => judgeStore(parts, 'backup')),
    ...bucketChecks('objects', config.objects, objects),
    ...bucketChecks('backup', config.backup, backup),
    check('objects_lock', () => judgeLockSeen(objects, parts.primary.properties)),
    check('backup_lock', () =>
      judgeLockSeen(backup, parts.backup.properties, 'The store of the second copies', 'second copies'),
    ),
    check('separate_disks', () => judgeDisks(config)),
    check('copies', async () => judgeCopies(await parts.copies())),
    ...(await onePerDisk([config.dataFolder, ...foldersOf(config.objects, config.backup)])).map((folder) =>
      check('free_disk', () => judgeRoom(folder, config.settings.server.minFreeDiskBytes)),
    ),
    check('transport', async () => judgeTransport(config)),
    ...certificateChecks(parts.certificate, parts.clock),
  ]);
  const tried = [
    ...triedAbilities('objects', config.objects, parts.primary.properties),
    ...triedAbilities('backup', config.backup, parts.backup.properties),
  ];
  return { checks: [...checks, ...tried, ...(await channelChecks(parts.notifications))] };
}

function judgeNode(version: string): Verdict {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 24 || (major === 24 && minor >= 21)) return pass(`Node ${version} has what Holdfast needs.`);
  return fail(`Node ${version} is older than 24.21.`, 'Start Holdfast with `npm start` or ./holdfast after `npm ci`.');
}

async function judgeFolder(folder: string): Promise<Verdict> {
  const { mode } = await stat(folder);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    return warn('Other users of this machine may look into the data folder.', `Run: chmod 700 ${folder}`);
  }
  return pass('Only the user of the server may look into the data folder.');
}

async function judgeKey({ workspaceKey, records, dataFolder }: Config): Promise<Verdict> {
  if (workspaceKey.kind === 'kms')
    return await judgeKmsKey(workspaceKey.keyId, join(dataFolder, 'secrets', 'workspace.key'));
  const recordsFolder = records.kind === 'sqlite' ? dirname(records.file) : null;
  const warnings = await workspaceKeyWarnings({ keyFile: workspaceKey.file, recordsFolder });
  if (warnings.length === 0)
    return pass('The workspace key lies apart from the database and is readable by its user alone.');
  return warn(warnings.join(' '), 'Keep the key file away from the database and readable by its user alone.');
}

/** To unwrap it at a start, and to wrap it when it is made, rotated or moved. */
function keyPolicy(keyId: string): string {
  const Statement = [kmsStatement('HoldfastWorkspaceKey', ['kms:Encrypt', 'kms:Decrypt'], keyId)];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** That it opens, the server has shown by its start. */
async function judgeKmsKey(keyId: string, usualFile: string): Promise<Verdict> {
  if (!existsSync(usualFile)) {
    return pass(`The workspace key is wrapped by AWS KMS (${keyId}). The least it needs: ${keyPolicy(keyId)}`);
  }
  return warn(
    `The workspace key is wrapped by AWS KMS, and still lies in ${usualFile}.`,
    'Keep a copy of that file offline, then remove it from this machine.',
  );
}

async function judgeStore(parts: DoctorParts, name: StoreName): Promise<Verdict> {
  const { config, records, primary, backup, workspaceId } = parts;
  const what = `The store of the ${storeTitles[name]}`;
  const owner = await ownerOf(parts[name]);
  if (owner !== workspaceId) {
    const remedy =
      'Check HOLDFAST_OBJECTS and HOLDFAST_BACKUP, and that the disk is mounted; then start the server again.';
    const adopt = ` When what lay in it is lost, start once with --adopt-store ${name}: everything is copied into it again from the other store.`;
    return fail(
      `${what} ${owner === null ? 'holds no workspace' : 'belongs to another workspace'}.`,
      remedy + (owner === null ? adopt : ''),
    );
  }
  const changes = await changedStores({ records, config, stores: { primary, backup } });
  const change = changes.find((each) => each.name === name);
  if (!change) return pass(`${what} answers and belongs to this workspace.`);
  return fail(
    `${what} is ${change.to}, and the records belong to ${change.from}.`,
    composeErrors.entries.store_changed.remedy,
  );
}

async function judgeDisks({ objects: one, backup: other }: Config): Promise<Verdict> {
  if (await shareAPlace({ objects: one, backup: other })) {
    return fail(
      'Objects and second copies lie in one and the same folder: there is one copy of everything.',
      'Stop the server, give HOLDFAST_OBJECTS and HOLDFAST_BACKUP folders of their own, and start it with --adopt-store backup.',
    );
  }
  if (one.kind === 's3' && other.kind === 's3' && one.bucket === other.bucket && one.endpoint === other.endpoint) {
    return warn(
      'Objects and their second copies lie in one bucket: when it is deleted or locked away, both are lost.',
      'Give the second copies a bucket of its own, best in another account, Region or at another vendor: holdfast admin stores move backup URL.',
    );
  }
  if (one.kind === 's3' || other.kind === 's3') return pass('Objects and second copies lie in different stores.');
  const [objects, backup] = await Promise.all([stat(one.folder), stat(other.folder)]);
  if (objects.dev !== backup.dev) return pass('Objects and second copies lie on different disks.');
  return warn(
    'Objects and their second copies lie on one disk: when it breaks, both are lost.',
    'Move the second copies to another disk or into a bucket while the server runs: holdfast admin stores move backup URL.',
  );
}

function judgeCopies({ waiting, damaged, stores, overdue, overdueAfterMs }: CopiesStatus): Verdict {
  if (damaged > 0) {
    return fail(
      `${count(damaged, 'file version', 'file versions')} cannot be read from any store.`,
      'Put the stores back as they were, from a copy or a snapshot of their disks; what is good again is mended by itself.',
    );
  }
  if (stores.some(({ isMissing }) => isMissing)) {
    return fail(
      'A store no longer holds this workspace: what was in it counts as there and is not.',
      'See `holdfast backup status` for which, and what to do.',
    );
  }
  const lost = stores.reduce((sum, store) => sum + store.lost, 0);
  if (lost > 0) {
    return fail(
      `${count(lost, 'copy is', 'copies are')} missing or altered, and not mended yet from the other store.`,
      'Look at both disks, and see `holdfast backup status` until nothing is lost any more.',
    );
  }
  const minutes = Math.max(1, Math.round(overdueAfterMs / 60_000));
  if (overdue > 0) {
    return fail(
      `${count(overdue, 'copy has', 'copies have')} been waiting for more than ${count(minutes, 'minute')}.`,
      'See `holdfast backup status` for the store that fails and its error; the server must be running to copy.',
    );
  }
  if (waiting > 0) return pass(`${count(waiting, 'copy is', 'copies are')} on the way.`);
  return pass('Every version has both its copies.');
}

/** A full disk is told once, by the first of the folders on it. */
async function onePerDisk(folders: readonly string[]): Promise<string[]> {
  const byDisk = new Map<number | string, string>();
  for (const folder of folders) {
    const disk = await stat(folder).then(
      ({ dev }) => dev,
      () => folder,
    );
    if (!byDisk.has(disk)) byDisk.set(disk, folder);
  }
  return [...byDisk.values()];
}

async function judgeRoom(folder: string, minBytes: number): Promise<Verdict> {
  const free = await freeDiskBytes(folder);
  const shown = `${(free / 2 ** 30).toFixed(1)} GiB`;
  const remedy = 'Free some space, or move the data to a larger disk.';
  if (free < minBytes) return fail(`The disk of ${folder} is full: ${shown} left.`, remedy);
  if (free < minBytes * 8) return warn(`The disk of ${folder} is nearly full: ${shown} left.`, remedy);
  return pass(`There is room on the disk of ${folder}: ${shown} left.`);
}

function judgeTransport({ insecureHttp }: Config): Verdict {
  if (!insecureHttp) return pass('Passwords and files travel over TLS or stay on this machine.');
  return warn(
    'The server was told to serve without TLS off this machine: passwords and files can be read on the way.',
    'Give --tls-cert and --tls-key, or put a proxy with TLS in front, and leave --insecure-http out.',
  );
}
