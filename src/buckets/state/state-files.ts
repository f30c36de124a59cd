/** What the guard of buckets keeps on this computer, readable by its user alone: what stores said, and receipts. */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { openPrivateFolder, safeFileName } from '../../storage/index.ts';
import type { Abilities } from '../facts/abilities.ts';
import { NO_NAMES, type KnownNames } from '../references/freed-names.ts';

export interface StateFiles {
  /** What a store said of a bucket, call by call; the last look replaces the one before. */
  keepRaw(scope: string, bucket: string, raw: Readonly<Record<string, unknown>>): Promise<void>;
  abilities(scope: string): Promise<Partial<Abilities>>;
  keepAbilities(scope: string, abilities: Abilities): Promise<void>;
  /** Names of buckets that earlier looks saw. */
  names(scope: string): Promise<KnownNames>;
  keepNames(scope: string, names: KnownNames): Promise<void>;
  /** On the disk before this resolves: an act that follows must not be undoable without it. */
  keepReceipt(receiptId: string, receipt: object): Promise<string>;
  /** Where a watch keeps what it knows of a part of a bucket. */
  watchPath(scope: string, bucket: string, prefix: string): string;
  /** Names of the buckets that a watch of every bucket knows; `null`: there was none. */
  watchedNames(scope: string): Promise<readonly string[] | null>;
  keepWatchedNames(scope: string, names: readonly string[]): Promise<void>;
  /** `null`: there is none of this name. */
  receipt(receiptId: string): Promise<unknown>;
}

export function openStateFiles(stateFolder: string): StateFiles {
  const root = join(stateFolder, 'buckets');
  const receiptPath = (receiptId: string) => join(root, 'receipts', `${safeFileName(receiptId)}.json`);
  const abilitiesPath = (scope: string) => join(root, 'endpoints', `${safeFileName(scope)}.json`);
  const namesPath = (scope: string) => join(root, 'names', `${safeFileName(scope)}.json`);
  const watchedPath = (scope: string) => join(root, 'watched', `${safeFileName(scope)}.json`);
  const { read, write } = openPrivateFolder();
  const readJson = async (path: string): Promise<object> => {
    const bytes = await read(path);
    return bytes === null ? {} : (JSON.parse(bytes.toString('utf8')) as object);
  };
  return {
    keepRaw: (scope, bucket, raw) =>
      write(
        join(root, 'facts', safeFileName(scope), `${safeFileName(bucket)}.json`),
        `${JSON.stringify(raw, null, 1)}\n`,
        false,
      ),
    async abilities(scope) {
      return await readJson(abilitiesPath(scope));
    },
    keepAbilities: (scope, abilities) => write(abilitiesPath(scope), `${JSON.stringify(abilities, null, 1)}\n`, false),
    async names(scope) {
      return { ...NO_NAMES, ...(await readJson(namesPath(scope))) };
    },
    // One that is lost would no longer be watched for.
    keepNames: (scope, names) => write(namesPath(scope), `${JSON.stringify(names)}\n`, true),
    async keepReceipt(receiptId, receipt) {
      const path = receiptPath(receiptId);
      await write(path, `${JSON.stringify(receipt, null, 1)}\n`, true);
      return path;
    },
    watchPath: (scope, bucket, prefix) => {
      const part = prefix === '' ? '' : `-${hash('sha256', prefix).slice(0, 16)}`;
      return join(root, 'watched', safeFileName(scope), `${safeFileName(bucket)}${part}.jsonl`);
    },
    async watchedNames(scope) {
      const bytes = await read(watchedPath(scope));
      return bytes === null ? null : (JSON.parse(bytes.toString('utf8')) as string[]);
    },
    keepWatchedNames: (scope, names) => write(watchedPath(scope), `${JSON.stringify(names)}\n`, true),
    async receipt(receiptId) {
      const found = await readJson(receiptPath(receiptId));
      return Object.keys(found).length === 0 ? null : found;
    },
  };
}
