import { fileErrors } from '../../errors.ts';
import type { EntryView, FileView, VersionList, VersionView } from '../../wire.ts';
import type { RemoteTree } from './remote-tree.ts';

/** So much of an id must be given to name it: its end, which is random (its start is the time). */
const SHORTEST = 6;

/** All versions of a file, newest first, page by page. */
export async function* versionsOf(tree: RemoteTree, entryId: string): AsyncGenerator<VersionView> {
  let after: string | undefined;
  do {
    const query = new URLSearchParams({ limit: '1000', ...(after !== undefined && { after }) });
    const path = `/drives/${tree.drive.id}/files/${entryId}/versions?${query.toString()}`;
    const page: VersionList = await tree.api.get(path);
    yield* page.versions;
    after = page.next;
  } while (after !== undefined);
}

/** The file as it was at a version, given by its id or by the end of it. Throws `version_not_found`, `is_a_folder`. */
export async function findVersion(tree: RemoteTree, entry: EntryView, wanted: string): Promise<FileView> {
  const attempted = `Find version ${wanted} of “${entry.name}”`;
  if (entry.kind === 'folder') throw fileErrors('is_a_folder', { attempted });
  const id = wanted.toLowerCase();
  const found: VersionView[] = [];
  for await (const version of versionsOf(tree, entry.id)) {
    if (version.versionId === id || (id.length >= SHORTEST && version.versionId.endsWith(id))) found.push(version);
    if (version.versionId === id) break;
  }
  const version = found.find(({ versionId }) => versionId === id) ?? found[0];
  if (!version || (found.length > 1 && version.versionId !== id)) {
    const remedy = 'List them: holdfast versions PATH. The whole id works, or its last six characters and more.';
    const detail = version ? 'several versions end like this' : undefined;
    throw fileErrors('version_not_found', { attempted, remedy, ...(detail !== undefined && { detail }) });
  }
  const { versionId, size, sha256, mediaType, modifiedTime, time, copies } = version;
  return { ...entry, versionId, size, sha256, mediaType, modifiedTime, versionTime: time, copies };
}
