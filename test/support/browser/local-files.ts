import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface LocalFiles extends AsyncDisposable {
  readonly folder: string;
  path(name: string): string;
}

/** A folder of files on this machine, by their paths in it; gone at the end. */
export async function localFiles(files: Readonly<Record<string, string | Uint8Array>>): Promise<LocalFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-e2e-files-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return {
    folder,
    path: (name) => join(folder, name),
    [Symbol.asyncDispose]: async () => await rm(folder, { recursive: true, force: true }),
  };
}
