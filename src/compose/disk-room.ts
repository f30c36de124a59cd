import { formatBytes } from '../base/text/quantities.ts';
import type { Config } from '../config/index.ts';
import type { MustHaveRoom } from '../files/index.ts';
import { storageErrors } from '../storage/index.ts';
import { freeDiskBytes } from './free-disk.ts';
import { storeTitles } from './stores/known-stores.ts';
import { foldersOf } from './stores/one-store.ts';

/** What is known of a disk is asked for anew after so long; what was let in since is taken off it. */
const KNOWN_MS = 1000;

export type Disks = Pick<Config, 'dataFolder' | 'objects' | 'backup'> & {
  readonly settings: { readonly server: Pick<Config['settings']['server'], 'minFreeDiskBytes'> };
};

interface Known {
  readonly askedMs: number;
  bytes: number;
}

/**
 * Keeps so much of each disk free that what frees more still fits: who trashes and purges writes records for it. Counts what the disk of a
 * folder store, and the one of the records, still has; a store elsewhere says itself when it is full.
 */
export function diskRoom(config: Disks, free: (folder: string) => Promise<number> = freeDiskBytes): MustHaveRoom {
  const { minFreeDiskBytes } = config.settings.server;
  const folders = { primary: foldersOf(config.objects), backup: foldersOf(config.backup) };
  const known = new Map<string, Known>();
  const knownOf = async (folder: string): Promise<Known> => {
    const nowMs = performance.now();
    const present = known.get(folder);
    if (present && nowMs - present.askedMs < KNOWN_MS) return present;
    // Of a disk that does not say, the store that lies on it says more when it is written to.
    const asked = { askedMs: nowMs, bytes: await free(folder).catch(() => Infinity) };
    known.set(folder, asked);
    return asked;
  };
  const take = async (folder: string, whose: string, bytes: number): Promise<void> => {
    const disk = await knownOf(folder);
    if (minFreeDiskBytes > 0 && disk.bytes - bytes < minFreeDiskBytes) {
      const detail = `the disk of the ${whose} has ${formatBytes(Math.max(0, disk.bytes))} left, and ${formatBytes(minFreeDiskBytes)} stay free so that files can still be removed`;
      throw storageErrors('store_full', { attempted: 'Store a file', detail });
    }
    disk.bytes -= bytes;
  };
  return async (store, bytes) => {
    // Its records are small, and the object lies there only where its store does.
    await take(config.dataFolder, 'records', 0);
    for (const folder of folders[store]) await take(folder, storeTitles[store], bytes);
  };
}
