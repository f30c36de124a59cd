/** What is looked at once for all checks, as fact files: records whose fields end by NUL, or texts as a tool printed them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runScript, type Ground } from '../running/run-check.ts';
import { scripts } from '../scripts.ts';
import type { ProbeName } from './probe-names.ts';
import { readProcesses, UNCOUNTED, type Process } from './process-table.ts';
import { readSockets, type Socket } from './socket-table.ts';

/** What became of a probe. What it did not see is told by whoever needs it as not looked at. */
export interface Probed {
  readonly probe: ProbeName;
  readonly tookMs: number;
  /** Everything that it looks for was seen. */
  readonly complete: boolean;
  /** Why not; `null`: it was. */
  readonly why: string | null;
}

export interface ProbeOptions {
  /** A walk of the file system ends after this, with what it has. */
  readonly walkTimeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Each on its own, so that a check starts once what it reads is there. Promises never reject, but by `signal`. */
export function startProbes(
  names: ReadonlySet<ProbeName>,
  ground: Ground,
  options: ProbeOptions,
): ReadonlyMap<ProbeName, Promise<Probed>> {
  const started = new Map<ProbeName, Promise<Probed>>();
  const { signal } = options;
  if (names.has('processes') || names.has('sockets')) {
    const table = readProcesses(join(ground.root, '/proc'), signal);
    if (names.has('processes')) {
      started.set(
        'processes',
        timed('processes', async () => {
          const { processes, closed } = await table;
          await keep(ground, 'processes', processes.map(processFields));
          return hiddenBy(closed);
        }),
      );
    }
    if (names.has('sockets')) {
      started.set(
        'sockets',
        timed('sockets', async () => {
          const { processes, closed } = await table;
          const sockets = readSockets(join(ground.root, '/proc'), processes);
          await keep(ground, 'sockets', sockets.map(socketFields));
          return hiddenBy(closed);
        }),
      );
    }
  }
  for (const name of names) {
    if (started.has(name)) continue;
    started.set(
      name,
      timed(name, () => native(name, ground, options)),
    );
  }
  return started;
}

async function timed(probe: ProbeName, look: () => Promise<string | null>): Promise<Probed> {
  const startMs = performance.now();
  const why = await look();
  return { probe, tookMs: performance.now() - startMs, complete: why === null, why };
}

export const PROBE_TIMEOUT_MS = 60_000;

async function native(name: ProbeName, ground: Ground, options: ProbeOptions): Promise<string | null> {
  const path = ground.windows ? join(scripts.windowsProbes, `${name}.ps1`) : join(scripts.probes, `${name}.sh`);
  const timeoutMs = name === 'files' ? options.walkTimeoutMs : PROBE_TIMEOUT_MS;
  const { outcome } = await runScript({ path, words: ['look'], timeoutMs }, ground, options.signal);
  if (outcome === 'done') return null;
  return outcome === 'timed_out' ? lateAfter(timeoutMs) : BROKE_OFF;
}

export const BROKE_OFF = 'it broke off';

export function lateAfter(timeoutMs: number): string {
  return `it was not done after ${timeoutMs / 1000} s`;
}

/** `null`: all of them showed it. `closed` as in `ProcessTable`. */
export function hiddenBy(closed: number): string | null {
  if (closed === UNCOUNTED) return 'only our own processes are listed (/proc is mounted with hidepid)';
  return closed === 0 ? null : `${closed} processes of others do not show what they hold`;
}

type Field = string | number;

async function keep({ facts }: Ground, name: string, rows: readonly (readonly Field[])[]): Promise<void> {
  const path = join(facts, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, rows.map((fields) => fields.map((field) => `${field}\0`).join('')).join(''), { mode: 0o600 });
}

function processFields(each: Process): readonly Field[] {
  const { pid, parentPid, uid, euid, startS, cpuS, isKernel, state, name, exe, isExeDeleted, cwd, tty, commandLine } =
    each;
  return [
    ...[pid, parentPid, uid, euid, startS, cpuS, Number(isKernel), state, name, exe, Number(isExeDeleted)],
    ...[cwd, tty, commandLine],
  ];
}

function socketFields(each: Socket): readonly Field[] {
  const { protocol, state, localAddress, localPort, remoteAddress, remotePort, uid, inode, holder } = each;
  return [
    ...[protocol, state, localAddress, localPort, remoteAddress, remotePort, uid, inode],
    ...[holder?.pid ?? '', holder?.fd ?? '', holder?.name ?? ''],
  ];
}
