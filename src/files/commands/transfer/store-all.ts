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

type Facts = Pick<FileResult, 'local' | 'remote' | 'size'>;

/** A file that is in the drive already, as it was seen there. */
interface Unchanged {
  readonly file: PlannedFile;
  readonly facts: Facts;
  readonly there: FileView;
}

/** Makes the folders, stores the files. One file that fails does not stop the others; a server that is gone does. */
export async function storeAll(context: CommandContext, tree: RemoteTree, job: StoreJob): Promise<Transferred> {
  const started = context.clock();
  const results: FileResult[] = [];
  const stored: FileView[] = [];
  const unchanged: Unchanged[] = [];
  let stoppedBy: unknown;
  const targets = job.files.map(({ target }) => target);
  const folders = remoteFolders(tree, targets, job);
  const totalBytes = job.files.reduce((sum, { item }) => sum + item.size, 0);
  using progress = context.terminal.progress({ verb: 'Storing', totalBytes, totalFiles: job.files.length });

  const attempt = async (facts: Facts, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      context.signal.throwIfAborted();
      results.push({ ...facts, outcome: 'failed', problem: failureOf(error) });
      if (stopsAll(error)) stoppedBy ??= error;
    }
  };
  const store = async (file: PlannedFile, facts: Facts, into: RemoteFolders): Promise<void> => {
    const { id } = await into.at(file.target.slice(0, -1));
    if (id === null || job.dryRun) return void results.push({ ...facts, outcome: 'planned' });
    const entry = await storeOne(context, { tree, folderId: id, job, file, progress });
    stored.push(entry);
    results.push({ ...facts, size: entry.size, outcome: 'done', ...versionFacts(entry) });
  };

  await inParallel(job.files, job.jobs, async (file) => {
    const facts = { local: file.item.path, remote: treeText(tree, file.target), size: file.item.size };
    if (stoppedBy !== undefined) return void results.push({ ...facts, outcome: 'not_tried' });
    await attempt(facts, async () => {
      const there = await findSame(context, { folders, job, file, progress, facts });
      if (there) unchanged.push({ file, facts, there });
      else await store(file, facts, folders);
      progress.file(file.item.path);
    });
  });
  for (const segments of job.folders) {
    if (stoppedBy !== undefined) break;
    const facts = { local: '', remote: treeText(tree, segments), size: 0 };
    await attempt(facts, async () => void (await folders.at(segments)));
  }

  const again = await lookAgain(tree, stoppedBy === undefined ? unchanged : [], job);
  await inParallel(unchanged, job.jobs, async ({ file, facts, there }) => {
    await attempt(facts, async () => {
      const step = { folders: again, job, file, progress, facts, known: there.sha256 };
      // Of a run that was stopped it is told what was seen.
      const now = stoppedBy === undefined ? await findSame(context, step) : there;
      if (now) results.push({ ...facts, outcome: 'unchanged', ...versionFacts(now) });
      else await store(file, facts, again);
    });
  });

  const tookMs = context.clock() - started;
  progress[Symbol.dispose]();
  const copies = stoppedBy === undefined ? await settleCopies(tree, stored, context.signal) : new Map<string, number>();
  const foldersMade = folders.made() + again.made();
  return { results: results.map((each) => withCopies(each, copies)), foldersMade, tookMs, stoppedBy };
}

/**
 * The folders of what seems unchanged, by their paths and as they are now. The first look at a folder may be hours old when
 * its last file was read, and what somebody has removed, moved or replaced since then must not be told to be there. One
 * request for each file would cost more than all else in a large tree where nothing has changed; so each folder is looked
 * at once more when all have been read, which is as cheap as the first look and leaves a window of moments.
 */
async function lookAgain(
  tree: RemoteTree,
  unchanged: readonly Unchanged[],
  { dryRun, jobs }: StoreJob,
): Promise<RemoteFolders> {
  const targets = unchanged.map(({ file }) => file.target);
  const folders = remoteFolders(tree, targets, { dryRun });
  const paths = new Map(targets.map((target) => [target.slice(0, -1).join('/'), target.slice(0, -1)]));
  // Many at a time, which files one after the other in the same folder are not. What fails is told of each file in it.
  await inParallel(paths.values(), jobs, async (path) => void (await folders.at(path).catch(() => undefined)));
  return folders;
}

interface StoreStep {
  readonly job: StoreJob;
  readonly file: PlannedFile;
  readonly progress: Progress;
}

interface FindStep extends StoreStep {
  readonly folders: RemoteFolders;
  readonly facts: Facts;
  /** SHA-256 of the local file, where it was read before. */
  readonly known?: string;
}

/** The file in the drive that is the same already, and needs no upload. */
async function findSame(
  context: CommandContext,
  { folders, job, file, progress, facts, known }: FindStep,
): Promise<FileView | null> {
  const { item, target } = file;
  const into = await folders.at(target.slice(0, -1));
  const there = into.children.get((target.at(-1) ?? '').normalize('NFC'));
  if (there?.kind === 'folder') {
    const remedy = `To store it into that folder put a “/” at the end: ${facts.remote}/`;
    throw fileErrors('is_a_folder', { attempted: `Store ${facts.remote}`, remedy });
  }
  let sha256 = known;
  if (there?.size === item.size) {
    sha256 ??= await hashFile(item, job.follow, progress, context.signal);
    if (sha256 === there.sha256) return there;
  }
  // All of it was counted while it was read; it is counted again while it is sent.
  if (sha256 !== undefined) progress.bytes(-item.size);
  return null;
}

async function storeOne(
  context: CommandContext,
  { tree, folderId, job, file, progress }: StoreStep & { tree: RemoteTree; folderId: string },
): Promise<FileView> {
  const name = file.target.at(-1) ?? '';
  const target = { api: tree.api, driveId: tree.drive.id, folderId, name };
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
