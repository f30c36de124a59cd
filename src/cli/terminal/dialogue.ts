import type { Writable } from 'node:stream';
import type { Completer, Dialogue } from '../../base/commands/command.ts';
import { readlineOnUse } from '../../base/node-on-use.ts';
import type { InputStream } from './prompts.ts';

/** On a terminal with line editing, history and completion; else line by line as the input comes. */
export function openDialogue(
  { input, output, signal }: { readonly input: InputStream; readonly output: Writable; readonly signal: AbortSignal },
  complete: Completer,
): Dialogue {
  const terminal = Boolean(input.isTTY);
  const reader = readlineOnUse().createInterface({
    input,
    terminal,
    ...(terminal ? { output, prompt: '> ', historySize: 200, completer: completer(complete) } : {}),
  });
  let closed = false;
  reader.once('close', () => (closed = true));
  const close = (): void => reader.close();
  /** Whoever left while something was still going on is asked for no more, and may yet be shown how it ended. */
  const prompt = (keepCursor = false): void => {
    if (terminal && !closed) reader.prompt(keepCursor);
  };
  signal.addEventListener('abort', close, { once: true });
  // Raw mode takes Ctrl-C from the system; it ends the dialogue, and Ctrl-D does as well.
  reader.on('SIGINT', close);
  prompt();
  return {
    lines: {
      async *[Symbol.asyncIterator]() {
        for await (const line of reader) {
          yield line;
          prompt();
        }
      },
    },
    show(line) {
      if (terminal) output.write('\r\u001b[2K');
      output.write(`${line}\n`);
      prompt(true);
    },
    [Symbol.dispose]() {
      signal.removeEventListener('abort', close);
      close();
    },
  };
}

/** Of the last word alone, as readline wants it. */
function completer(complete: Completer): (line: string) => [string[], string] {
  return (line) => {
    const word = /\S*$/.exec(line)?.[0] ?? '';
    return [word === '' ? [] : [...complete(word)], word];
  };
}
