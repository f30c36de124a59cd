/** `holdfast agent` as a service runs it: a process that says what it does, is stopped, or is killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { launcher } from '../clients/cli-person.ts';
import { plainEnvironment } from '../servers/process.ts';

export interface AgentProcess {
  readonly pid: number;
  /** Resolves when it has said that; rejects when it ended without. */
  said(line: RegExp): Promise<string>;
  /** Resolves to that; rejects when the agent ends before it. */
  until<Value>(happens: Promise<Value>): Promise<Value>;
  kill(signal: 'SIGKILL' | 'SIGTERM'): void;
  readonly ended: Promise<{ readonly exitCode: number | null; readonly text: string }>;
}

export function startAgentProcess(words: readonly string[], env: Readonly<Record<string, string>>): AgentProcess {
  const child = spawn(launcher, ['agent', ...words], {
    env: { ...plainEnvironment(), HOLDFAST_AGENT_RETRY_MS: '100', HOLDFAST_AGENT_RETRY_MAX_MS: '1000', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  const waiting = new Set<() => void>();
  let isOver = false;
  const wake = (): void => {
    for (const each of waiting) each();
  };
  child.stderr.on('data', (bytes: Buffer) => {
    text += bytes.toString('utf8');
    wake();
  });
  const ended = once(child, 'close').then(([exitCode]) => {
    isOver = true;
    wake();
    return { exitCode: exitCode as number | null, text };
  });
  return {
    pid: child.pid ?? 0,
    said: (line) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = line.exec(text);
          if (!found && !isOver) return;
          waiting.delete(look);
          if (found) resolve(found[0]);
          else reject(new Error(`The agent ended without saying ${line}:\n${text}`));
        };
        waiting.add(look);
        look();
      }),
    until: (happens) =>
      Promise.race([
        happens,
        ended.then((): never => {
          throw new Error(`The agent has ended:\n${text}`);
        }),
      ]),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}
