import type { ApiClient, Command } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { reservePrivateFile } from '../../base/commands/private-file.ts';
import { formatRelative } from '../../base/text/quantities.ts';
import { quoted, visible } from '../../base/text/visible.ts';
import type { AppPasswordRequest, AppPasswords, MadeAppPassword } from '../app-passwords/wire.ts';
import { foundById } from './found-by-id.ts';

const SCOPES = ['files', 'chat', 'agent'] as const;

export const addAppPassword: Command = {
  path: ['account', 'app-passwords', 'add'],
  summary: 'Make a password for one program',
  description:
    'It does what its scope says and nothing else: files opens and stores files; chat reads and writes messages; agent\nreports findings, reads none and holds no key, and only an admin can make it. It outlives a change of your password, and ends when it is revoked, when your\naccount is recovered or disabled, or when it is not used for over a year. Asks for your password again.',
  examples: [
    { run: 'holdfast account app-passwords add "rclone on the NAS"', does: 'For files; asks for your password' },
    { run: 'holdfast account app-passwords add "web server" --scope agent', does: 'For a guard that reports findings' },
    {
      run: 'holdfast account app-passwords add backup --out app-password',
      does: 'Into a file that you alone can read',
    },
  ],
  arguments: [{ name: 'LABEL', about: 'The program and device it is for' }],
  options: [
    { name: 'scope', value: 'SCOPE', about: 'files (default), chat or agent' },
    { name: 'password-file', value: 'FILE', about: 'Read your password from a file; - is standard input' },
    { name: 'out', value: 'FILE', about: 'Write the app password to a new file instead of showing it' },
  ],
  async run(context, input) {
    const scope = SCOPES.find((each) => each === (input.text('scope') ?? 'files'));
    if (!scope) throw commandErrors('usage_invalid', { detail: `--scope is one of ${SCOPES.join(', ')}` });
    const out = input.text('out');
    const api = await context.signedIn();
    const password = await context.prompts.secretFrom(input.text('password-file'), 'Your password');
    await using file = out === undefined ? undefined : await reservePrivateFile(context.workingFolder, out);
    const request: AppPasswordRequest = { label: input.args[0] ?? '', scope, password };
    const { appPassword, ...made } = await api.post<MadeAppPassword>('/account/app-passwords', request);
    await file?.write(`${appPassword}\n`);
    context.terminal.show({ ...made, ...(file ? { file: file.path } : { appPassword }) }, () => [
      ...(file ? [`The app password is in ${quoted(file.path)}.`] : [appPassword]),
      `For ${quoted(made.label)}: scope ${made.scope}. It is shown this once; your handle is its user name.`,
    ]);
  },
};

export const listAppPasswords: Command = {
  path: ['account', 'app-passwords', 'list'],
  summary: 'List the passwords of your programs',
  examples: [
    { run: 'holdfast account app-passwords list', does: 'Newest first' },
    { run: 'holdfast account app-passwords revoke 9d1e2f', does: 'End one' },
    { run: 'holdfast account app-passwords list --json', does: 'For a script' },
  ],
  async run(context) {
    const appPasswords = await all(await context.signedIn());
    const now = context.clock();
    const ago = (time: string): string => formatRelative(Date.parse(time), now);
    context.terminal.show({ appPasswords }, () =>
      context.terminal.table(
        [
          { title: 'App password' },
          { title: 'For', cut: true },
          { title: 'Scope' },
          { title: 'Made' },
          { title: 'Last used' },
        ],
        appPasswords.map((each) => [
          each.appPasswordId,
          each.label,
          each.scope,
          ago(each.createdTime),
          each.lastUsedTime === null ? 'never' : ago(each.lastUsedTime),
        ]),
      ),
    );
  },
};

export const revokeAppPassword: Command = {
  path: ['account', 'app-passwords', 'revoke'],
  summary: 'End the password of one program',
  description: 'That program gets nothing from its next request on. Nothing else changes.',
  examples: [
    { run: 'holdfast account app-passwords revoke 9d1e2f', does: 'By the end of its id' },
    { run: 'holdfast account app-passwords revoke 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f', does: 'By its id' },
    { run: 'holdfast account app-passwords list', does: 'Where the ids are' },
  ],
  arguments: [{ name: 'ID', about: 'Id of the app password, or the end of it' }],
  async run(context, input) {
    const wanted = input.args[0] ?? '';
    const api = await context.signedIn();
    const attempted = `Revoke the app password ${visible(wanted)}`;
    const { appPasswordId, label } = foundById(await all(api), wanted, (each) => each.appPasswordId, attempted);
    await api.delete(`/account/app-passwords/${appPasswordId}`);
    context.terminal.show({ appPasswordId }, () => [`Revoked the app password for ${quoted(label)}.`]);
  },
};

async function all(api: ApiClient): Promise<AppPasswords['appPasswords']> {
  return (await api.get<AppPasswords>('/account/app-passwords')).appPasswords;
}
