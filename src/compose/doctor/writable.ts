import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Config } from '../../config/index.ts';
import { foldersOf } from '../stores/one-store.ts';
import { pass, fail, type Verdict } from './check.ts';

/** Whether whoever asks could start a server here. Changes nothing. */
export async function judgeWritable(config: Config): Promise<Verdict> {
  const { records, dataFolder, objects, backup } = config;
  const files = records.kind === 'sqlite' ? ['', '-wal', '-shm'].map((end) => records.file + end) : [];
  const refused: string[] = [];
  for (const path of [dataFolder, ...foldersOf(objects, backup), ...files])
    if (!(await mayWrite(path))) refused.push(path);
  if (refused.length === 0) return pass('This user may write where the server has to.');
  return fail(
    `This user may not write: ${refused.join(', ')}.`,
    'Ask as the user of the server. If it is that one, give it these files (chown), and the right to write them (chmod u+w).',
  );
}

/** Of what is not there, others tell. */
async function mayWrite(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'ENOENT';
  }
}
