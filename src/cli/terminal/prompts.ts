import { open } from 'node:fs/promises';
import type { ReadStream } from 'node:tty';
import { StringDecoder } from 'node:string_decoder';
import type { Readable, Writable } from 'node:stream';
import { commandErrors } from '../../base/commands/errors.ts';
import type { Prompts } from '../../base/commands/command.ts';
import { openDialogue } from './dialogue.ts';

/** Far above the longest password; a bigger file is a mistake, such as the archive instead of the password. */
const MAX_SECRET_BYTES = 4096;

export type InputStream = Readable & Partial<Pick<ReadStream, 'isTTY' | 'setRawMode'>>;

/** Questions go to `output` (stderr), so that a result on stdout can be piped on. */
export function openPrompts(
  input: InputStream,
  output: Writable,
  signal: AbortSignal,
  /** Where a dialogue is shown; it is a result. */
  shown: Writable = output,
): Prompts {
  const interactive = Boolean(input.isTTY);
  const needTerminal = (question: string): void => {
    if (!interactive) throw commandErrors('secret_required', { attempted: `Ask: ${question}` });
  };
  return {
    interactive,
    dialogue: (complete) => openDialogue({ input, output: shown, signal }, complete),
    async line(question) {
      needTerminal(question);
      const { createInterface } = await import('node:readline/promises');
      const reader = createInterface({ input, output });
      try {
        return (await reader.question(`${question}: `, { signal })).trim();
      } finally {
        reader.close();
      }
    },
    async secret(question) {
      needTerminal(question);
      output.write(`${question}: `);
      try {
        return await readHidden(input, signal);
      } finally {
        output.write('\n');
      }
    },
    async secretFrom(file, question, option = 'password-file') {
      if (file !== undefined) return await readSecretFile(file, input);
      if (interactive) return await this.secret(question);
      throw commandErrors('secret_required', {
        attempted: `Ask: ${question}`,
        remedy: `Give it in a file (--${option} FILE) or on standard input (--${option} -).`,
      });
    },
  };
}

/** Reads one line from a terminal in raw mode, so that nothing of it is echoed or kept in a history. */
export async function readHidden(input: InputStream, signal: AbortSignal): Promise<string> {
  // Ctrl-C while something else was waited for is heard here by nobody.
  if (signal.aborted) throw commandErrors('interrupted');
  const decoder = new StringDecoder('utf8');
  const typed: string[] = [];
  input.setRawMode?.(true);
  try {
    return await new Promise<string>((resolve, reject) => {
      const interrupted = (): void => reject(commandErrors('interrupted'));
      const onData = (bytes: Buffer): void => {
        for (const key of decoder.write(bytes)) {
          if (key === '\r' || key === '\n') return settle(() => resolve(typed.join('')));
          if (key === '\u0003') return settle(interrupted);
          // Ctrl-D on an empty line is "no answer", as everywhere.
          if (key === '\u0004') return settle(typed.length === 0 ? interrupted : () => resolve(typed.join('')));
          if (key === '\u007f' || key === '\b') typed.pop();
          else if (key === '\u0015') typed.length = 0;
          else if (key >= ' ') typed.push(key);
        }
      };
      const onEnd = (): void => settle(interrupted);
      const settle = (end: () => void): void => {
        input.off('data', onData).off('end', onEnd);
        signal.removeEventListener('abort', onEnd);
        input.pause();
        end();
      };
      input.on('data', onData).on('end', onEnd);
      signal.addEventListener('abort', onEnd, { once: true });
      input.resume();
    });
  } finally {
    input.setRawMode?.(false);
  }
}

async function readSecretFile(file: string, input: Readable): Promise<string> {
  const attempted = file === '-' ? 'Read the secret from standard input' : `Read the secret from “${file}”`;
  let bytes: Buffer;
  try {
    bytes = file === '-' ? await readLimited(input) : await readStart(file);
  } catch (cause) {
    throw commandErrors('secret_file_unusable', { attempted, detail: reasonOf(cause), cause });
  }
  if (bytes.length > MAX_SECRET_BYTES) {
    throw commandErrors('secret_file_unusable', { attempted, detail: `it is longer than ${MAX_SECRET_BYTES} bytes` });
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw commandErrors('secret_file_unusable', { attempted, detail: 'it is not UTF-8 text', cause });
  }
  const secret = text.replace(/\r?\n$/, '');
  if (secret === '') throw commandErrors('secret_file_unusable', { attempted, detail: 'it is empty' });
  return secret;
}

async function readStart(file: string): Promise<Buffer> {
  await using handle = await open(file);
  // Read until the end or just past the limit: /dev/stdin and <(command) give their bytes in pieces and have no size.
  const buffer = Buffer.alloc(MAX_SECRET_BYTES + 1);
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

async function readLimited(input: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of input) {
    const bytes = Buffer.from(piece as Uint8Array);
    pieces.push(bytes);
    size += bytes.length;
    if (size > MAX_SECRET_BYTES) break;
  }
  return Buffer.concat(pieces);
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'you may not read it';
  if (code === 'EISDIR') return 'it is a folder';
  return code ?? 'it cannot be read';
}
