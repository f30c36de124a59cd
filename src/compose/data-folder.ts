import { mkdir, stat } from 'node:fs/promises';
import { composeErrors } from './errors.ts';

/** Makes the data folder for this user alone (0700). One that is there already keeps its permissions; `doctor` judges them. */
export async function makeDataFolder(folder: string): Promise<void> {
  const attempted = `Use the data folder ${folder}`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if ((await stat(folder)).isDirectory()) return;
  } catch (cause) {
    throw composeErrors('data_folder_unusable', { attempted, detail: (cause as { code?: string }).code ?? '', cause });
  }
  throw composeErrors('data_folder_unusable', { attempted, detail: 'it is not a folder' });
}
