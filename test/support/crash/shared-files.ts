/** Files that everybody gives new versions at the same time: none that was acknowledged may be missing. */
import type { StoredView } from '../../../src/files/wire.ts';
import { named, octets, send, type Chooser, type Moments } from './act.ts';
import { bodyOf } from './drive/bodies.ts';
import { Refused, Unanswered, type DriveClient } from './drive/client.ts';
import type { FileState } from './drive/state.ts';

export interface SharedFile {
  readonly name: string;
  id: string;
  /** SHA-256 by version id. */
  readonly acknowledged: Map<string, string>;
  /** Of what was sent without an answer that told the id; `mustBe` when at least its status came. */
  readonly unknown: { readonly sha256: string; mustBe: boolean }[];
}

export async function newSharedFile(client: DriveClient, folderId: string, name: string): Promise<SharedFile> {
  const { bytes, sha256 } = bodyOf(name, 2000);
  const headers = { ...octets, ...named(name) };
  const path = `/drives/${client.driveId}/folders/${folderId}/files`;
  const stored = await client.call<StoredView>('POST', path, { body: new Uint8Array(bytes), headers });
  if (!stored) throw new Unanswered('Make a shared file');
  const acknowledged = new Map([[stored.entry.versionId, sha256]]);
  return { name, id: stored.entry.id, acknowledged, unknown: [] };
}

/** One new version, noted down as what it turned out to be. Throws what the client throws. */
export async function addSharedVersion(
  client: DriveClient,
  chooser: Chooser,
  file: SharedFile,
  moments: Moments,
): Promise<void> {
  const { bytes, sha256 } = bodyOf(chooser.newName(), chooser.random.whole(0, 90_000));
  const path = `/drives/${chooser.driveId}/files/${file.id}/content`;
  const upload = { bytes, inPieces: chooser.random.fraction() < 0.5 };
  const note = { sha256, mustBe: false };
  try {
    const reply = await send(client, { method: 'PUT', path, headers: octets, upload }, moments);
    note.mustBe = true;
    if (reply === null) file.unknown.push(note);
    else file.acknowledged.set((reply as StoredView).entry.versionId, sha256);
  } catch (error) {
    if (!(error instanceof Refused)) file.unknown.push(note);
    throw error;
  }
}

/** What is missing or should not be there; takes what is there as known from now on. */
export function settleSharedFile(file: SharedFile, actual: FileState): string[] {
  const found: string[] = [];
  const there = new Map(actual.versions.map(({ id, sha256 }) => [id ?? '', sha256]));
  for (const [versionId, sha256] of file.acknowledged) {
    if (there.get(versionId) !== sha256) found.push(`/shared/${file.name}: an acknowledged version is gone`);
    there.delete(versionId);
  }
  for (const [versionId, sha256] of there) {
    const index = file.unknown.findIndex((each) => each.sha256 === sha256);
    if (index < 0) found.push(`/shared/${file.name}: a version that nobody sent, or one that is there twice`);
    else file.unknown.splice(index, 1);
    file.acknowledged.set(versionId, sha256);
  }
  if (file.unknown.some(({ mustBe }) => mustBe)) found.push(`/shared/${file.name}: an acknowledged version is gone`);
  file.unknown.length = 0;
  return found;
}
