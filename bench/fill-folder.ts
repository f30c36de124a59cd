/** Fills a folder with files as uploads make them, row by row; their content is nowhere, and nobody asks for it. */
import { randomBytes } from 'node:crypto';
import { newId } from '../src/base/ids.ts';
import { hashIn, locateFolder } from '../src/files/entries/entries.ts';
import { appear } from '../src/files/entries/places.ts';
import type { DriveAccess } from '../src/files/keys/access.ts';
import { sealName } from '../src/files/keys/drive-keys.ts';
import { sealVersion } from '../src/files/keys/version-secrets.ts';
import { type FileRow, keys } from '../src/files/records.ts';
import type { RecordOperation, RecordStore } from '../src/storage/index.ts';

/** Names in no order, as photographs and scans come: the worst for whoever keeps them sorted. */
export function nameOf(number: number): string {
  const scattered = (number * 7919) % 1_000_003;
  return `Scan ${scattered} – Überweisung ${number % 97}.pdf`;
}

export async function fillFolder(
  records: RecordStore,
  access: DriveAccess,
  folderId: string,
  files: number,
): Promise<void> {
  const to = await locateFolder(records, access, folderId);
  const generation = access.keys.newest;
  const operationsFor = (number: number): RecordOperation[] => {
    const entryId = newId();
    const place = { driveId: access.driveId, folderId, entryId, kind: 'file' as const };
    const name = nameOf(number);
    const head = sealVersion(
      generation,
      place,
      {
        versionId: newId(),
        atMs: Date.now(),
        authorId: access.session.accountId,
        size: number,
        restoredFrom: null,
        object: { objectId: newId(), size: 2000, sha256: '0'.repeat(64), headerBytes: 1627 },
      },
      {
        fileKey: randomBytes(16),
        sha256: '0'.repeat(64),
        mediaType: 'application/pdf',
        modifiedMs: 1_700_000_000_000 + number * 1000,
        device: 'bench',
        headerSha256: '0'.repeat(64),
      },
    );
    const sealedName = sealName(generation, place, name);
    const row: FileRow = {
      kind: 'file',
      driveId: access.driveId,
      createdMs: Date.now(),
      generation: generation.number,
      sealedName,
      head,
    };
    const copy = { state: 'verified' as const, atMs: Date.now() };
    const object = {
      driveId: access.driveId,
      generation: generation.number,
      facts: head.object,
      references: 1,
      copies: { primary: copy, backup: copy },
    };
    const shown = appear(to, entryId, hashIn(access, to, name), row).filter(({ op }) => op !== 'check');
    return [
      ...shown,
      { op: 'put', ...keys.version(entryId, head.versionId), value: head },
      { op: 'put', ...keys.object(head.object.objectId), value: object },
    ];
  };
  for (let number = 0; number < files;) {
    const batches: Promise<void>[] = [];
    for (let batch = 0; batch < 32 && number < files; batch++) {
      const operations: RecordOperation[] = [];
      for (let count = 0; count < 16 && number < files; count++) operations.push(...operationsFor(number++));
      batches.push(records.transact(operations));
    }
    await Promise.all(batches);
  }
}
