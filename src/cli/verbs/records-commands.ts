import { resolve } from 'node:path';
import type { Command } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { count, formatBytes } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import type { EntryFunctions } from '../entry-functions.ts';

type RecordsBackup = { readonly file: string; readonly time: string; readonly bytes: number };

/** A line of progress at most every so often. */
const TOLD_EVERY_MS = 2000;

export function recordsCommands(entry: EntryFunctions): readonly Command[] {
  return [backup, move(entry)];
}

const backup: Command = {
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
};

const move = (entry: EntryFunctions): Command => ({
  path: ['admin', 'records', 'move'],
  summary: 'Move the records of a stopped server into another engine or place',
  description:
    'Copies every record, then reads both sides and compares them. The source is only read. Broken off, it goes on when\nit is called again. Afterwards start the server with HOLDFAST_RECORDS set to the new place.',
  examples: [
    {
      run: 'holdfast admin records move --from file:///srv/holdfast/records.sqlite --to "dynamodb://holdfast?region=eu-central-1"',
      does: 'Into DynamoDB',
    },
    {
      run: 'holdfast admin records move --from "dynamodb://holdfast?region=eu-central-1" --to file:///srv/holdfast/records.sqlite',
      does: 'And back',
    },
    {
      run: 'holdfast admin records move --data /srv/holdfast --from file:///srv/holdfast/records.sqlite --to file:///mnt/new/records.sqlite',
      does: 'The server has another data folder than ./data',
    },
  ],
  options: [
    { name: 'from', value: 'URL', about: 'Where the records are' },
    { name: 'to', value: 'URL', about: 'Where they shall be; nothing may be there yet' },
    { name: 'data', value: 'DIR', about: 'Data folder of the stopped server (default ./data)' },
  ],
  async run(context, input) {
    const { terminal, workingFolder, signal } = context;
    const [from, to] = [input.text('from'), input.text('to')];
    if (from === undefined || to === undefined)
      throw commandErrors('usage_invalid', { detail: 'both --from and --to are needed' });
    let toldMs = 0;
    const onProgress = (step: string, records: number): void => {
      if (context.clock() - toldMs < TOLD_EVERY_MS) return;
      toldMs = context.clock();
      terminal.note(`${count(records, 'record', 'records')} ${step}`);
    };
    const dataFolder = resolve(workingFolder, input.text('data') ?? 'data');
    const moved = await entry.moveRecords({ from, to, dataFolder, signal, onProgress });
    terminal.show({ from, to, ...moved }, () => [
      `Moved ${count(moved.records, 'record', 'records')}, compared one by one (SHA-256 ${moved.digest.slice(0, 16)}…)`,
      `Start the server with HOLDFAST_RECORDS="${visible(to)}" from now on; the source was only read.`,
    ]);
  },
});
