import type { Command, CommandContext, CommandInput } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { formatBytes } from '../../base/text/quantities.ts';
import { quoted } from '../../base/text/visible.ts';
import { askOnOwnTerminal } from '../terminal/own-terminal.ts';

/** `encrypt` and `decrypt`: the age tool's flags, in this process, without a server. */
export const ageCommands: readonly Command[] = [
  {
    path: ['encrypt'],
    summary: 'Encrypt a file for age recipients or with a passphrase',
    description: 'Writes the age v1 format: the stock age tool decrypts it (1.3 or newer for age1pq… recipients).',
    examples: [
      { run: 'holdfast encrypt -r age1… -o plan.age plan.pdf', does: 'For somebody' },
      { run: 'holdfast encrypt -p -a -o secret.txt notes.md', does: 'With a passphrase, as text' },
      { run: 'tar c photos | holdfast encrypt -R friends.txt > photos.tar.age', does: 'A stream, for several' },
    ],
    arguments: [{ name: 'INPUT', about: 'File (default or -: standard input)', optional: true }],
    options: [
      { name: 'recipient', short: 'r', value: 'RECIPIENT', many: true, about: 'age1… or age1pq1…' },
      { name: 'recipients-file', short: 'R', value: 'FILE', many: true, about: 'One recipient per line' },
      {
        name: 'identity',
        short: 'i',
        value: 'FILE',
        many: true,
        about: 'Encrypt to the recipients of this identity file',
      },
      { name: 'passphrase', short: 'p', about: 'Encrypt with a passphrase' },
      { name: 'passphrase-file', value: 'FILE', about: 'Read the passphrase from a file' },
      { name: 'armor', short: 'a', about: 'Write text (PEM)' },
      { name: 'output', short: 'o', value: 'FILE', about: 'Write there (default: standard output)' },
      { name: 'encrypt', short: 'e', about: 'For scripts written for age; it is what this verb does' },
    ],
    async run(context, input) {
      const { encryptFile } = await import('../../age/commands.ts');
      const result = await encryptFile(
        {
          recipients: input.list('recipient'),
          recipientFiles: input.list('recipients-file'),
          identityFiles: input.list('identity'),
          passphrase: input.flag('passphrase') || input.text('passphrase-file') !== undefined,
          armor: input.flag('armor'),
          output: input.text('output'),
          input: input.args[0],
        },
        io(context, input),
      );
      report(context, 'Encrypted', result);
    },
  },
  {
    path: ['decrypt'],
    summary: 'Decrypt an age file',
    description: 'Only proven bytes are written; a file that was altered or cut ends in an error.',
    examples: [
      { run: 'holdfast decrypt -i key.txt -o plan.pdf plan.age', does: 'With an identity file' },
      { run: 'holdfast decrypt secret.txt', does: 'Asks for the passphrase' },
      { run: 'holdfast decrypt -i kit.txt keys/accounts/…/recovery.age', does: 'With a recovery kit' },
    ],
    arguments: [{ name: 'INPUT', about: 'File (default or -: standard input)', optional: true }],
    options: [
      { name: 'identity', short: 'i', value: 'FILE', many: true, about: 'Identity file; it may be encrypted itself' },
      { name: 'passphrase', short: 'p', about: 'Ask for a passphrase (by itself when the file wants one)' },
      { name: 'passphrase-file', value: 'FILE', about: 'Read the passphrase from a file' },
      { name: 'output', short: 'o', value: 'FILE', about: 'Write there (default: standard output)' },
      { name: 'decrypt', short: 'd', about: 'For scripts written for age; it is what this verb does' },
    ],
    async run(context, input) {
      const { decryptFile } = await import('../../age/commands.ts');
      const result = await decryptFile(
        {
          identityFiles: input.list('identity'),
          passphrase: input.flag('passphrase') || input.text('passphrase-file') !== undefined,
          output: input.text('output'),
          input: input.args[0],
        },
        io(context, input),
      );
      report(context, 'Decrypted', result);
    },
  },
];

interface AgeIo {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: NodeJS.WriteStream;
  readonly stdoutIsTerminal: boolean;
  readonly signal: AbortSignal;
  readPassphrase(question: string, options: { readonly confirm: boolean }): Promise<string>;
}

function io(context: CommandContext, input: CommandInput): AgeIo {
  const file = input.text('passphrase-file');
  const read = [input.args[0] ?? '-', ...input.list('identity')];
  if (file === '-' && read.includes('-')) {
    throw commandErrors('usage_invalid', { detail: 'standard input can be read only once' });
  }
  const ask = async (question: string): Promise<string> =>
    context.prompts.interactive || file !== undefined
      ? await context.prompts.secretFrom(file, question, 'passphrase-file')
      : await askOnOwnTerminal(question, context.signal);
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stdoutIsTerminal: Boolean(process.stdout.isTTY),
    signal: context.signal,
    async readPassphrase(question, { confirm }) {
      const passphrase = await ask(question);
      if (passphrase === '') throw commandErrors('usage_invalid', { detail: 'the passphrase is empty' });
      if (confirm && file === undefined && (await ask('Again')) !== passphrase) {
        throw commandErrors('usage_invalid', {
          detail: 'the two passphrases differ',
          remedy: 'Run the command again.',
        });
      }
      return passphrase;
    },
  };
}

function report({ terminal }: CommandContext, verb: string, result: { bytes: number; output: string | null }): void {
  // Standard output may be the content itself.
  if (result.output === null) return;
  const { output, bytes } = result;
  terminal.show({ output, bytes }, () => [`${verb} to ${quoted(output)} (${formatBytes(bytes)}).`]);
}
