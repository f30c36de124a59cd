import { lstat, mkdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from '../../durable-folder.ts';
import { storageErrors } from '../../errors.ts';
import { isAbsent, systemCode } from './errors.ts';

/** Where parts of objects lie before they are whole. Starts with a dot, so that no key can reach it. */
export const TEMPORARY = '.tmp';

/** The folder of a store: turns keys into paths, makes folders that survive a power cut, and watches that it stays there. */
export class FolderTree {
  /** Absolute, symbolic links resolved. */
  readonly root: string;
  readonly temporary: string;
  /** Folders whose entry in their parent is known to be on disk. */
  readonly #durable = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #waiting = new Map<string, Promise<void>>();

  constructor(root: string) {
    this.root = root;
    this.temporary = join(root, TEMPORARY);
  }

  pathOf(key: string): string {
    return join(this.root, key);
  }

  /**
   * Throws `store_denied` when a folder on the way to `key` is a symbolic link: following one could read or
   * overwrite what lies outside of the store. False when the folder does not exist.
   */
  async reaches(key: string, attempted: string): Promise<boolean> {
    const folder = dirname(this.pathOf(key));
    let real: string;
    try {
      real = await realpath(folder);
    } catch (error) {
      if (!isAbsent(error)) throw error;
      await this.assertThere(attempted);
      return false;
    }
    if (real !== folder) throw linkRefused(attempted);
    return true;
  }

  /**
   * An unmounted disk leaves an empty folder behind, in which every object seems to be missing. The folder for
   * temporary files, made when the store was opened, tells the two apart. Throws `store_unavailable`.
   */
  async assertThere(attempted: string): Promise<void> {
    try {
      await lstat(this.temporary);
    } catch (error) {
      if (!isAbsent(error)) throw error;
      throw storageErrors('store_unavailable', { attempted, detail: 'the folder of the store is gone', cause: error });
    }
  }

  /** Makes the folder of `key`. When it resolves, a power cut no longer undoes it. */
  async makeFolderOf(key: string, attempted: string): Promise<void> {
    await this.makeFolder(dirname(this.pathOf(key)), attempted);
    await this.reaches(key, attempted);
  }

  async makeFolder(folder: string, attempted: string): Promise<void> {
    if (folder === this.root || this.#durable.has(folder)) return;
    const parent = dirname(folder);
    await this.makeFolder(parent, attempted);
    try {
      await mkdir(folder, { mode: 0o700 });
    } catch (error) {
      const code = systemCode(error);
      if (code === 'ENOENT') await this.assertThere(attempted);
      if (code !== 'EEXIST') throw error;
      const found = await lstat(folder);
      if (found.isSymbolicLink()) throw linkRefused(attempted);
      if (!found.isDirectory()) {
        throw storageErrors('object_key_invalid', { attempted, detail: 'a folder of this key is an object itself' });
      }
    }
    // Also when it was there before: another put, or a process that was killed, may have made it a moment ago.
    await this.sync(parent);
    this.#durable.add(folder);
  }

  /** After somebody removed a folder behind our back: every folder is made, and synced, anew. */
  forgetFolders(): void {
    this.#durable.clear();
  }

  /** As {@link sync}, for a folder that may be missing. */
  async syncIfThere(folder: string): Promise<void> {
    try {
      await this.sync(folder);
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }

  /** Brings the entries of a folder to the disk. Calls that wait at the same time share one fsync. */
  async sync(folder: string): Promise<void> {
    const waiting = this.#waiting.get(folder);
    if (waiting) return waiting;
    const before = this.#running.get(folder) ?? Promise.resolve();
    const next = before
      .catch(() => undefined)
      .then(async () => {
        this.#waiting.delete(folder);
        const running = syncFolder(folder);
        this.#running.set(folder, running);
        try {
          await running;
        } finally {
          if (this.#running.get(folder) === running) this.#running.delete(folder);
        }
      });
    this.#waiting.set(folder, next);
    return next;
  }
}

function linkRefused(attempted: string): Error {
  return storageErrors('store_denied', {
    attempted,
    detail: 'a folder on the way to the object is a symbolic link',
    remedy: 'Mount the other disk there instead (a bind mount will do), or move the whole store.',
  });
}
