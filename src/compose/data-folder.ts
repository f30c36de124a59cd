import { stat } from 'node:fs/promises';
import { makeDurableFolder } from '../storage/index.ts';
import { composeErrors } from './errors.ts';

/** Makes the data folder for this user alone (0700). One that is there already keeps its permissions; `doctor` judges them. */
export async function makeDataFolder(folder: string): Promise<void> {
  const attempted = `Use the data folder ${folder}`;
  try {
    // With its own name on the disk: a power cut that took that back would take all that was stored in it along.
    await makeDurableFolder(folder);
    if ((await stat(folder)).isDirectory()) return;
  } catch (cause) {
    throw composeErrors('data_folder_unusable', { attempted, detail: (cause as { code?: string }).code ?? '', cause });
  }
  throw composeErrors('data_folder_unusable', { attempted, detail: 'it is not a folder' });
}
