import { createHash, randomBytes } from 'node:crypto';
import { lstat, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../base/clock.ts';
import { newId } from '../../../base/ids.ts';
import { isAbsent } from './errors.ts';

/** Names of temporary files tell whose they are: host, process, and which run of it (a container is always process 1). */
const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
const RUN = randomBytes(4).toString('hex');
const NAME = /^t-([0-9a-f]{8})-(\d+)-([0-9a-f]{8})-[0-9a-f-]{36}/;

/** A file of another host is left alone until nothing was written to it for a day. */
const FOREIGN_AGE_MS = 24 * 3_600_000;

export function temporaryName(): string {
  return `t-${HOST}-${process.pid}-${RUN}-${newId()}`;
}

/** Removes what killed processes left in a folder of temporary files. Returns how many files that were. */
export async function removeLeftovers(folder: string, clock: Clock): Promise<number> {
  let removed = 0;
  for (const name of await readdir(folder)) {
    const match = NAME.exec(name);
    if (!match) continue;
    const [, host, pid, run] = match;
    const path = join(folder, name);
    const ours = host === HOST && Number(pid) === process.pid && run === RUN;
    if (ours) continue;
    const abandoned =
      host === HOST && (Number(pid) === process.pid || !isRunning(Number(pid)))
        ? true
        : await isOlderThan(path, clock() - FOREIGN_AGE_MS);
    if (!abandoned) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}

/** True when nothing was written at this path since `sinceMs`. */
export async function isOlderThan(path: string, sinceMs: number): Promise<boolean> {
  try {
    return (await lstat(path)).mtimeMs < sinceMs;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
