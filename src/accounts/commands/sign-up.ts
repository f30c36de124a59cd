import type { ApiClient, Command, CommandContext, CommandInput } from '../../base/command.ts';
import { hasCode } from '../../base/errors.ts';
import { reservePrivateFile } from '../../base/private-file.ts';
import { quoted, visible } from '../../base/visible-text.ts';
import type { SignUpReply, SignUpRequest } from '../wire.ts';
import { newPassword, oneFromStdin, serverOf, textOrAsk } from './asked.ts';

/** Enough to show that the kit was kept, too few to be of use to who looks over a shoulder. */
const CHECK_CHARACTERS = 8;

export const signup: Command = {
  path: ['signup'],
  summary: 'Make an account, and log in with it',
  description:
    'Hands out the recovery kit, which is the only way back in when the password is forgotten: keep it on paper or in a\npassword manager. With --kit it is written to a new file, else it is shown and you are asked to confirm it. The first\naccount needs the setup code that the server printed at its start; it becomes the admin. Everybody after that needs\nan invitation, except on the computer of a server without a public address.',
  examples: [
    {
      run: 'holdfast signup http://localhost:8080 --name "Ada" --email ada@example.org --kit kit.txt',
      does: 'Asks for the password, writes the recovery kit to a file',
    },
    {
      run: 'holdfast signup http://localhost:8080 --setup-code-file data/setup-code',
      does: 'The first account, on the computer that serves; asks for everything else',
    },
    {
      run: 'holdfast signup https://files.example.org --invite-file invitation --kit kit.txt',
      does: 'With the invitation that somebody sent you',
    },
    {
      run: 'holdfast signup https://files.example.org --name Bot --email bot@example.org --password-file pw --kit kit.txt',
      does: 'In a script',
    },
  ],
  arguments: [{ name: 'URL', about: 'The server', optional: true }],
  options: [
    { name: 'name', value: 'N', about: 'What others see' },
    { name: 'email', value: 'E', about: 'What you log in with' },
    { name: 'handle', value: 'H', about: 'Unique short name; made from your name when left out' },
    { name: 'password-file', value: 'FILE', about: 'Read the password from a file; - is standard input' },
    { name: 'setup-code-file', value: 'FILE', about: 'Read the setup code from a file; - is standard input' },
    { name: 'invite-file', value: 'FILE', about: 'Read the invitation from a file; - is standard input' },
    { name: 'kit', value: 'FILE', about: 'Write the recovery kit to a new file that you alone can read' },
  ],
  async run(context, input) {
    oneFromStdin([input.text('password-file'), input.text('setup-code-file'), input.text('invite-file')]);
    const api = context.connect(await serverOf(context, input.args[0]));
    const kitName = input.text('kit');
    await using kit = kitName === undefined ? undefined : await reservePrivateFile(context.workingFolder, kitName);

    const made = await signUp(context, input, api);
    // In this order: the recovery key exists nowhere else, a session can always be had again.
    await kit?.write(made.recoveryKit);
    await context.sessions.save({ url: api.url, token: made.token, email: made.account.email });
    if (!context.terminal.json) showKit(context, made, kit?.path);
    const kept = kit !== undefined || (await confirmsOnTerminal(context, made.recoveryKey));
    if (kept) {
      const signedIn = await context.signedInAt(api.url);
      await signedIn.post('/account/kit/confirm');
    }

    const { account } = made;
    const value = {
      server: api.url,
      account,
      kitConfirmed: kept,
      ...(kit ? { kit: kit.path } : { recoveryKey: made.recoveryKey }),
    };
    context.terminal.show(value, () => [
      `Signed up and logged in at ${api.url} as ${visible(account.name)} (@${visible(account.handle)}${account.role === 'admin' ? ', admin' : ''}).`,
      ...(kit ? [`The recovery kit is in ${quoted(kit.path)}. Move it away from this computer.`] : []),
      ...(kept
        ? []
        : [context.terminal.styles.attention('The recovery kit is not confirmed: make sure that you have kept it.')]),
    ]);
  },
};

async function signUp(context: CommandContext, input: CommandInput, api: ApiClient): Promise<SignUpReply> {
  const { prompts } = context;
  const codeFile = input.text('setup-code-file');
  const inviteFile = input.text('invite-file');
  const handle = input.text('handle');
  const name = await textOrAsk(context, input, 'name', 'Your name');
  const email = await textOrAsk(context, input, 'email', 'Your e-mail address');
  const setupCode =
    codeFile === undefined ? undefined : (await prompts.secretFrom(codeFile, 'Setup code', 'setup-code-file')).trim();
  const invitation =
    inviteFile === undefined ? undefined : (await prompts.secretFrom(inviteFile, 'Invitation', 'invite-file')).trim();
  const password = await newPassword(context, input.text('password-file'), 'password-file');
  const request: SignUpRequest = {
    name,
    email,
    password,
    device: context.device,
    ...(handle !== undefined && { handle }),
    ...(setupCode !== undefined && { setupCode }),
    ...(invitation !== undefined && { invitation }),
  };
  try {
    return await api.post<SignUpReply>('/accounts', request);
  } catch (error) {
    // Asked for only when the server needs it.
    if (!prompts.interactive) throw error;
    if (setupCode === undefined && hasCode(error, 'setup_code_invalid')) {
      const typed = await prompts.line('Setup code (the server printed it; it also lies in data/setup-code)');
      return await api.post<SignUpReply>('/accounts', { ...request, setupCode: typed });
    }
    if (invitation === undefined && hasCode(error, 'invite_required')) {
      const typed = await prompts.line('Your invitation (hfi_…)');
      return await api.post<SignUpReply>('/accounts', { ...request, invitation: typed.trim() });
    }
    throw error;
  }
}

function showKit({ terminal }: CommandContext, { recoveryKit }: SignUpReply, writtenTo: string | undefined): void {
  if (writtenTo !== undefined) return;
  // On stderr, and also with --quiet: it is shown this once and never again.
  for (const line of recoveryKit.trimEnd().split('\n')) terminal.warn(visible(line));
  terminal.warn('');
}

async function confirmsOnTerminal({ prompts, terminal }: CommandContext, recoveryKey: string): Promise<boolean> {
  if (!prompts.interactive || terminal.json) return false;
  const expected = recoveryKey.slice(-CHECK_CHARACTERS).toUpperCase();
  for (let tries = 0; tries < 3; tries += 1) {
    const typed = await prompts.line(
      `Keep the kit above now, then type the last ${CHECK_CHARACTERS} characters of the recovery key (empty: later)`,
    );
    if (typed.toUpperCase() === expected) return true;
    if (typed === '') return false;
    terminal.warn('That is not how the recovery key ends. Look at its last line.');
  }
  return false;
}
