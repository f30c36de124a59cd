/** Whether the process that wrote something down still runs: numbers of processes are given out again. */
import { readFileSync } from 'node:fs';

export interface NamedProcess {
  readonly pid: number;
  /** proc(5), field 22 of /proc/PID/stat: when it was started, in ticks since the boot. */
  readonly startedTicks: string;
}

export function ownProcess(): NamedProcess {
  return { pid: process.pid, startedTicks: startedTicks(process.pid) ?? '' };
}

export function isRunning({ pid, startedTicks: then }: NamedProcess): boolean {
  return Number.isSafeInteger(pid) && then !== '' && startedTicks(pid) === then;
}

function startedTicks(pid: number): string | null {
  try {
    // The name of the program, which may hold anything, ends with the last parenthesis.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
