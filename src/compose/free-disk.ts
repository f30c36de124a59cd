import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Bytes that this user may still write where `path` lies (or will lie). */
export async function freeDiskBytes(path: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (error) {
    const parent = dirname(path);
    if ((error as { code?: string }).code !== 'ENOENT' || parent === path) throw error;
    return freeDiskBytes(parent);
  }
}
