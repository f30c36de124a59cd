import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, type CommandContext, wholeNumber } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import type { EntryView, FileView } from '../wire.ts';
import { fetchAll, type FetchItem } from './transfer/fetch-all.ts';
import { pathFilter, type PathFilter } from './local/globs.ts';
import { assertLocalName, localIdentity } from './local/local-names.ts';
import { parseRemotePath, remoteText, type RemotePath } from './remote/remote-path.ts';
import { openRemoteTree, type RemoteTree } from './remote/remote-tree.ts';
import { transferErrors } from './transfer/transfer-errors.ts';
import { transferOptions } from './transfer/transfer-options.ts';
import { failureOf, showReport, type FileResult } from './transfer/transfer-report.ts';
import { findVersion } from './remote/find-version.ts';

export const get: Command = {
  path: ['get'],
  summary: 'Fetch files and folders to this computer',
  description:
    'With two or more arguments the last one is LOCAL, with one it is this folder. With “/” at its end LOCAL is a folder\nto put things into; without it LOCAL is the name that REMOTE gets here (a file goes into a folder that is there).\nA file is written beside its place, proven by its SHA-256, then moved there: never half. What is already here is\nskipped. A file with other content is replaced only when Holdfast has that content as a version, or by --overwrite. It has\nthe rights of every new file here (umask), not those that it was put with: a private key wants chmod 600.',
  examples: [
    { run: 'holdfast get /work/plan.pdf', does: 'One file into this folder' },
    { run: 'holdfast get /backup/photos restored/', does: 'A folder, as restored/photos' },
    { run: 'holdfast get /work/plan.pdf old.pdf --version 0190f5d2-…', does: 'As it was (see holdfast versions)' },
  ],
  usage: 'REMOTE... [LOCAL]',
  arguments: [{ name: 'REMOTE', many: true, about: 'Files and folders in Holdfast; the last of several is LOCAL' }],
  options: [
    ...transferOptions,
    { name: 'overwrite', about: 'Replace files with other content, also where it is nowhere else' },
    { name: 'version', value: 'ID', about: 'This version of the one file that is named' },
  ],
  async run(context, input) {
    const remotes = input.args.slice(0, Math.max(1, input.args.length - 1)).map(parseRemotePath);
    const local = input.args.length > 1 ? (input.args.at(-1) ?? '.') : '.';
    const version = input.text('version');
    const dryRun = input.flag('dry-run');
    const jobs = wholeNumber(input.text('jobs') ?? '4', { option: 'jobs', min: 1, max: 32 });
    const filter = pathFilter(input.list('include'), input.list('exclude'));
    if (version !== undefined && remotes.length > 1) {
      throw commandErrors('usage_invalid', { detail: '--version goes with one file' });
    }

    const api = await context.signedIn();
    const planned: FetchPlan = { items: [], folders: [], failures: [] };
    // Everything that was named is looked at first: a wrong name stops it before the first byte.
    const named: { tree: RemoteTree; remote: RemotePath; entry: EntryView }[] = [];
    for (const remote of remotes) {
      const tree = await openRemoteTree(api, remote);
      let entry = await tree.named(remote, 'Fetch');
      if (version !== undefined) entry = await findVersion(tree, entry, version);
      named.push({ tree, remote, entry });
    }
    for (const each of named)
      await plan(context, each, await targetOf(context, each, local, named.length), filter, planned);
    refuseDoubles(planned.items);

    const overwrite = input.flag('overwrite');
    const fetched = await fetchAll(context, { ...planned, dryRun, jobs, overwrite });
    return showReport(
      {
        ...fetched,
        direction: 'get',
        dryRun,
        results: [...fetched.results, ...planned.failures],
        leftOut: [],
      },
      context.terminal,
    );
  },
};

interface FetchPlan {
  readonly items: FetchItem[];
  readonly folders: { path: string; root: string }[];
  readonly failures: FileResult[];
}

/** Where the file or folder that was named lands on this computer. */
async function targetOf(
  context: CommandContext,
  { remote, entry }: { remote: RemotePath; entry: EntryView },
  local: string,
  sources: number,
): Promise<string> {
  const path = resolve(context.workingFolder, local);
  const isFolder = await stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
  const into =
    sources > 1 || /[/\\]$/.test(local) || /(^|\/)\.{1,2}$/.test(local) || (entry.kind === 'file' && isFolder);
  const name = remote.segments.length === 0 ? '' : entry.name;
  if (!into || name === '') return path;
  assertLocalName(name, process.platform);
  return resolve(path, name);
}

async function plan(
  context: CommandContext,
  { tree, remote, entry }: { tree: RemoteTree; remote: RemotePath; entry: EntryView },
  target: string,
  filter: PathFilter,
  planned: FetchPlan,
): Promise<void> {
  const shown = (below: readonly string[]): string => remoteText(remote.drive, [...remote.segments, ...below]);
  if (entry.kind === 'file') {
    planned.items.push({ tree, file: entry, target, remote: shown([]), root: target });
    return;
  }
  const walk = async (folderId: string, below: readonly string[], folder: string): Promise<void> => {
    context.signal.throwIfAborted();
    if (!filter.onlySome || below.length === 0) planned.folders.push({ path: folder, root: target });
    const taken = new Set<string>();
    for (const child of await tree.list(folderId)) {
      const path = [...below, child.name];
      const matches = child.kind === 'folder' ? filter.folder(path.join('/')) : filter.file(path.join('/'));
      if (!matches) continue;
      const refused = refusal(child, taken);
      if (refused !== undefined) {
        const size = child.kind === 'file' ? child.size : 0;
        planned.failures.push({ local: '', remote: shown(path), outcome: 'failed', size, problem: failureOf(refused) });
      } else if (child.kind === 'folder') {
        await walk(child.id, path, resolve(folder, child.name));
      } else {
        planned.items.push({
          tree,
          file: child,
          target: resolve(folder, child.name),
          remote: shown(path),
          root: target,
        });
      }
    }
  };
  await walk(entry.id, [], target);
}

/** Why this name cannot be written here, among the names already taken. */
function refusal(child: EntryView, taken: Set<string>): unknown {
  try {
    assertLocalName(child.name, process.platform);
  } catch (error) {
    return error;
  }
  const identity = localIdentity(child.name, process.platform);
  if (taken.has(identity)) {
    return transferErrors('local_name_refused', {
      detail: 'this computer does not tell it from another name beside it',
    });
  }
  taken.add(identity);
  return undefined;
}

function refuseDoubles(items: readonly { target: string; remote: string; file: FileView }[]): void {
  const targets = new Map<string, string>();
  for (const { target, remote } of items) {
    const other = targets.get(target);
    if (other !== undefined) {
      const attempted = `Fetch ${other} and ${remote}`;
      throw transferErrors('two_for_one_name', { attempted, detail: `both would be ${target}` });
    }
    targets.set(target, remote);
  }
}
