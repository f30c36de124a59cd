/** Whether everything that was done in a folder had reached the disk when the one who did it said so. */
import { basename, dirname } from 'node:path';
import { isNaming, isRemovalIn, isSyncOf, isWriteTo, precedes, quotedPaths, type Call } from './calls.ts';

/** What SQLite makes and removes by itself: it brings to the disk what of that has to be there. */
const OF_SQLITE = /-(?:journal|shm)$/;

/**
 * What was told as done (`done …` on the standard output) and was not on the disk, a sentence each: bytes of files
 * before they got their names, names, folders, removals, and the log of the records.
 */
export function notOnDisk(calls: readonly Call[], folder: string): string[] {
  const told = calls.filter(({ name, args }) => name === 'write' && /^1<.*?>, "done /.test(args));
  const inside = calls.filter(({ args }) => args.includes(folder));
  const breaches = new Set<string>();

  /** When somebody first relied on it; `undefined` when nobody did any more. */
  const reliedOn = (call: Call): Call | undefined => told.find(({ began }) => began > call.began);
  const synced = (path: string, after: Call, before: Call): boolean =>
    inside.filter(isSyncOf(path)).some((sync) => precedes(after, sync) && precedes(sync, before));
  const removed = (path: string, after: Call, before: Call): boolean =>
    inside
      .filter(isRemovalIn(path))
      .some((call) => quotedPaths(call).at(-1) === path && precedes(after, call) && call.began < before.began);
  const relative = (path: string): string => path.slice(folder.length + 1).replaceAll(/[0-9a-f-]{20,}/g, '…');
  const hold = (call: Call, path: string, kept: string, what: string): void => {
    const before = reliedOn(call);
    if (!before || removed(path, call, before) || synced(kept, call, before)) return;
    breaches.add(`${quotedPaths(before)[0]?.trim().replace('\\n', '')}: ${what} ${relative(path)}`);
  };

  const namings = inside.filter(isNaming(`${folder}/`));
  const renamed = new Set(namings.map((call) => quotedPaths(call).at(-2)));
  for (const naming of namings) {
    const [from = '', to = ''] = quotedPaths(naming).slice(-2);
    const last = inside.findLast(
      (call) => call.began < naming.began && (isWriteTo(from)(call) || isCreation(call, from)),
    );
    const before = reliedOn(naming);
    if (before && last && !removed(to, naming, before) && !synced(from, last, naming)) {
      breaches.add(`no fsync of the file before it was called ${relative(to)}`);
    }
    hold(naming, to, dirname(to), 'no fsync of the folder after naming');
  }
  for (const call of inside) {
    const path = quotedPaths(call).at(-1) ?? '';
    if (!path.startsWith(folder) || OF_SQLITE.test(path)) continue;
    if (call.name.startsWith('mkdir') && call.returned === 0)
      hold(call, path, dirname(path), 'no fsync above the folder');
    if (isCreation(call, path) && call.args.includes('O_EXCL') && !renamed.has(path)) {
      hold(call, path, path, 'no fsync of the new file');
      hold(call, path, dirname(path), 'no fsync of the folder of the new file');
    }
    if (isRemovalIn(folder)(call) && !path.includes('/.tmp/') && !basename(path).endsWith('.tmp')) {
      hold(call, path, dirname(path), 'no fsync of the folder after removing');
    }
  }
  for (const path of logsOf(inside)) {
    const last = told.at(-1);
    const write = inside.findLast((call) => isWriteTo(path)(call) && last !== undefined && call.began < last.began);
    if (write) hold(write, path, path, 'no fsync of the log');
  }
  return [...breaches];
}

function isCreation({ name, args, returned }: Call, path: string): boolean {
  return name === 'openat' && args.includes('O_CREAT') && args.includes(`"${path}"`) && (returned ?? -1) >= 0;
}

function logsOf(calls: readonly Call[]): Set<string> {
  const logs = calls.flatMap(({ args }) => /^\d+<(\/[^>]*-wal)>/.exec(args)?.[1] ?? []);
  return new Set(logs);
}
