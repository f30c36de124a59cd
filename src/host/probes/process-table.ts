/** One walk of /proc: every process with what checks ask of it, and which sockets each one holds. */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';

export interface Process {
  readonly pid: number;
  readonly parentPid: number;
  readonly uid: number;
  readonly euid: number;
  /** Seconds since the epoch. */
  readonly startS: number;
  /** User and system time so far. */
  readonly cpuS: number;
  /** A thread of the kernel, as the kernel itself says. */
  readonly isKernel: boolean;
  readonly state: string;
  readonly name: string;
  /** `''`: not readable, or there is none. */
  readonly exe: string;
  readonly isExeDeleted: boolean;
  readonly cwd: string;
  /** Number of the terminal; 0: none. */
  readonly tty: number;
  readonly commandLine: string;
  readonly sockets: readonly HeldSocket[];
}

export interface HeldSocket {
  readonly inode: string;
  readonly fd: number;
}

/** USER_HZ, which Linux fixes at 100 for what it tells programs. */
const TICKS_A_SECOND = 100;
const PF_KTHREAD = 0x00200000;
/** A process has at most this much shown of its command line. */
const MAX_COMMAND_LINE = 8192;
/** So many at a time, so that a progress bar moves and Ctrl-C is heard. */
const AT_ONCE = 64;
/** `/proc` is mounted with `hidepid` (proc(5)), so that the processes of others are not listed. */
export const UNCOUNTED = -1;

export interface ProcessTable {
  readonly processes: readonly Process[];
  /** Those whose executable or sockets we may not see; `UNCOUNTED`: not even how many there are. */
  readonly closed: number;
}

/** `proc` is `/proc`. Processes that end meanwhile are left out. */
export async function readProcesses(proc: string, signal?: AbortSignal): Promise<ProcessTable> {
  const bootS = Number(/^btime (\d+)$/m.exec(text(join(proc, 'stat')) ?? '')?.[1] ?? 0);
  const processes: Process[] = [];
  let closed = 0;
  for (const [index, name] of readdirSync(proc).entries()) {
    if (!/^\d+$/.test(name)) continue;
    if (index % AT_ONCE === 0) {
      await turn();
      signal?.throwIfAborted();
    }
    const found = readProcess(join(proc, name), Number(name), bootS);
    if (found === null) continue;
    processes.push(found.process);
    if (found.isClosed) closed += 1;
  }
  // The first process is somebody else's to all but root, and is there as long as the machine runs.
  const isHidden = hidesOthers(proc) && !processes.some(({ pid }) => pid === 1);
  return { processes, closed: isHidden ? UNCOUNTED : closed };
}

function hidesOthers(proc: string): boolean {
  return /^\S+ \/proc proc \S*\bhidepid=[^0o]/m.test(text(join(proc, 'self', 'mounts')) ?? '');
}

function readProcess(folder: string, pid: number, bootS: number): { process: Process; isClosed: boolean } | null {
  const stat = text(join(folder, 'stat'));
  const status = text(join(folder, 'status'));
  if (stat === null || status === null) return null;
  // The name stands in brackets and may itself hold brackets, spaces and line breaks.
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3] ?? 0);
  const [uid = 0, euid = 0] = (/^Uid:\s+(\d+)\s+(\d+)/m.exec(status) ?? []).slice(1).map(Number);
  const isKernel = (field(9) & PF_KTHREAD) !== 0;
  const exe = link(join(folder, 'exe'));
  const sockets = isKernel ? [] : socketsOf(join(folder, 'fd'));
  return {
    isClosed: !isKernel && sockets === null,
    process: {
      pid,
      parentPid: field(4),
      uid,
      euid,
      startS: bootS + Math.floor(field(22) / TICKS_A_SECOND),
      cpuS: Math.floor((field(14) + field(15)) / TICKS_A_SECOND),
      isKernel,
      state: fields[0] ?? '',
      name: stat.slice(stat.indexOf('(') + 1, end),
      exe: exe.replace(/ \(deleted\)$/, ''),
      isExeDeleted: exe.endsWith(' (deleted)') && isGone(join(folder, 'exe')),
      cwd: link(join(folder, 'cwd')),
      tty: field(7),
      commandLine: (text(join(folder, 'cmdline')) ?? '')
        .slice(0, MAX_COMMAND_LINE)
        .replace(/\0+$/, '')
        .replaceAll('\0', ' '),
      sockets: sockets ?? [],
    },
  };
}

/** A file can be called “x (deleted)”; one that was deleted has no name left. */
function isGone(exe: string): boolean {
  try {
    return statSync(exe).nlink === 0;
  } catch {
    return true;
  }
}

/** `null`: we may not see them. */
function socketsOf(folder: string): HeldSocket[] | null {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? null : [];
  }
  return names.flatMap((fd) => {
    const inode = /^socket:\[(\d+)\]$/.exec(link(join(folder, fd)))?.[1];
    return inode === undefined ? [] : [{ inode, fd: Number(fd) }];
  });
}

function text(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
