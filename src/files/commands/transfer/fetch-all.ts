import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { CommandContext, Progress } from '../../../base/commands/command.ts';
import type { FileView } from '../../wire.ts';
import { contentOf, downloadFile } from './download.ts';
import { versionsOf } from '../remote/find-version.ts';
import { localError } from '../local/local-tree.ts';
import { type ReachedFolder, reachFolder, refuseLinks } from '../local/reached-folder.ts';
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
    const way = { ...WRITING, root: item.root, folder: dirname(target) };
    if (job.dryRun) await refuseLinks(way);
    // A link among the folders below the target would let a name in the drive choose where bytes are written.
    await using folder = job.dryRun ? null : await madeFolder(way);
    const at = folder ? join(folder.at, basename(target)) : target;
    const there = await look(item, at, job.overwrite, context, progress);
    if (there === 'same') return { ...facts, outcome: 'unchanged' };
    if (job.dryRun) return { ...facts, outcome: 'planned' };
    const options = { target, at, shown: remote, replaces: there, progress, signal: context.signal };
    await downloadFile(tree.api, contentOf(tree.drive.id, file), options);
    return { ...facts, outcome: 'done' };
  };

  // Folders first, the empty ones too: they belong to a tree as well.
  for (const { path, root } of job.folders) {
    try {
      const way = { ...WRITING, root, folder: path };
      const missing = (await lstat(path).catch(() => null)) === null;
      if (job.dryRun) await refuseLinks(way);
      else await (await madeFolder(way))[Symbol.asyncDispose]();
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

const WRITING = { verb: 'Write into' } as const;

async function madeFolder(way: Parameters<typeof reachFolder>[0]): Promise<ReachedFolder> {
  try {
    return await reachFolder(way, { make: true });
  } catch (error) {
    throw localError(way.folder, error);
  }
}

/** What is at the target now, `at` its way there, and is to be replaced; `null`: nothing. Throws when it must not be. */
async function look(
  { tree, file, target }: FetchItem,
  at: string,
  overwrite: boolean,
  { signal }: CommandContext,
  progress: Progress,
): Promise<Stats | 'same' | 'anything' | null> {
  const attempted = `Write “${target}”`;
  const info = await lstat(at).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw localError(target, error);
  });
  if (info === null) return null;
  if (info.isDirectory()) {
    const remedy = `Fetch it under another name, or move the folder away.`;
    throw transferErrors('local_path_unusable', { attempted, detail: 'there is a folder of this name', remedy });
  }
  if (info.isSymbolicLink()) {
    if (overwrite) return 'anything';
    throw transferErrors('local_path_unusable', { attempted, detail: 'there is a symbolic link of this name' });
  }
  if (!info.isFile()) {
    // With --overwrite too: a regular file in the place of a device or a queue breaks every program that uses it.
    const detail = 'there is a device, a pipe or a socket of this name';
    const remedy = 'Fetch it under another name, or write its content into that: holdfast cat';
    throw transferErrors('local_path_unusable', { attempted, detail, remedy });
  }
  const sha256 =
    info.size === file.size || !overwrite
      ? await hashFile({ path: at, shown: target, attempted }, false, progress, signal)
      : undefined;
  if (sha256 !== undefined) progress.bytes(-info.size);
  if (sha256 === file.sha256) {
    progress.bytes(info.size);
    return 'same';
  }
  if (overwrite || sha256 === undefined) return 'anything';
  // Replacing content that is kept as a version loses nothing; replacing anything else would.
  for await (const version of versionsOf(tree, file.id)) {
    if (version.sha256 === sha256) return info;
  }
  throw transferErrors('local_file_differs', { attempted });
}
