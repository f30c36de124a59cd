import { openSync } from 'node:fs';
import { ReadStream, WriteStream } from 'node:tty';
import { commandErrors } from '../../base/commands/errors.ts';
import { openPrompts } from './prompts.ts';

/** Asks on the terminal that started us while standard input is a file or a pipe: `holdfast decrypt < a.age`. */
export async function askOnOwnTerminal(question: string, signal: AbortSignal): Promise<string> {
  const device = process.platform === 'win32' ? '\\\\.\\CON' : '/dev/tty';
  // Two descriptors: each stream closes its own.
  const [input, output] = [
    new ReadStream(openDevice(device, 'r', question)),
    new WriteStream(openDevice(device, 'w', question)),
  ];
  try {
    return await openPrompts(input, output, signal).secret(question);
  } finally {
    input.destroy();
    output.destroy();
  }
}

function openDevice(device: string, flags: 'r' | 'w', question: string): number {
  try {
    return openSync(device, flags);
  } catch (cause) {
    const remedy = 'Give it in a file: --passphrase-file FILE';
    throw commandErrors('secret_required', { attempted: `Ask: ${question}`, remedy, cause });
  }
}
