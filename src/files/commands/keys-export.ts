import type { Command, CommandContext, CommandInput } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { reservePrivateFile } from '../../base/commands/private-file.ts';
import { quoted } from '../../base/text/visible.ts';
import type { KeyringExport } from '../wire.ts';
import { parseRemotePath } from './remote/remote-path.ts';
import { openRemoteTree } from './remote/remote-tree.ts';

export const keysExport: Command = {
  path: ['keys', 'export'],
  summary: 'Write the keys of a drive as an age identity file',
  description:
    'The stock age tool (1.3 or newer) opens every object of the drive with that file, without this server. It asks for\nyour password again. The file is encrypted with a passphrase unless you say --plain; whoever has it plain, or with\nits passphrase, can read everything in the drive.',
  examples: [
    { run: 'holdfast keys export --output keys.age', does: 'Behind a passphrase that it asks for' },
    { run: 'age -d -i keys.age data/objects/drives/…/o/….age', does: 'What it is good for' },
    { run: 'holdfast keys export --plain --output keys.txt', does: 'In clear, for a script of your own' },
  ],
  options: [
    {
      name: 'output',
      short: 'o',
      value: 'FILE',
      about: 'A new file, readable by you alone (default: standard output)',
    },
    { name: 'plain', about: 'Without a passphrase' },
    { name: 'passphrase-file', value: 'FILE', about: 'Read the new passphrase from a file; - is standard input' },
    { name: 'password-file', value: 'FILE', about: 'Read your password from a file; - is standard input' },
    { name: 'drive', value: 'NAME', about: 'Another drive than your own' },
  ],
  async run(context, input) {
    const plain = input.flag('plain');
    const files = [input.text('password-file'), input.text('passphrase-file')];
    if (plain && files[1] !== undefined) {
      throw commandErrors('usage_invalid', { detail: '--plain and --passphrase-file do not go together' });
    }
    if (files.every((file) => file === '-')) {
      throw commandErrors('usage_invalid', { detail: 'standard input can be read only once' });
    }
    const drive = input.text('drive');
    const api = await context.signedIn();
    const tree = await openRemoteTree(api, parseRemotePath(drive === undefined ? '/' : `${drive}:/`));
    const name = input.text('output');
    await using file = name === undefined ? undefined : await reservePrivateFile(context.workingFolder, name);

    const password = await context.prompts.secretFrom(files[0], 'Your password');
    const passphrase = plain ? undefined : await newPassphrase(context, input);
    const path = `/drives/${tree.drive.id}/keyring/export`;
    const { identityFile } = await api.post<KeyringExport>(path, { password });
    const text = passphrase === undefined ? identityFile : await encrypted(identityFile, passphrase);

    await file?.write(text);
    const value = { driveId: tree.drive.id, encrypted: !plain, ...(file ? { output: file.path } : { keys: text }) };
    context.terminal.show(value, () =>
      file ? [`Wrote the keys of ${quoted(tree.drive.name)} to ${quoted(file.path)}.`] : text.trimEnd().split('\n'),
    );
    if (plain)
      context.terminal.note('Whoever has these keys can read everything in the drive. Keep them off this computer.');
  },
};

async function newPassphrase({ prompts }: CommandContext, input: CommandInput): Promise<string> {
  const file = input.text('passphrase-file');
  const passphrase = await prompts.secretFrom(file, 'New passphrase for the file', 'passphrase-file');
  if (file === undefined && (await prompts.secret('Again')) !== passphrase) {
    throw commandErrors('usage_invalid', { detail: 'the two passphrases differ', remedy: 'Run the command again.' });
  }
  return passphrase;
}

async function encrypted(text: string, passphrase: string): Promise<string> {
  const { armor, encryptStream, passphraseRecipient } = await import('../../age/index.ts');
  const source = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  };
  const pieces: Uint8Array[] = [];
  for await (const piece of armor(encryptStream(source(), [passphraseRecipient(passphrase)]))) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
