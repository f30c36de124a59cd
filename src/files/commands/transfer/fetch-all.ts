import { lstat, mkdir } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import type { CommandContext, Progress } from '../../../base/command.ts';
import type { FileView } from '../../wire.ts';
import { contentOf, downloadFile } from './download.ts';
import { versionsOf } from '../remote/find-version.ts';
import { localError } from '../local/local-tree.ts';
import { inParallel } from './pool.ts';
import type { RemoteTree } from '../remote/remote-tree.ts';
import { stopsAll } from './retry.ts';
import { transferErrors } from './transfer-errors.ts';
import { failureOf, type FileResult, type Transferred } from './transfer-report.ts';
import { hashFile } from './upload.ts';

export interface FetchItem {
  readonly tree: RemoteTree;
  readonly file: FileView;
  /** Absolute. */
  readonly target: string;
  /** The path in the drive, for people. */
  readonly remote: string;
  /** What the person named as the place; below it nothing may be a link that leads elsewhere. */
  readonly root: string;
}

interface FetchJob {
  readonly items: readonly FetchItem[];
  /** Parents first. */
  readonly folders: readonly { readonly path: string; readonly root: string }[];
  readonly dryRun: boolean;
  readonly jobs: number;
  readonly overwrite: boolean;
}

/** Fetches everything; one file that fails does not stop the others, a server that is gone does. */
export async function fetchAll(context: CommandContext, job: FetchJob): Promise<Transferred> {
  const started = context.clock();
  const results: FileResult[] = [];
  let foldersMade = 0;
  let stoppedBy: unknown;

  const fetchOne = async (item: FetchItem, progress: Progress): Promise<FileResult> => {
    const { file, target, remote, tree } = item;
    const facts = { local: target, remote, size: file.size, versionId: file.versionId, sha256: file.sha256 };
    await refuseLinks(item.root, dirname(target));
    const there = await look(item, job.overwrite, context, progress);
    if (there === 'same') return { ...facts, outcome: 'unchanged' };
    if (job.dryRun) return { ...facts, outcome: 'planned' };
    await makeFolders(dirname(target));
    const options = { target, shown: remote, replace: there === 'other', progress, signal: context.signal };
    await downloadFile(tree.api, contentOf(tree.drive.id, file), options);
    return { ...facts, outcome: 'done' };
  };

  // Folders first, the empty ones too: they belong to a tree as well.
  for (const { path, root } of job.folders) {
    try {
      await refuseLinks(root, path);
      const missing = (await lstat(path).catch(() => null)) === null;
      if (missing && !job.dryRun) await makeFolders(path);
      if (missing) foldersMade += 1;
    } catch (error) {
      results.push({ local: path, remote: '', size: 0, outcome: 'failed', problem: failureOf(error) });
    }
  }

  const totalBytes = job.items.reduce((sum, { file }) => sum + file.size, 0);
  {
    using progress = context.terminal.progress({ verb: 'Fetching', totalBytes, totalFiles: job.items.length });
    await inParallel(job.items, job.jobs, async (item) => {
      const facts = { local: item.target, remote: item.remote, size: item.file.size };
      if (stoppedBy !== undefined) {
        results.push({ ...facts, outcome: 'not_tried' });
        return;
      }
      try {
        results.push(await fetchOne(item, progress));
        progress.file(item.remote);
      } catch (error) {
        context.signal.throwIfAborted();
        results.push({ ...facts, outcome: 'failed', problem: failureOf(error) });
        if (stopsAll(error)) stoppedBy ??= error;
      }
    });
  }
  return { results, foldersMade, tookMs: context.clock() - started, stoppedBy };
}

async function makeFolders(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw localError(folder, error);
  }
}

/** A link among the folders below the target would let a name in the drive choose where bytes are written. */
async function refuseLinks(root: string, folder: string): Promise<void> {
  const below = relative(root, folder);
  if (below === '' || below.startsWith('..')) return;
  let at = root;
  for (const name of below.split(sep)) {
    at = `${at}${sep}${name}`;
    const info = await lstat(at).catch(() => null);
    if (info === null) return;
    if (!info.isDirectory()) {
      const detail = info.isSymbolicLink() ? 'it is a symbolic link' : 'it is a file';
      throw transferErrors('local_path_unusable', { attempted: `Write into “${at}”`, detail });
    }
  }
}

/** What is at the target now; throws when it must not be replaced. */
async function look(
  { tree, file, target }: FetchItem,
  overwrite: boolean,
  { signal }: CommandContext,
  progress: Progress,
): Promise<'nothing' | 'same' | 'other'> {
  const attempted = `Write “${target}”`;
  const info = await lstat(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw localError(target, error);
  });
  if (info === null) return 'nothing';
  if (info.isDirectory()) {
    const remedy = `Fetch it under another name, or move the folder away.`;
    throw transferErrors('local_path_unusable', { attempted, detail: 'there is a folder of this name', remedy });
  }
  if (!info.isFile()) {
    if (overwrite) return 'other';
    throw transferErrors('local_path_unusable', {
      attempted,
      detail: 'there is a link or a special file of this name',
    });
  }
  const sha256 = info.size === file.size || !overwrite ? await hashFile(target, false, progress, signal) : undefined;
  if (sha256 !== undefined) progress.bytes(-info.size);
  if (sha256 === file.sha256) {
    progress.bytes(info.size);
    return 'same';
  }
  if (overwrite || sha256 === undefined) return 'other';
  // Replacing content that is kept as a version loses nothing; replacing anything else would.
  for await (const version of versionsOf(tree, file.id)) {
    if (version.sha256 === sha256) return 'other';
  }
  throw transferErrors('local_file_differs', { attempted });
}
