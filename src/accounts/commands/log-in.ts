import type { Command } from '../../base/commands/command.ts';
import { hasCode } from '../../base/errors.ts';
import { formatRelative } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import type { LogInReply, LogInRequest, WhoAmIReply } from '../wire.ts';
import { serverOf, textOrAsk } from './asked.ts';

export const login: Command = {
  path: ['login'],
  summary: 'Log in on this computer',
  description:
    'The session is kept in a file that you alone can read, one per server. The last login is the one that is used.',
  examples: [
    { run: 'holdfast login http://localhost:8080 --email ada@example.org', does: 'Asks for the password' },
    { run: 'holdfast login https://files.example.org --email ada@example.org --password-file pw', does: 'In a script' },
    {
      run: 'pass holdfast | holdfast login URL --email ada@example.org --password-file -',
      does: 'From a password manager',
    },
  ],
  arguments: [{ name: 'URL', about: 'The server (default: the one of the last login)', optional: true }],
  options: [
    { name: 'email', value: 'E', about: 'What you signed up with' },
    { name: 'password-file', value: 'FILE', about: 'Read the password from a file; - is standard input' },
  ],
  async run(context, input) {
    const api = context.connect(await serverOf(context, input.args[0]));
    const email = await textOrAsk(context, input, 'email', 'Your e-mail address');
    const password = await context.prompts.secretFrom(input.text('password-file'), 'Your password');
    const deviceToken = await context.sessions.deviceToken(api.url);
    const request: LogInRequest = {
      email,
      password,
      device: context.device,
      ...(deviceToken !== undefined && { deviceToken }),
    };
    const made = await api.post<LogInReply>('/sessions', request);
    await context.sessions.save({
      url: api.url,
      token: made.token,
      email: made.account.email,
      deviceToken: made.deviceToken,
    });
    const { account, sessionId, expiresTime } = made;
    context.terminal.show({ server: api.url, account, sessionId, expiresTime }, () => [
      `Logged in at ${api.url} as ${visible(account.name)} (@${visible(account.handle)}).`,
    ]);
  },
};

export const logout: Command = {
  path: ['logout'],
  summary: 'End the session of this computer, here and on the server',
  examples: [
    { run: 'holdfast logout', does: 'The current server' },
    { run: 'holdfast logout --server https://files.example.org', does: 'Another one' },
    { run: 'holdfast account sessions', does: 'Which other computers are logged in' },
  ],
  async run(context) {
    const api = await context.signedIn();
    try {
      await api.delete('/sessions/current');
    } catch (error) {
      // Ended already; all that is left of it is the file here.
      if (!hasCode(error, 'session_invalid', 'not_signed_in')) throw error;
    }
    await context.sessions.remove(api.url);
    context.terminal.show({ server: api.url }, () => [`Logged out from ${api.url}.`]);
  },
};

export const whoami: Command = {
  path: ['whoami'],
  summary: 'Show which account is logged in where',
  examples: [
    { run: 'holdfast whoami', does: 'In words' },
    { run: 'holdfast whoami --json', does: 'For a script' },
    { run: 'holdfast whoami --server https://files.example.org', does: 'At another server' },
  ],
  async run(context) {
    const api = await context.signedIn();
    const me = await api.get<WhoAmIReply>('/account');
    const now = context.clock();
    context.terminal.show({ server: api.url, ...me }, () => [
      `${visible(me.name)} <${visible(me.email)}>, @${visible(me.handle)}, ${me.role}`,
      `Server     ${api.url}`,
      `Session    ${visible(me.session.device)}`,
      `Account    ${me.accountId}, since ${formatRelative(Date.parse(me.createdTime), now)}`,
      ...(me.kitUsedTime === null
        ? []
        : [`Recovery   the kit was used ${formatRelative(Date.parse(me.kitUsedTime), now)}`]),
      ...(me.kitConfirmed
        ? []
        : [
            context.terminal.styles.attention(
              'Recovery   the kit is not confirmed: without it a forgotten password loses your files',
            ),
          ]),
    ]);
  },
};
