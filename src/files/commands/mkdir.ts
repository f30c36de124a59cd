import type { Command } from '../../base/commands/command.ts';
import { hasCode } from '../../base/errors.ts';
import { count } from '../../base/text/quantities.ts';
import { quoted } from '../../base/text/visible.ts';
import { fileErrors } from '../errors.ts';
import { parseRemotePath, remoteText } from './remote/remote-path.ts';
import { openRemoteTree, type RemoteTree } from './remote/remote-tree.ts';

export const mkdir: Command = {
  path: ['mkdir'],
  summary: 'Make folders',
  examples: [
    { run: 'holdfast mkdir /work', does: 'One folder' },
    { run: 'holdfast mkdir -p /work/2026/november', does: 'With the folders above it' },
    { run: 'holdfast mkdir /in /out', does: 'Two' },
  ],
  arguments: [{ name: 'PATH', about: 'The folder to make', many: true }],
  options: [
    { name: 'parents', short: 'p', about: 'Make missing folders above it; a folder that is there is no error' },
  ],
  async run(context, input) {
    const paths = input.args.map(parseRemotePath);
    const parents = input.flag('parents');
    const root = paths.find(({ segments }) => segments.length === 0);
    if (root && !parents) {
      const remedy = 'Name a folder below it: /work';
      throw fileErrors('name_taken', {
        attempted: `Make the folder ${remoteText(root.drive, [])}`,
        detail: 'it is the drive itself',
        remedy,
      });
    }
    const api = await context.signedIn();
    const made: { path: string; id: string }[] = [];
    for (const { drive, segments } of paths) {
      const tree = await openRemoteTree(api, { drive });
      for (const depth of parents ? segments.keys() : [segments.length - 1]) {
        const path = segments.slice(0, depth + 1);
        const id = await makeOne(tree, path, parents, remoteText(drive, path));
        if (id !== null) made.push({ path: remoteText(drive, path), id });
      }
    }
    context.terminal.show({ made }, () =>
      made.length === 1
        ? [`Made the folder ${quoted(made[0]?.path ?? '')}.`]
        : [made.length === 0 ? 'Every folder was there already.' : `Made ${count(made.length, 'folder')}.`],
    );
  },
};

/** The new folder's id; null when it was there and may be. */
async function makeOne(
  tree: RemoteTree,
  path: readonly string[],
  mayExist: boolean,
  shown: string,
): Promise<string | null> {
  const existing = mayExist ? await tree.find(path) : undefined;
  if (existing?.kind === 'file') throw fileErrors('not_a_folder', { attempted: `Make the folder ${shown}` });
  if (existing) return null;
  const parent = await tree.entry(path.slice(0, -1));
  if (parent.kind === 'file') throw fileErrors('not_a_folder', { attempted: `Make the folder ${shown}` });
  try {
    return (await tree.makeFolder(parent.id, path.at(-1) ?? '')).id;
  } catch (error) {
    // Made by somebody else a moment ago.
    if (mayExist && hasCode(error, 'name_taken') && (await tree.entry(path)).kind === 'folder') return null;
    throw error;
  }
}
