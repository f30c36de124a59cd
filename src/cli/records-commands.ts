import type { Command } from '../base/command.ts';
import { formatBytes } from '../base/quantities.ts';
import { visible } from '../base/visible-text.ts';

type RecordsBackup = { readonly file: string; readonly time: string; readonly bytes: number };

export const recordsCommands: readonly Command[] = [
  {
    path: ['admin', 'records', 'backup'],
    summary: 'Make a backup of the records now, beside the daily ones',
    description:
      'A whole, consistent copy of the database while the server runs, in a folder of the server. Copy it to another\nmachine from there; copying records.sqlite itself would miss what was stored last.',
    examples: [
      { run: 'holdfast admin records backup', does: 'Before an upgrade, say' },
      { run: 'holdfast admin records backup --json', does: 'For a script that fetches it' },
      { run: 'holdfast admin records backup --quiet && echo safe', does: 'In a script' },
    ],
    async run(context) {
      const made = await (await context.signedIn()).post<RecordsBackup>('/records/backups', {});
      context.terminal.show(made, () => [`Backed up ${formatBytes(made.bytes)} of records to ${visible(made.file)}`]);
    },
  },
];
