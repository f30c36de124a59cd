import type { Command } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { visible } from '../../base/text/visible.ts';
import type { Deletion } from '../closing/wire.ts';
import type { PasswordAgain, WhoAmIReply } from '../wire.ts';

export const deleteAccount: Command = {
  path: ['account', 'delete'],
  summary: 'Delete your account with everything in your drive, for ever',
  description:
    'Ends all sessions, destroys every key of the account and removes the personal drive. Nobody can undo it, the recovery\nkit opens nothing any more. It tells the day on which the last backup that could hold a key of yours expires.',
  examples: [
    { run: 'holdfast account delete', does: 'Asks for your e-mail address and password' },
    { run: 'holdfast account delete --confirm ada@example.org --password-file pw', does: 'In a script' },
    { run: 'holdfast get / everything', does: 'What you may want to do before' },
  ],
  options: [
    { name: 'confirm', value: 'E', about: 'Your e-mail address, so that the right account goes' },
    { name: 'password-file', value: 'FILE', about: 'Read your password from a file; - is standard input' },
  ],
  async run(context, input) {
    const api = await context.signedIn();
    const me = await api.get<WhoAmIReply>('/account');
    const given = input.text('confirm');
    if (given === undefined && !context.prompts.interactive) {
      throw commandErrors('usage_invalid', {
        detail: '--confirm is missing and there is no terminal to ask on',
        remedy: 'Give the e-mail address of the account: --confirm …',
      });
    }
    const question = `Everything in your drive goes with the account. Type ${visible(me.email)} to delete both`;
    const typed = given ?? (await context.prompts.line(question));
    if (typed.trim().toLowerCase() !== me.email.toLowerCase()) {
      throw commandErrors('usage_invalid', {
        detail: `you are signed in as ${visible(me.email)}; nothing was deleted`,
      });
    }
    const request: PasswordAgain = {
      password: await context.prompts.secretFrom(input.text('password-file'), 'Your password'),
    };
    const gone = await api.post<Deletion>('/account/delete', request);
    await context.sessions.remove(api.url);
    context.terminal.show(gone, () => [
      `Deleted the account of ${visible(me.name)} (@${visible(me.handle)}).`,
      gone.wrapsDestroyed
        ? 'Its keys are gone from both stores; the files follow.'
        : 'A store did not answer: the server goes on until its keys are gone there too.',
      `Backups made before today may hold keys of it until ${gone.backupsExpireTime.slice(0, 10)}.`,
    ]);
  },
};
