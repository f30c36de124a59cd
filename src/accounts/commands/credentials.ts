import type { Command } from '../../base/commands/command.ts';
import { count } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import type { LogInReply, PasswordReply, PasswordRequest, RecoveryRequest } from '../wire.ts';
import { newPassword, oneFromStdin, serverOf, textOrAsk } from './asked.ts';

export const password: Command = {
  path: ['account', 'password'],
  summary: 'Change your password',
  description:
    'Ends all your other sessions. Files are not touched; the recovery kit and the app passwords of your programs stay\nvalid (holdfast account app-passwords list).',
  examples: [
    { run: 'holdfast account password', does: 'Asks for both' },
    { run: 'holdfast account password --password-file old --new-password-file new', does: 'In a script' },
    { run: 'holdfast account recover URL --email E --recovery-key-file kit.txt', does: 'When it is forgotten' },
  ],
  options: [
    { name: 'password-file', value: 'FILE', about: 'Read the current password from a file; - is standard input' },
    { name: 'new-password-file', value: 'FILE', about: 'Read the new one from a file; - is standard input' },
  ],
  async run(context, input) {
    const [current, next] = [input.text('password-file'), input.text('new-password-file')];
    oneFromStdin([current, next]);
    const api = await context.signedIn();
    const request: PasswordRequest = {
      currentPassword: await context.prompts.secretFrom(current, 'Current password'),
      newPassword: await newPassword(context, next, 'new-password-file'),
    };
    const reply = await api.post<PasswordReply>('/account/password', request);
    context.terminal.show(reply, () => [
      `Changed the password; ${reply.endedSessions === 0 ? 'there were no other sessions' : `ended ${count(reply.endedSessions, 'other session')}`}.`,
    ]);
  },
};

export const recover: Command = {
  path: ['account', 'recover'],
  summary: 'Set a new password with the recovery kit, and log in',
  description:
    'Ends all sessions and app passwords. Everything you stored opens as before, and the same kit stays valid: keep it.',
  examples: [
    {
      run: 'holdfast account recover URL --email ada@example.org --recovery-key-file kit.txt',
      does: 'With the kit file',
    },
    { run: 'holdfast account recover URL --email ada@example.org', does: 'Asks for the recovery key' },
    {
      run: 'holdfast account recover URL --email E --recovery-key-file kit.txt --new-password-file pw',
      does: 'In a script',
    },
  ],
  arguments: [{ name: 'URL', about: 'The server (default: the one of the last login)', optional: true }],
  options: [
    { name: 'email', value: 'E', about: 'What you signed up with' },
    { name: 'recovery-key-file', value: 'FILE', about: 'The recovery kit; - is standard input' },
    { name: 'new-password-file', value: 'FILE', about: 'Read the new password from a file; - is standard input' },
  ],
  async run(context, input) {
    const [kit, next] = [input.text('recovery-key-file'), input.text('new-password-file')];
    oneFromStdin([kit, next]);
    const api = context.connect(await serverOf(context, input.args[0]));
    const request: RecoveryRequest = {
      email: await textOrAsk(context, input, 'email', 'Your e-mail address'),
      recoveryKey: await context.prompts.secretFrom(kit, 'Recovery key (AGE-SECRET-KEY-…)', 'recovery-key-file'),
      newPassword: await newPassword(context, next, 'new-password-file'),
      device: context.device,
    };
    const made = await api.post<LogInReply>('/account/recovery', request);
    const { token, deviceToken } = made;
    await context.sessions.save({ url: api.url, token, email: made.account.email, deviceToken });
    const { account, sessionId } = made;
    context.terminal.show({ server: api.url, account, sessionId }, () => [
      `The new password is set. Logged in at ${api.url} as ${visible(account.name)} (@${visible(account.handle)}).`,
      'All other sessions have ended. The recovery kit stays valid.',
      'If somebody else may have seen the kit or the old password: "holdfast account rotate" makes new keys.',
    ]);
  },
};
