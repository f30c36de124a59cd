import { randomUUID } from 'node:crypto';
import type { Command } from '../../base/commands/command.ts';
import { count } from '../../base/text/quantities.ts';
import { quoted } from '../../base/text/visible.ts';
import type { CopiedView } from '../wire.ts';
import { inBatch, showBatch } from './batch.ts';
import { remoteMoves } from './remote/remote-target.ts';
import { withPatience } from './transfer/retry.ts';

export const cp: Command = {
  path: ['cp'],
  summary: 'Copy files and folders in Holdfast',
  description:
    'TARGET is a folder to go into when it ends in “/”, is a folder, or follows several paths; else it is the new path.\nA file is copied as it is now, without its older versions; a folder with all that lies in it, and it appears whole or\nnot at all. In one drive a copy takes no more space; into another drive everything is encrypted anew.',
  examples: [
    { run: 'holdfast cp /plan.txt /plan-2027.txt', does: 'One file beside itself' },
    { run: 'holdfast cp /template /projects/new', does: 'A folder with all that lies in it' },
    { run: 'holdfast cp /plan.txt "Team drive:/"', does: 'Into another drive' },
  ],
  usage: 'PATH... TARGET',
  arguments: [{ name: 'PATH', about: 'What to copy; the last one is TARGET', many: true }],
  options: [{ name: 'force', short: 'f', about: 'Onto a file: become its next version' }],
  async run(context, input) {
    const api = await context.signedIn();
    const { sources, tree, folder, name, pathOf } = await remoteMoves(api, input.args);
    const { signal, terminal } = context;
    const batch = await inBatch(sources, { verb: 'Copy', signal }, async ({ tree: own, entry, shown }) => {
      const request = {
        toDriveId: tree.drive.id,
        folderId: folder.id,
        name: name ?? entry.name,
        force: input.flag('force'),
      };
      // One key for all tries: a lost answer makes no second copy.
      const headers = { 'idempotency-key': randomUUID() };
      const path = `/drives/${own.drive.id}/entries/${entry.id}/copy`;
      const done = await withPatience(signal, () => api.post<CopiedView>(path, request, { headers, slow: true }));
      return { from: shown, to: pathOf(done.entry.name), outcome: done.outcome, entry: done.entry };
    });
    const lines = (): string[] => {
      const { done: copied } = batch;
      const [only] = copied;
      if (copied.length > 1 || !only) {
        return [`Copied ${count(copied.length, 'entry', 'entries')} to ${quoted(pathOf(''))}.`];
      }
      if (only.outcome === 'created') return [`Copied ${quoted(only.from)} to ${quoted(only.to)}.`];
      return [`${quoted(only.to)} has the content of ${quoted(only.from)} as its next version.`];
    };
    return showBatch(batch, { terminal, name: 'copied', lines });
  },
};
