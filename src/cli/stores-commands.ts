import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from '../base/command.ts';
import { commandErrors } from '../base/command-errors.ts';
import { checkLines, checksExitCode } from './check-lines.ts';
import type { EntryFunctions } from './entry-functions.ts';

export function storesCommands(entry: EntryFunctions): readonly Command[] {
  return [probe(entry)];
}

const probe = (entry: EntryFunctions): Command => ({
  path: ['admin', 'stores', 'probe'],
  summary: 'Try out what a bucket or folder can do, before anything depends on it',
  description:
    'Runs here, with the credentials that this shell has, and needs no server. It writes under a name of its own inside of\nthe store and removes that again; no setting of the store is changed. Exit code 1 when a check failed.',
  usage: 'URL',
  arguments: [{ name: 'URL', about: 'As HOLDFAST_OBJECTS would name it, or a folder' }],
  examples: [
    { run: 'holdfast admin stores probe "s3://acme-holdfast/team?region=eu-central-1"', does: 'A bucket at Amazon' },
    {
      run: 'holdfast admin stores probe "s3://copies?endpoint=https://s3.example.net&region=us-east-1"',
      does: 'Another store that speaks S3',
    },
    { run: 'holdfast admin stores probe /mnt/disk/objects --json', does: 'A folder, for a script' },
  ],
  async run({ terminal, workingFolder, signal }, { args: [place = ''] }) {
    if (place === '') throw commandErrors('usage_invalid', { detail: 'a store is needed, as a URL or a folder' });
    const url = /^[a-z0-9]{2,}:/i.test(place) ? place : pathToFileURL(resolve(workingFolder, place)).href;
    const found = await entry.probeStore({ url, signal });
    terminal.show(found, () => [found.url, '', ...checkLines(found.checks, terminal)]);
    return checksExitCode(found.checks);
  },
});
