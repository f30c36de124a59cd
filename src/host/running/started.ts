/** A script that runs, whatever the shell it is written for. */
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface Started {
  readonly child: ChildProcess;
  /** What it prints beside its answers. */
  readonly said: Readable;
  /** Asked once it has ended. */
  readonly answer: () => Promise<Buffer>;
  /** Ends it with what it started; nothing happens where that is gone. */
  readonly end: () => void;
}

export function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
