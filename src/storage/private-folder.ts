/** Small files of one user, readable by them alone, each replaced as a whole. */
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '../base/ids.ts';
import { makeDurableFolder, syncFolder } from './durable-folder.ts';

export interface PrivateFolder {
  /** Whole or not at all; makes the folders above. `durable`: on the disk before it resolves. */
  readonly write: (path: string, bytes: string | Uint8Array, durable: boolean) => Promise<void>;
  /** `null`: there is none. */
  readonly read: (path: string) => Promise<Buffer | null>;
}

/** Paths are full ones; folders are made once. */
export function openPrivateFolder(): PrivateFolder {
  const made = new Map<string, Promise<void>>();
  const folder = async (path: string): Promise<void> => {
    // A receipt in a folder whose own name a power cut forgets would be gone with it.
    const making = made.get(path) ?? makeDurableFolder(path);
    made.set(path, making);
    // What failed is tried anew by the next one.
    await making.catch((error: unknown) => {
      made.delete(path);
      throw error;
    });
  };
  return {
    async write(path, bytes, durable) {
      const parent = join(path, '..');
      await folder(parent);
      const temporary = `${path}.${newId()}.tmp`;
      try {
        await using file = await open(temporary, 'wx', 0o600);
        await file.writeFile(bytes);
        if (durable) await file.sync();
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      await rename(temporary, path);
      // Without it a power cut may forget the new name.
      if (durable) await syncFolder(parent);
    },
    async read(path) {
      try {
        return await readFile(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
  };
}

/** A file name that no text, however it is called, can leave the folder with. */
export function safeFileName(text: string): string {
  return encodeURIComponent(text).replaceAll('.', '%2E').slice(0, 240);
}
