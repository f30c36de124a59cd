import type { Command } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { count, formatTime } from '../../base/text/quantities.ts';
import { quoted } from '../../base/text/visible.ts';
import type { EntryView } from '../wire.ts';
import { inBatch, showBatch } from './batch.ts';
import { confirmed } from './confirmed.ts';
import { parseRemotePath, remoteText } from './remote/remote-path.ts';
import { openRemoteTree, type RemoteTree } from './remote/remote-tree.ts';

export const rm: Command = {
  path: ['rm'],
  summary: 'Put files and folders into the trash',
  description:
    'They keep all their versions there and give their names up; see holdfast trash. With --purge they are removed for\ngood, from both stores, with all versions and all that lies in them: nobody can bring them back.',
  examples: [
    { run: 'holdfast rm /old.pdf', does: 'Into the trash' },
    { run: 'holdfast rm /drafts /notes.txt', does: 'A folder with all that lies in it, and a file' },
    { run: 'holdfast rm --purge --yes /secret.key', does: 'Gone for good, without asking' },
  ],
  arguments: [{ name: 'PATH', about: 'A file or folder in Holdfast', many: true }],
  options: [
    { name: 'purge', about: 'Remove for good instead' },
    { name: 'yes', short: 'y', about: 'Do not ask before removing for good' },
  ],
  async run(context, input) {
    const paths = input.args.map(parseRemotePath);
    const purge = input.flag('purge');
    if (paths.some(({ segments }) => segments.length === 0)) {
      throw commandErrors('usage_invalid', { detail: 'the drive itself cannot be thrown away' });
    }
    const api = await context.signedIn();
    const found: { tree: RemoteTree; entry: EntryView; shown: string }[] = [];
    for (const path of paths) {
      const tree = await openRemoteTree(api, path);
      found.push({ tree, entry: await tree.entry(path.segments), shown: remoteText(path.drive, path.segments) });
    }
    if (purge) {
      const inside = found.some(({ entry }) => entry.kind === 'folder') ? ', all that lies in it' : '';
      await confirmed(
        context,
        input.flag('yes'),
        `Remove ${named(found.map(({ shown }) => shown))}${inside} and all versions for good?`,
      );
    }
    const { signal, terminal } = context;
    const batch = await inBatch(found, { verb: 'Remove', signal }, async ({ tree, entry, shown }) => {
      const { purgeTime } = await api.post<EntryView>(`/drives/${tree.drive.id}/entries/${entry.id}/trash`);
      if (purge) await api.delete(`/drives/${tree.drive.id}/trash/${entry.id}`);
      return {
        path: shown,
        id: entry.id,
        purged: purge,
        ...(!purge && purgeTime !== undefined && { purgeTime }),
      };
    });
    const lines = (): string[] => {
      const { done: removed } = batch;
      const what = named(removed.map(({ path }) => path));
      if (purge) return [`Removed ${what} for good.`];
      const [{ path, purgeTime } = {}] = removed;
      const until = purgeTime === undefined ? '' : `, where it stays until ${formatTime(Date.parse(purgeTime))}`;
      return [`Put ${what} into the trash${until}.`, `Bring it back: holdfast trash restore ${path ?? ''}`];
    };
    return showBatch(batch, { terminal, name: 'removed', lines });
  },
};

function named(paths: readonly string[]): string {
  return paths.length === 1 ? quoted(paths[0] ?? '') : count(paths.length, 'entry', 'entries');
}
