import type { ApiClient, Command, CommandContext, CommandInput } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { hasCode } from '../../base/errors.ts';
import { reservePrivateFile } from '../../base/commands/private-file.ts';
import { visible } from '../../base/text/visible.ts';
import type { SignUpFacts, SignUpReply, SignUpRequest } from '../wire.ts';
import { newPassword, oneFromStdin, serverOf, textOrAsk } from './asked.ts';
import { keepKit } from './keep-kit.ts';

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
    {
      name: 'organisation-recovery-file',
      value: 'FILE',
      about: 'First account only: the public key (age1…) of a key that can open everybody’s files',
    },
    { name: 'kit', value: 'FILE', about: 'Write the recovery kit to a new file that you alone can read' },
  ],
  async run(context, input) {
    const files = ['password-file', 'setup-code-file', 'invite-file', 'organisation-recovery-file'];
    oneFromStdin(files.map((option) => input.text(option)));
    const api = context.connect(await serverOf(context, input.args[0]));
    const kitName = input.text('kit');
    await using kit = kitName === undefined ? undefined : await reservePrivateFile(context.workingFolder, kitName);

    const made = await signUp(context, input, api);
    const kept = await keepKit(context, api, made, kit);
    const { account } = made;
    context.terminal.show({ server: api.url, account, ...kept.value }, () => [
      `Signed up and logged in at ${api.url} as ${visible(account.name)} (@${visible(account.handle)}${account.role === 'admin' ? ', admin' : ''}).`,
      ...kept.lines,
    ]);
  },
};

async function signUp(context: CommandContext, input: CommandInput, api: ApiClient): Promise<SignUpReply> {
  const { prompts } = context;
  const codeFile = input.text('setup-code-file');
  const inviteFile = input.text('invite-file');
  const handle = input.text('handle');
  const organisationRecovery = await agreedRecovery(context, input, api);
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
    ...(organisationRecovery !== undefined && { organisationRecovery }),
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

/** The recovery key of the organisation: chosen with the first account, shown to everybody after that. */
async function agreedRecovery(
  { prompts, terminal }: CommandContext,
  input: CommandInput,
  api: ApiClient,
): Promise<string | undefined> {
  const chosen = input.text('organisation-recovery-file');
  const facts = await api.get<SignUpFacts>('/accounts/sign-up');
  if (chosen !== undefined && facts.setupCodeNeeded) {
    const question = 'Public key of the organisation (age1…)';
    return (await prompts.secretFrom(chosen, question, 'organisation-recovery-file')).trim();
  }
  if (chosen !== undefined) {
    throw commandErrors('usage_invalid', {
      detail: 'only the first account chooses a recovery key of the organisation',
      remedy: 'Leave out --organisation-recovery-file.',
    });
  }
  if (facts.organisationRecovery === null) return undefined;
  // On stderr, and also with --quiet: everybody is to see it before they sign up.
  terminal.warn(
    'This workspace has a recovery key of the organisation: whoever holds it can open what you store here.',
  );
  terminal.warn(`Its public key is ${visible(facts.organisationRecovery)}`);
  if (prompts.interactive && !/^y(es)?$/i.test(await prompts.line('Sign up all the same? (yes or no)'))) {
    throw commandErrors('usage_invalid', { detail: 'nothing was signed up', remedy: 'Ask the admin about that key.' });
  }
  return facts.organisationRecovery;
}
