import type { CommandContext } from '../../../base/commands/command.ts';
import type { EntryList } from '../../wire.ts';
import { parseRemotePath, remoteText } from './remote-path.ts';
import { openRemoteTree } from './remote-tree.ts';

/** Names that one press of a key shows. */
const MOST = 200;

/**
 * The paths that the beginning of one may go on to, folders with a “/” at their end; of a folder with more than a
 * thousand entries, the first thousand by name. Throws what asking throws.
 */
export async function completePaths(context: CommandContext, start: string): Promise<string[]> {
  if (start === '') return ['/'];
  const slash = start.lastIndexOf('/') + 1;
  const [above, name] = [start.slice(0, slash), start.slice(slash).normalize('NFC')];
  const folder = parseRemotePath(above);
  const tree = await openRemoteTree(await context.signedIn(), folder);
  const { id, kind } = await tree.entry(folder.segments);
  if (kind !== 'folder') return [];
  const page = await tree.api.get<EntryList>(
    `/drives/${tree.drive.id}/folders/${id}/entries?sort=name&order=ascending&limit=1000`,
  );
  return page.entries
    .filter((entry) => entry.name.normalize('NFC').startsWith(name))
    .slice(0, MOST)
    .map((entry) => {
      const path = remoteText(folder.drive, [...folder.segments, entry.name]);
      return entry.kind === 'folder' ? `${path}/` : path;
    });
}
