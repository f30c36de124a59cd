import type { CommandContext, Progress } from '../../base/command.ts';
import { hasCode } from '../../base/errors.ts';
import { fileErrors } from '../errors.ts';
import type { EntryView, FileView } from '../wire.ts';
import type { LocalItem } from './local-tree.ts';
import { inParallel } from './pool.ts';
import { remoteText } from './remote-path.ts';
import type { RemoteTree } from './remote-tree.ts';
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

/** A folder in the drive: `id` is null while a dry run only pretends to have made it. */
interface RemoteFolder {
  readonly id: string | null;
  readonly children: Map<string, EntryView>;
}

/** Makes the folders, stores the files. One file that fails does not stop the others; a server that is gone does. */
export async function storeAll(context: CommandContext, tree: RemoteTree, job: StoreJob): Promise<Transferred> {
  const started = context.clock();
  const results: FileResult[] = [];
  let foldersMade = 0;
  let stoppedBy: unknown;
  const text = (segments: readonly string[]): string =>
    remoteText(tree.drive.kind === 'personal' ? null : tree.drive.name, segments);

  const names = new Map<string, string[]>();
  for (const { target } of job.files) {
    const key = keyOf(target.slice(0, -1));
    names.set(key, [...(names.get(key) ?? []), target.at(-1) ?? '']);
  }

  const folders = new Map<string, Promise<RemoteFolder>>();
  const folder = async (segments: readonly string[]): Promise<RemoteFolder> => {
    const key = keyOf(segments);
    const known = folders.get(key) ?? prepare(segments);
    folders.set(key, known);
    return await known;
  };
  const prepare = async (segments: readonly string[]): Promise<RemoteFolder> => {
    const wanted = names.get(keyOf(segments)) ?? [];
    const existing = await findFolder(tree, segments, text);
    if (existing) return { id: existing.id, children: await tree.some(segments, existing.id, wanted) };
    const parent = await folder(segments.slice(0, -1));
    foldersMade += 1;
    if (parent.id === null || job.dryRun) return { id: null, children: new Map() };
    const name = segments.at(-1) ?? '';
    try {
      return { id: (await tree.makeFolder(parent.id, name)).id, children: new Map() };
    } catch (error) {
      // Somebody else made it between our look and our act.
      const now = hasCode(error, 'name_taken') ? await findFolder(tree, segments, text) : null;
      if (!now) throw error;
      foldersMade -= 1;
      return { id: now.id, children: await tree.some(segments, now.id, wanted) };
    }
  };

  const storeOne = async ({ item, target }: PlannedFile, progress: Progress): Promise<FileResult> => {
    const facts = { local: item.path, remote: text(target), size: item.size };
    const into = await folder(target.slice(0, -1));
    const name = target.at(-1) ?? '';
    const there = into.children.get(name.normalize('NFC'));
    if (there?.kind === 'folder') {
      const remedy = `To store it into that folder put a “/” at the end: ${text(target)}/`;
      throw fileErrors('is_a_folder', { attempted: `Store ${facts.remote}`, remedy });
    }
    if (there?.kind === 'file' && there.size === item.size) {
      const sha256 = await hashFile(item.path, job.follow, progress, context.signal);
      if (sha256 === there.sha256) return { ...facts, outcome: 'unchanged', ...versionFacts(there) };
      progress.bytes(-item.size);
    }
    if (into.id === null || job.dryRun) return { ...facts, outcome: 'planned' };
    const { api, drive } = tree;
    const options = { follow: job.follow, progress, signal: context.signal };
    const { entry } = await uploadFile({ api, driveId: drive.id, folderId: into.id, name }, item, options);
    settling.push(entry);
    return { ...facts, size: entry.size, outcome: 'done', ...versionFacts(entry) };
  };

  const settling: FileView[] = [];
  const totalBytes = job.files.reduce((sum, { item }) => sum + item.size, 0);
  {
    using progress = context.terminal.progress({ verb: 'Storing', totalBytes, totalFiles: job.files.length });
    const failed = (file: PlannedFile, error: unknown): void => {
      if (context.signal.aborted) throw error;
      const facts = { local: file.item.path, remote: text(file.target), size: file.item.size };
      results.push({ ...facts, outcome: 'failed', problem: failureOf(error) });
      if (stopsAll(error)) stoppedBy ??= error;
    };
    await inParallel(job.files, job.jobs, async (file) => {
      if (stoppedBy !== undefined) {
        results.push({ local: file.item.path, remote: text(file.target), size: file.item.size, outcome: 'not_tried' });
        return;
      }
      try {
        results.push(await storeOne(file, progress));
        progress.file(file.item.path);
      } catch (error) {
        failed(file, error);
      }
    });
    await inParallel(job.folders, 1, async (segments) => {
      if (stoppedBy !== undefined) return;
      try {
        await folder(segments);
      } catch (error) {
        context.signal.throwIfAborted();
        results.push({ local: '', remote: text(segments), size: 0, outcome: 'failed', problem: failureOf(error) });
        if (stopsAll(error)) stoppedBy ??= error;
      }
    });
  }
  const copies =
    stoppedBy === undefined ? await settleCopies(tree, settling, context.signal) : new Map<string, number>();
  return {
    results: results.map((each) => withCopies(each, copies)),
    foldersMade,
    tookMs,
    stoppedBy,
  };
}

function keyOf(segments: readonly string[]): string {
  return segments.join('/').normalize('NFC');
}

async function findFolder(
  tree: RemoteTree,
  segments: readonly string[],
  text: (segments: readonly string[]) => string,
): Promise<{ readonly id: string } | null> {
  if (segments.length === 0) return { id: tree.drive.rootId };
  const found = await tree.find(segments);
  if (found?.kind === 'file') throw fileErrors('not_a_folder', { attempted: `Store into ${text(segments)}` });
  return found ?? null;
}

function versionFacts({ versionId, sha256, copies }: FileView): Pick<FileResult, 'versionId' | 'sha256' | 'copies'> {
  return { versionId, sha256, copies: copies.count };
}

function withCopies(result: FileResult, copies: ReadonlyMap<string, number>): FileResult {
  const now = result.versionId === undefined ? undefined : copies.get(result.versionId);
  return now === undefined ? result : { ...result, copies: now };
}
