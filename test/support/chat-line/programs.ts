/** Other people's programs that talk to the chat line: what is typed into them, and what they print. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Debian's own, as for the other programs in Python. */
export const PYTHON = '/usr/bin/python3';

/** For `test(name, { skip })`: the reason, or false. Throws where services are required. */
export const withoutPython = lacking(PYTHON, ['--version'], 'needs /usr/bin/python3: npm run services:install');
export const withoutNetcat = lacking('nc.openbsd', ['-h'], 'needs nc: npm run services:install -- netcat');

export interface Program extends AsyncDisposable {
  readonly child: ChildProcess;
  type(line: string): void;
  /** Nothing more will be typed. */
  endTyping(): void;
  /** Resolves with what was printed before this text since the last call; rejects when the program ends without it. */
  printed(text: string): Promise<string>;
  readonly output: () => string;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

/** Somebody at a keyboard, with a client as the original project's. */
export function startOriginalClient(port: number, name: string): Program {
  return startProgram(PYTHON, [join(import.meta.dirname, 'original-client.py'), '127.0.0.1', String(port), name]);
}

export function startProgram(file: string, args: readonly string[]): Program {
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  let read = 0;
  let over = false;
  const news = new EventTarget();
  const changed = (): void => void news.dispatchEvent(new Event('news'));
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    output += text;
    changed();
  });
  // It may be gone when something is typed.
  child.stdin.on('error', () => {});
  const ended = once(child, 'close').then(([code]) => {
    over = true;
    changed();
    return code as number | null;
  });
  return {
    child,
    ended,
    output: () => output,
    type: (line) => void child.stdin.write(`${line}\n`),
    endTyping: () => void child.stdin.end(),
    async printed(text) {
      for (;;) {
        const at = output.indexOf(text, read);
        if (at !== -1) {
          const before = output.slice(read, at);
          read = at + text.length;
          return before;
        }
        if (over) throw new Error(`It ended before it printed ${JSON.stringify(text)}: ${output.slice(read)}`);
        await once(news, 'news');
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function lacking(file: string, args: readonly string[], reason: string): string | false {
  if (spawnSync(file, args).error === undefined) return false;
  if (process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(reason);
  return reason;
}
