import { resolve } from 'node:path';
import type { Command } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { count } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import type { EntryFunctions } from '../entry-functions.ts';

export const keysCommands = (entry: EntryFunctions): readonly Command[] => [move(entry)];

const move = (entry: EntryFunctions): Command => ({
  path: ['admin', 'keys', 'move'],
  summary: 'Move the workspace key of a stopped server into AWS KMS, or out of it',
  description:
    'Puts the key at its new place, reads it again from there and compares it. A key file stays where it is: keep it offline\nand take it away from the server yourself. Afterwards start the server with HOLDFAST_WORKSPACE_KEY set to the new place.',
  examples: [
    {
      run: 'holdfast admin keys move --to kms:arn:aws:kms:eu-central-1:111122223333:key/0b3e6a2c-1111-2222-3333-444455556666',
      does: 'From its file into KMS',
    },
    {
      run: 'holdfast admin keys move --from kms:alias/holdfast --to /etc/holdfast/workspace.key --data /srv/holdfast',
      does: 'Back into a file',
    },
    { run: 'holdfast admin keys move --from kms:alias/old --to kms:alias/new', does: 'Under another key of KMS' },
  ],
  options: [
    {
      name: 'from',
      value: 'PLACE',
      about: 'A file, or kms:KEY (default: HOLDFAST_WORKSPACE_KEY, else its usual file)',
    },
    { name: 'to', value: 'PLACE', about: 'A file that is not there yet, or kms:KEY' },
    { name: 'data', value: 'DIR', about: 'Data folder of the stopped server (default ./data)' },
  ],
  async run({ terminal, workingFolder }, input) {
    const to = input.text('to');
    if (to === undefined) throw commandErrors('usage_invalid', { detail: '--to is needed' });
    const at = (place: string): string => (place.startsWith('kms:') ? place : resolve(workingFolder, place));
    const from = input.text('from');
    const moved = await entry.moveWorkspaceKey({
      from: from === undefined ? null : at(from),
      to: at(to),
      dataFolder: resolve(workingFolder, input.text('data') ?? 'data'),
    });
    terminal.show({ to: at(to), ...moved }, () => [
      `Moved ${count(moved.generations, 'generation')} of the workspace key (fingerprint ${moved.fingerprint}), and read them again.`,
      `Start the server with HOLDFAST_WORKSPACE_KEY="${visible(at(to))}" from now on.`,
    ]);
  },
});
