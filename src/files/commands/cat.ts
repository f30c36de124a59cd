import type { Command } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { fileErrors } from '../errors.ts';
import type { FileView } from '../wire.ts';
import { contentOf, readContent } from './transfer/download.ts';
import { findVersion } from './remote/find-version.ts';
import { parseRemotePath, remoteText } from './remote/remote-path.ts';
import { openRemoteTree, type RemoteTree } from './remote/remote-tree.ts';

export const cat: Command = {
  path: ['cat'],
  summary: 'Write the content of files to standard output',
  description:
    'Several files follow each other without a break. Every byte is proven before it is written; a file that\nturns out to be damaged ends in an error and never as if it were whole.',
  examples: [
    { run: 'holdfast cat /notes.md', does: 'Read a note' },
    { run: 'holdfast cat /backup/db.sql.gz | gunzip | psql', does: 'Into another program' },
    { run: 'holdfast cat /notes.md --version 0190f5d2-…', does: 'As it was (see holdfast versions)' },
  ],
  arguments: [{ name: 'REMOTE', about: 'Files in Holdfast', many: true }],
  options: [{ name: 'version', value: 'ID', about: 'This version of the one file that is named' }],
  async run(context, input) {
    const version = input.text('version');
    const paths = input.args.map(parseRemotePath);
    if (context.terminal.json) {
      throw commandErrors('usage_invalid', { detail: 'cat writes the content itself and has no --json' });
    }
    if (version !== undefined && paths.length > 1) {
      throw commandErrors('usage_invalid', { detail: '--version goes with one file' });
    }
    const api = await context.signedIn();
    const files: { tree: RemoteTree; file: FileView; shown: string }[] = [];
    for (const path of paths) {
      const tree = await openRemoteTree(api, path);
      const entry = await tree.named(path, 'Fetch');
      const shown = remoteText(path.drive, path.segments);
      if (entry.kind === 'folder') throw fileErrors('is_a_folder', { attempted: `Read ${shown}` });
      files.push({ tree, shown, file: version === undefined ? entry : await findVersion(tree, entry, version) });
    }
    for (const { tree, file, shown } of files) {
      await context.terminal.write(readContent(api, contentOf(tree.drive.id, file), shown, context.signal));
    }
  },
};
