import { join } from 'node:path';
import type { Config } from '../config/index.ts';

/** Where the server keeps certificates that it made or got, and the key of its account at an authority. */
export function tlsFolderOf({ dataFolder }: Pick<Config, 'dataFolder'>): string {
  return join(dataFolder, 'tls');
}
