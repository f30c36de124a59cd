/**
 * What takes a guarded fix back when nobody confirms it: a process of its own, which outlives this one and the login that it was
 * started from. It is there before the first change is made.
 */
import { spawn } from 'node:child_process';
import { readProcesses } from '../probes/process-table.ts';
import { command, type FixPlace } from './place.ts';

export interface RollbackTimer {
  /** What runs when time is up: the program with its words. */
  readonly words: readonly string[];
  readonly name: string;
  readonly afterMs: number;
}

export function timerName(receiptId: string): string {
  return `holdfast-undo-${receiptId}`;
}

export async function startRollbackTimer({ words, name, afterMs }: RollbackTimer, { init }: FixPlace): Promise<void> {
  const seconds = String(Math.ceil(afterMs / 1000));
  if (init === 'systemd') {
    // What a login leaves behind may be ended with it (logind.conf(5), KillUserProcesses); a unit is not.
    const timer = [`--unit=${name}`, `--on-active=${seconds}`, '--timer-property=AccuracySec=1s'];
    const { ok } = await command(['systemd-run', '--quiet', '--collect', ...timer, '--', ...words]);
    if (ok) return;
  }
  const wait = 'trap "" HUP INT TERM; sleep "$1"; shift; exec "$@"';
  const child = spawn('/bin/bash', ['-c', wait, name, seconds, ...words], {
    detached: true,
    stdio: 'ignore',
    cwd: '/',
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.unref();
}

/** There is nothing left for it to do; where it is not found, it finds that itself. */
export async function stopRollbackTimer(name: string, { init }: Pick<FixPlace, 'init'>): Promise<void> {
  if (init === 'systemd') await command(['systemctl', 'stop', `${name}.timer`]);
  const { processes } = await readProcesses('/proc');
  const waiting = processes.find(
    (each) => each.commandLine.startsWith('/bin/bash -c trap') && each.commandLine.includes(` ${name} `),
  );
  if (!waiting) return;
  try {
    process.kill(-waiting.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
