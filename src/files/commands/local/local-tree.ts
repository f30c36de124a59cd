import { readdir, realpath, stat, lstat } from 'node:fs/promises';
import { isUtf8 } from 'node:buffer';
import type { Stats } from 'node:fs';
import { basename, join } from 'node:path';
import { transferErrors } from '../transfer/transfer-errors.ts';
import type { PathFilter } from './globs.ts';
import { isPartialName } from './partial-name.ts';

/** Something on this computer that takes part in a put. */
export interface LocalItem {
  readonly kind: 'file' | 'folder';
  /** To open it. */
  readonly path: string;
  /** Names below the folder that was named; empty for that folder (or file) itself. */
  readonly below: readonly string[];
  readonly size: number;
  readonly modifiedMs: number;
}

/** Something that was met and does not take part; it is always told. */
export interface LeftOut {
  readonly path: string;
  readonly reason: 'symbolic link' | 'not a regular file' | 'loop of links' | 'unfinished download';
}

export interface LocalTree {
  readonly items: readonly LocalItem[];
  readonly leftOut: readonly LeftOut[];
  /** What could not even be looked at. */
  readonly failures: readonly { readonly path: string; readonly error: unknown }[];
}

/** Walks what was named, parents before children, names in byte order, so that two runs do the same. */
export async function scanLocal(
  named: string,
  { filter, follow, signal }: { filter: PathFilter; follow: boolean; signal: AbortSignal },
): Promise<LocalTree> {
  const items: LocalItem[] = [];
  const leftOut: LeftOut[] = [];
  const failures: { path: string; error: unknown }[] = [];

  const add = (kind: LocalItem['kind'], path: string, below: readonly string[], info: Stats): void => {
    items.push({ kind, path, below, size: kind === 'file' ? info.size : 0, modifiedMs: info.mtimeMs });
  };

  const walk = async (folder: string, below: readonly string[], above: ReadonlySet<string>): Promise<void> => {
    signal.throwIfAborted();
    for (const bytes of (await readdir(folder, { encoding: 'buffer' })).toSorted((a, b) => Buffer.compare(a, b))) {
      const path = join(folder, bytes.toString('utf8'));
      try {
        if (!isUtf8(bytes)) {
          throw transferErrors('local_path_unusable', {
            attempted: `Look at “${path}”`,
            detail: 'its name is not UTF-8',
            remedy: 'Give it another name.',
          });
        }
        await visit(path, [...below, bytes.toString('utf8')], above);
      } catch (error) {
        signal.throwIfAborted();
        failures.push({ path, error: localError(path, error) });
      }
    }
  };

  const visit = async (path: string, below: readonly string[], above: ReadonlySet<string>): Promise<void> => {
    const shown = below.join('/');
    let info = await lstat(path);
    if (info.isSymbolicLink()) {
      if (!follow) return void leftOut.push({ path, reason: 'symbolic link' });
      info = await stat(path);
    }
    if (info.isDirectory()) {
      if (!filter.folder(shown)) return;
      const real = await realpath(path);
      if (above.has(real)) return void leftOut.push({ path, reason: 'loop of links' });
      add('folder', path, below, info);
      return await walk(path, below, new Set([...above, real]));
    }
    if (!info.isFile()) return void leftOut.push({ path, reason: 'not a regular file' });
    if (!filter.file(shown)) return;
    if (isPartialName(basename(path))) return void leftOut.push({ path, reason: 'unfinished download' });
    add('file', path, below, info);
  };

  const info = await statNamed(named, follow);
  if (info.isDirectory()) {
    add('folder', named, [], info);
    await walk(named, [], new Set([await realpath(named)]));
  } else {
    add('file', named, [], info);
  }
  return { items, leftOut, failures };
}

/** What a person names must be usable: nothing is started when it is not. */
export async function statNamed(path: string, follow: boolean): Promise<Stats> {
  try {
    const info = await lstat(path);
    if (info.isSymbolicLink()) {
      if (!follow) throw transferErrors('symbolic_link_refused', { attempted: `Store “${path}”` });
      return await stat(path);
    }
    if (info.isDirectory() || info.isFile()) return info;
    throw transferErrors('local_path_unusable', { attempted: `Store “${path}”`, detail: 'it is no regular file' });
  } catch (error) {
    throw localError(path, error);
  }
}

/** An error of the file system in the person's words; others pass. */
export function localError(path: string, error: unknown): unknown {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  if (typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) return error;
  const details: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file or folder',
    EACCES: 'you are not allowed to use it',
    EPERM: 'you are not allowed to use it',
    ENOSPC: 'the disk is full',
    EDQUOT: 'your quota on the disk is used up',
    EROFS: 'the disk is read-only',
    EISDIR: 'it is a folder',
    ENOTDIR: 'a part of its path is a file',
    EEXIST: 'there is already something of this name',
    ELOOP: 'it is a symbolic link',
    ENAMETOOLONG: 'its name is too long for this disk',
    EIO: 'the disk reports an error',
  };
  return transferErrors('local_path_unusable', {
    attempted: `Use “${path}”`,
    detail: details[code] ?? code,
    cause: error,
  });
}
