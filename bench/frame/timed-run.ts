/** A program from its start to its end: how long it took, and how much memory it and all that it starts had. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { treeResidentMiB } from '../process-memory.ts';

/** Between two looks at the memory. */
export const SAMPLE_MS = 20;

export interface Ran {
  readonly ms: number;
  /** Of the processors, in the program and the system, of all its processes: what other programs do beside it hardly counts. In steps of 10 ms. */
  readonly cpuMs: number;
  /** The most that all of its processes together had at once, as far as it was looked. */
  readonly peakMiB: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that mean it ran to its end. Default: 0 alone. */
  readonly ends?: readonly number[];
}

/** Throws with what it said to its standard error when it did not run to its end. One at a time, or their processor time is taken for one's. */
export async function timedRun(command: readonly string[], { cwd, env, ends = [0] }: RunOptions = {}): Promise<Ran> {
  const [file = '', ...args] = command;
  const cpuBefore = endedCpuMs();
  const started = performance.now();
  const child = spawn(file, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (bytes: Buffer) => stdout.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => stderr.push(bytes));
  let peakMiB = 0;
  const sampling = setInterval(() => {
    if (child.pid !== undefined) peakMiB = Math.max(peakMiB, treeResidentMiB(child.pid));
  }, SAMPLE_MS);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  clearInterval(sampling);
  if (exitCode === null || !ends.includes(exitCode)) {
    throw new Error(`${command.join(' ')} ended with ${exitCode}: ${Buffer.concat(stderr).toString()}`);
  }
  return {
    ms: performance.now() - started,
    cpuMs: endedCpuMs() - cpuBefore,
    peakMiB,
    stdout: Buffer.concat(stdout).toString(),
    stderr: Buffer.concat(stderr).toString(),
  };
}

/** Of all programs that were started here and have ended, with theirs: proc_pid_stat(5), cutime and cstime. */
function endedCpuMs(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10;
}
