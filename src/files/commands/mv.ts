import type { Command } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { count } from '../../base/text/quantities.ts';
import { quoted } from '../../base/text/visible.ts';
import type { MovedView } from '../wire.ts';
import { inBatch, showBatch } from './batch.ts';
import { remoteMoves } from './remote/remote-target.ts';

export const mv: Command = {
  path: ['mv'],
  summary: 'Rename or move files and folders in Holdfast',
  description:
    'TARGET is a folder to go into when it ends in “/”, is a folder, or follows several paths; else it is the new path.\nA taken name is refused. With --force a file becomes the next version of the file there, whose history stays; what\nwas moved is then in the trash with its own.',
  examples: [
    { run: 'holdfast mv /draft.txt /plan.txt', does: 'Another name' },
    { run: 'holdfast mv /a.pdf /b.pdf /work/', does: 'Two files into a folder' },
    { run: 'holdfast mv --force /plan.new /plan.txt', does: 'As the next version of what is there' },
  ],
  usage: 'PATH... TARGET',
  arguments: [{ name: 'PATH', about: 'What goes; the last one is TARGET', many: true }],
  options: [{ name: 'force', short: 'f', about: 'Onto a file: become its next version' }],
  async run(context, input) {
    const api = await context.signedIn();
    const { sources, tree, folder, name, pathOf } = await remoteMoves(api, input.args);
    for (const source of sources) {
      if (source.tree.drive.id === tree.drive.id) continue;
      throw commandErrors('usage_invalid', {
        attempted: `Move ${quoted(source.shown)}`,
        detail: 'it lies in another drive',
        remedy: 'Copy it there, then throw it away here: holdfast cp, holdfast rm',
      });
    }
    const { signal, terminal } = context;
    const batch = await inBatch(sources, { verb: 'Move', signal }, async ({ entry, shown }) => {
      const { outcome, entry: now } = await api.post<MovedView>(`/drives/${tree.drive.id}/entries/${entry.id}/move`, {
        folderId: folder.id,
        name: name ?? entry.name,
        force: input.flag('force'),
      });
      return { from: shown, to: pathOf(now.name), outcome, entry: now };
    });
    const lines = (): string[] => {
      const { done: moved } = batch;
      const [only] = moved;
      if (moved.length > 1 || !only)
        return [`Moved ${count(moved.length, 'entry', 'entries')} to ${quoted(pathOf(''))}.`];
      if (only.outcome === 'moved') return [`Moved ${quoted(only.from)} to ${quoted(only.to)}.`];
      return [`${quoted(only.from)} is the next version of ${quoted(only.to)} now; itself it is in the trash.`];
    };
    return showBatch(batch, { terminal, name: 'moved', lines });
  },
};
