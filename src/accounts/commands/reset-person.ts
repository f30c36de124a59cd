import type { Command } from '../../base/commands/command.ts';
import { reservePrivateFile } from '../../base/commands/private-file.ts';
import { quoted, visible } from '../../base/text/visible.ts';
import type { Reset } from '../closing/wire.ts';
import type { PasswordAgain } from '../wire.ts';
import { person, personOf } from './people.ts';

export const resetPerson: Command = {
  path: ['admin', 'people', 'reset'],
  summary: 'Start an account anew, for who lost password and recovery kit',
  description:
    'Closes the account and makes an invitation for the same address, with which the person signs up anew. Nobody can\nopen the old one for them: it waits 30 days for its recovery key, then it is destroyed with its drive.',
  examples: [
    { run: 'holdfast admin people reset @grace', does: 'Asks for your password, shows the invitation' },
    { run: 'holdfast admin people reset grace@example.org --invite-file invitation', does: 'Into a new file' },
    {
      run: 'holdfast account recover URL --email grace@example.org --recovery-key-file kit.txt',
      does: 'When the kit is found after all',
    },
  ],
  arguments: [person],
  options: [
    { name: 'invite-file', value: 'FILE', about: 'Write the invitation to a new file, readable by you alone' },
    { name: 'password-file', value: 'FILE', about: 'Read your password from a file; - is standard input' },
  ],
  async run(context, input) {
    const api = await context.signedIn();
    const found = await personOf(api, input);
    const name = input.text('invite-file');
    await using file = name === undefined ? undefined : await reservePrivateFile(context.workingFolder, name);
    const request: PasswordAgain = {
      password: await context.prompts.secretFrom(input.text('password-file'), 'Your password'),
    };
    const reset = await api.post<Reset>(`/people/${found.accountId}/reset`, request);
    await file?.write(`${reset.invite.invitation}\n`);
    const { invitation: _, ...invite } = reset.invite;
    const value = file ? { ...reset, invite, file: file.path } : reset;
    context.terminal.show(value, () => [
      `Closed the account of ${visible(found.name)}. Its recovery key opens it until ${reset.closedUntilTime.slice(0, 10)}.`,
      file
        ? `Wrote an invitation for ${visible(found.email)} to ${quoted(file.path)}.`
        : `Invitation for ${visible(found.email)}, good once: ${reset.invite.invitation}`,
    ]);
  },
};
