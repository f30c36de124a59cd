import type { Command } from '../../base/commands/command.ts';
import { reservePrivateFile } from '../../base/commands/private-file.ts';
import { visible } from '../../base/text/visible.ts';
import type { PasswordAgain, SignUpReply } from '../wire.ts';
import { keepKit } from './keep-kit.ts';

export const rotateAccount: Command = {
  path: ['account', 'rotate'],
  summary: 'New keys for your account and your drive, after a leak',
  description:
    'Makes a new account key, a new recovery kit (the old one opens nothing any more) and a new generation of the keys of\nyour drive, which everything is encrypted with from then on. Ends all sessions and app passwords. The password stays.\nWho copied the old keys could still open copies of what was stored before.',
  examples: [
    { run: 'holdfast account rotate --kit kit.txt', does: 'Writes the new recovery kit to a file' },
    { run: 'holdfast account rotate', does: 'Shows the new kit, and asks you to confirm it' },
    { run: 'holdfast account rotate --kit kit.txt --password-file pw', does: 'In a script' },
  ],
  options: [
    { name: 'kit', value: 'FILE', about: 'Write the new recovery kit to a new file that you alone can read' },
    { name: 'password-file', value: 'FILE', about: 'Read your password from a file; - is standard input' },
  ],
  async run(context, input) {
    const api = await context.signedIn();
    const name = input.text('kit');
    await using file = name === undefined ? undefined : await reservePrivateFile(context.workingFolder, name);
    const request: PasswordAgain = {
      password: await context.prompts.secretFrom(input.text('password-file'), 'Your password'),
    };
    const made = await api.post<SignUpReply>('/account/rotate', request);
    const kept = await keepKit(context, api, made, file);
    const { account } = made;
    context.terminal.show({ server: api.url, account, ...kept.value }, () => [
      `The account of ${visible(account.name)} (@${visible(account.handle)}) and its drive have new keys.`,
      'All other sessions and all app passwords have ended. The old recovery kit opens nothing any more.',
      ...kept.lines,
    ]);
  },
};
