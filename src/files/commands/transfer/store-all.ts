import type { CommandContext, Progress } from '../../../base/commands/command.ts';
import { fileErrors } from '../../errors.ts';
import type { FileView } from '../../wire.ts';
import type { LocalItem } from '../local/local-tree.ts';
import { inParallel } from './pool.ts';
import { remoteFolders, treeText, type RemoteFolders } from '../remote/remote-folders.ts';
import type { RemoteTree } from '../remote/remote-tree.ts';
import { stopsAll } from './retry.ts';
import { settleCopies } from './settle-copies.ts';
import { failureOf, type FileResult, type Transferred } from './transfer-report.ts';
import { hashFile, uploadFile } from './upload.ts';

export interface PlannedFile {
  readonly item: LocalItem;
  /** Names from the root of the drive to the file. */
  readonly target: readonly string[];
}

interface StoreJob {
  readonly files: readonly PlannedFile[];
  /** Folders that have to be there in the end, with or without files in them. */
  readonly folders: readonly (readonly string[])[];
  readonly dryRun: boolean;
  readonly jobs: number;
  readonly follow: boolean;
}

/** Makes the folders, stores the files. One file that fails does not stop the others; a server that is gone does. */
export async function storeAll(context: CommandContext, tree: RemoteTree, job: StoreJob): Promise<Transferred> {
  const started = context.clock();
  const results: FileResult[] = [];
  const stored: FileView[] = [];
  let stoppedBy: unknown;
  const targets = job.files.map(({ target }) => target);
  const folders = remoteFolders(tree, targets, job);
  const totalBytes = job.files.reduce((sum, { item }) => sum + item.size, 0);
  using progress = context.terminal.progress({ verb: 'Storing', totalBytes, totalFiles: job.files.length });

  const failed = (facts: Pick<FileResult, 'local' | 'remote' | 'size'>, error: unknown): void => {
    context.signal.throwIfAborted();
    results.push({ ...facts, outcome: 'failed', problem: failureOf(error) });
    if (stopsAll(error)) stoppedBy ??= error;
  };

  await inParallel(job.files, job.jobs, async (file) => {
    const facts = { local: file.item.path, remote: treeText(tree, file.target), size: file.item.size };
    if (stoppedBy !== undefined) return void results.push({ ...facts, outcome: 'not_tried' });
    try {
      const there = await findSame(context, { folders, job, file, progress, facts });
      if (there) results.push(there);
      else {
        const entry = await storeOne(context, { tree, folders, job, file, progress });
        stored.push(entry);
        results.push({ ...facts, size: entry.size, outcome: 'done', ...versionFacts(entry) });
      }
      progress.file(file.item.path);
    } catch (error) {
      failed(facts, error);
    }
  });
  for (const segments of job.folders) {
    if (stoppedBy !== undefined) break;
    await folders.at(segments).catch((error: unknown) => {
      failed({ local: '', remote: treeText(tree, segments), size: 0 }, error);
    });
  }

  const tookMs = context.clock() - started;
  progress[Symbol.dispose]();
  const copies = stoppedBy === undefined ? await settleCopies(tree, stored, context.signal) : new Map<string, number>();
  return { results: results.map((each) => withCopies(each, copies)), foldersMade: folders.made(), tookMs, stoppedBy };
}

interface StoreStep {
  readonly folders: RemoteFolders;
  readonly job: StoreJob;
  readonly file: PlannedFile;
  readonly progress: Progress;
}

/** The result for a file that needs no upload: it is there already, or this is a dry run. */
async function findSame(
  context: CommandContext,
  { folders, job, file, progress, facts }: StoreStep & { facts: Pick<FileResult, 'local' | 'remote' | 'size'> },
): Promise<FileResult | null> {
  const { item, target } = file;
  const into = await folders.at(target.slice(0, -1));
  const there = into.children.get((target.at(-1) ?? '').normalize('NFC'));
  if (there?.kind === 'folder') {
    const remedy = `To store it into that folder put a “/” at the end: ${facts.remote}/`;
    throw fileErrors('is_a_folder', { attempted: `Store ${facts.remote}`, remedy });
  }
  if (there?.kind === 'file' && there.size === item.size) {
    const sha256 = await hashFile(item, job.follow, progress, context.signal);
    if (sha256 === there.sha256) return { ...facts, outcome: 'unchanged', ...versionFacts(there) };
    // All of it was counted while it was read; it is counted again while it is sent.
    progress.bytes(-item.size);
  }
  return into.id === null || job.dryRun ? { ...facts, outcome: 'planned' } : null;
}

async function storeOne(
  context: CommandContext,
  { tree, folders, job, file, progress }: StoreStep & { tree: RemoteTree },
): Promise<FileView> {
  const { id } = await folders.at(file.target.slice(0, -1));
  const name = file.target.at(-1) ?? '';
  const target = { api: tree.api, driveId: tree.drive.id, folderId: id ?? tree.drive.rootId, name };
  const options = { follow: job.follow, progress, signal: context.signal };
  return (await uploadFile(target, file.item, options)).entry;
}

function versionFacts({ versionId, sha256, copies }: FileView): Pick<FileResult, 'versionId' | 'sha256' | 'copies'> {
  return { versionId, sha256, copies: copies.count };
}

function withCopies(result: FileResult, copies: ReadonlyMap<string, number>): FileResult {
  const now = result.versionId === undefined ? undefined : copies.get(result.versionId);
  return now === undefined ? result : { ...result, copies: now };
}
