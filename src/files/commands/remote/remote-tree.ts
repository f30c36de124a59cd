import type { ApiClient } from '../../../base/commands/command.ts';
import { hasCode, HoldfastError } from '../../../base/errors.ts';
import type { ListQuery } from '../../listing/wire.ts';
import { fileErrors } from '../../errors.ts';
import type { DriveList, DriveView, EntryList, EntryView, FolderView } from '../../wire.ts';
import { remoteText, type RemotePath } from './remote-path.ts';
import { transferErrors } from '../transfer/transfer-errors.ts';

const PAGE = 1000;
/** Up to this many names in one folder are looked up one by one; more, and the folder is listed. */
const FEW = 8;

/** One drive as the verbs see it: paths in, entries out. */
export interface RemoteTree {
  readonly api: ApiClient;
  readonly drive: DriveView;
  /** Throws `entry_not_found`; `verb` tells what it was wanted for. */
  entry(segments: readonly string[], verb?: string): Promise<EntryView>;
  /** What a person named: with a “/” at its end it must be a folder. Throws `entry_not_found`, `not_a_folder`. */
  named(path: RemotePath, verb: string): Promise<EntryView>;
  find(segments: readonly string[]): Promise<EntryView | undefined>;
  /** All that is in a folder: in order of creation, or as the server sorts it. */
  list(folderId: string, sorted?: Pick<ListQuery, 'sort' | 'order'>): Promise<EntryView[]>;
  /** What a folder has of these names, by NFC name. */
  some(segments: readonly string[], folderId: string, names: readonly string[]): Promise<Map<string, EntryView>>;
  makeFolder(parentId: string, name: string): Promise<FolderView>;
}

/** Opens the drive that a path names. Throws `drive_unknown`. */
export async function openRemoteTree(api: ApiClient, path: Pick<RemotePath, 'drive'>): Promise<RemoteTree> {
  const { drives } = await api.get<DriveList>('/drives');
  const drive = drives.find((each) =>
    path.drive === null ? each.kind === 'personal' : each.name.normalize('NFC') === path.drive.normalize('NFC'),
  );
  if (!drive) {
    const names = drives.map(({ name }) => `“${name}:/”`).join(', ');
    throw transferErrors('drive_unknown', {
      attempted: `Open the drive of ${remoteText(path.drive, [])}`,
      ...(names && { remedy: `Your drives: ${names}` }),
    });
  }
  const at = `/drives/${drive.id}`;

  const tree: RemoteTree = {
    api,
    drive,
    async entry(segments, verb = 'Find') {
      if (segments.length === 0) return await api.get<EntryView>(`${at}/entries/root`);
      try {
        return await api.post<EntryView>(`${at}/lookup`, { path: `/${segments.join('/')}` });
      } catch (error) {
        throw whileTrying(`${verb} ${remoteText(path.drive, segments)}`, error);
      }
    },
    async named(wanted, verb) {
      const entry = await tree.entry(wanted.segments, verb);
      if (wanted.into && entry.kind === 'file') {
        throw fileErrors('not_a_folder', { attempted: `${verb} ${remoteText(wanted.drive, wanted.segments)}/` });
      }
      return entry;
    },
    async find(segments) {
      try {
        return await tree.entry(segments);
      } catch (error) {
        if (hasCode(error, 'entry_not_found', 'folder_not_found')) return undefined;
        throw error;
      }
    },
    async list(folderId, sorted = {}) {
      const all: EntryView[] = [];
      let after: string | undefined;
      do {
        const query = new URLSearchParams({
          limit: String(PAGE),
          ...sorted,
          ...(after !== undefined && { after }),
        });
        const page: EntryList = await api.get(`${at}/folders/${folderId}/entries?${query.toString()}`);
        all.push(...page.entries);
        after = page.next;
      } while (after !== undefined);
      return all;
    },
    async some(segments, folderId, names) {
      const found =
        names.length <= FEW
          ? await Promise.all(names.map(async (name) => await tree.find([...segments, name])))
          : await tree.list(folderId);
      return new Map(found.flatMap((entry) => (entry ? [[entry.name.normalize('NFC'), entry]] : [])));
    },
    async makeFolder(parentId, name) {
      return await api.post<FolderView>(`${at}/folders/${parentId}/folders`, { name });
    },
  };
  return tree;
}

/** The same error, with what the person wanted where the server could not know it. */
export function whileTrying(attempted: string, error: unknown): unknown {
  if (!(error instanceof HoldfastError) || error.attempted !== undefined) return error;
  const { detail, extra, cause } = error;
  return new HoldfastError(error.code, error, { attempted, extra, cause, ...(detail !== undefined && { detail }) });
}
