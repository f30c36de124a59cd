import { basename, join, resolve } from 'node:path';
import { type Command, type CommandContext, type CommandInput, wholeNumber } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { visible } from '../../base/text/visible.ts';
import { pathFilter } from './local/globs.ts';
import { scanLocal, statNamed, type LocalTree } from './local/local-tree.ts';
import { depthOfLookAlike, lookAlikes, spelledOut } from './local/look-alikes.ts';
import { parseRemotePath, type RemotePath } from './remote/remote-path.ts';
import { openRemoteTree } from './remote/remote-tree.ts';
import { storeAll, type PlannedFile } from './transfer/store-all.ts';
import { transferErrors } from './transfer/transfer-errors.ts';
import { failureOf, showReport } from './transfer/transfer-report.ts';
import { transferOptions } from './transfer/transfer-options.ts';

export const put: Command = {
  path: ['put'],
  summary: 'Store files and folders; a file of the same name gets a new version',
  description:
    'With “/” at its end REMOTE is a folder to put things into; without it REMOTE is the name that LOCAL gets there.\nFolders that are missing are made. What is already there (same size and SHA-256) is skipped, so a second run only\nsends what has changed. Modified times are kept. LOCAL “.” means what is in this folder.',
  examples: [
    { run: 'holdfast put plan.pdf notes.md /work/', does: 'Two files into one folder' },
    { run: 'holdfast put photos /backup/', does: 'A folder, as /backup/photos; again later: only changes' },
    { run: "holdfast put . /site/ --exclude node_modules/ --exclude '*.tmp' --dry-run", does: 'What would be stored' },
  ],
  usage: 'LOCAL... REMOTE',
  arguments: [{ name: 'LOCAL', many: true, about: 'Files and folders on this computer; the last argument is REMOTE' }],
  options: [
    ...transferOptions,
    { name: 'follow', about: 'Store what symbolic links point at (they are left out else)' },
  ],
  async run(context, input) {
    const sources = input.args.slice(0, -1);
    const last = input.args.at(-1) ?? '';
    if (sources.length === 0) {
      throw commandErrors('usage_invalid', {
        attempted: 'Run holdfast put',
        detail: 'it needs a file on this computer and a place in Holdfast',
        remedy: `Run: holdfast put ${visible(last)} /`,
      });
    }
    const remote = parseRemotePath(last);
    const options = readOptions(input);
    const planned = await plan(context, sources, remote, options);
    const tree = await openRemoteTree(await context.signedIn(), remote);
    const { files, folders, leftOut, failures } = planned;
    const stored = await storeAll(context, tree, { files, folders, ...options });
    return showReport(
      {
        ...stored,
        direction: 'put',
        dryRun: options.dryRun,
        results: [...stored.results, ...failures],
        leftOut,
      },
      context.terminal,
    );
  },
};

interface PutOptions {
  readonly dryRun: boolean;
  readonly jobs: number;
  readonly follow: boolean;
  readonly filter: ReturnType<typeof pathFilter>;
}

function readOptions(input: CommandInput): PutOptions {
  return {
    dryRun: input.flag('dry-run'),
    jobs: wholeNumber(input.text('jobs') ?? '4', { option: 'jobs', min: 1, max: 32 }),
    follow: input.flag('follow'),
    filter: pathFilter(input.list('include'), input.list('exclude')),
  };
}

interface PutPlan {
  readonly files: PlannedFile[];
  readonly folders: (readonly string[])[];
  readonly leftOut: LocalTree['leftOut'][number][];
  readonly failures: Parameters<typeof showReport>[0]['results'][number][];
}

/** Looks at everything on this computer before the first byte is sent: what is named wrongly stops it here. */
async function plan(
  context: CommandContext,
  sources: readonly string[],
  remote: RemotePath,
  options: PutOptions,
): Promise<PutPlan> {
  for (const source of sources) await statNamed(resolve(context.workingFolder, source), options.follow);
  const into = remote.into || sources.length > 1;
  const files: PlannedFile[] = [];
  const folders: (readonly string[])[] = [];
  const found: PutPlan = { files, folders, leftOut: [], failures: [] };
  const items: PlannedFile[] = [];

  for (const source of sources) {
    const path = resolve(context.workingFolder, source);
    // “.” has no name of its own that the person typed; cp and rsync mean its content too.
    const nameless = /(^|\/)\.{1,2}\/*$/.test(source) || basename(path) === '';
    const base = into && !nameless ? [...remote.segments, basename(path)] : remote.segments;
    const scanned = await scanLocal(path, { filter: options.filter, follow: options.follow, signal: context.signal });
    for (const item of scanned.items) {
      const takesPart = item.kind === 'file' || !options.filter.onlySome || item.below.length === 0;
      if (takesPart) items.push({ item, target: [...base, ...item.below] });
    }
    found.leftOut.push(...scanned.leftOut);
    for (const { path: local, error } of scanned.failures) found.failures.push(failedAt(local, error));
  }

  const { kept, failures } = withoutLookAlikes(items);
  found.failures.push(...failures);
  for (const each of kept) {
    if (each.item.kind === 'folder') folders.push(each.target);
    else files.push(each);
  }
  refuseDoubles(files);
  return found;
}

/** Stored in turn, two such files would be versions of one, and two such folders one with the files of both. */
function withoutLookAlikes(items: readonly PlannedFile[]): { kept: PlannedFile[]; failures: PutPlan['failures'] } {
  const alike = lookAlikes(items.map(({ target }) => target));
  const kept: PlannedFile[] = [];
  const refused = new Map<string, PutPlan['failures'][number]>();
  for (const each of items) {
    const { item, target } = each;
    const depth = depthOfLookAlike(target, alike);
    if (depth === undefined) {
      kept.push(each);
      continue;
    }
    // A folder once, for all that lies in it.
    const local = join(item.path, ...target.slice(depth).map(() => '..'));
    const names = alike.get(target.slice(0, depth).join('/').normalize('NFC')) ?? [];
    refused.set(local, failedAt(local, lookAlikeError(local, names)));
  }
  return { kept, failures: [...refused.values()] };
}

function lookAlikeError(local: string, names: readonly string[]): unknown {
  return transferErrors('two_for_one_name', {
    attempted: `Store “${local}”`,
    detail: `${names.map((name) => `“${spelledOut(name)}”`).join(' and ')} look the same, and are one name in Holdfast`,
    remedy: 'Give one of them another name.',
  });
}

function refuseDoubles(files: readonly PlannedFile[]): void {
  const targets = new Map<string, string>();
  for (const { item, target } of files) {
    const key = target.join('/').normalize('NFC');
    const other = targets.get(key);
    if (other !== undefined) {
      throw transferErrors('two_for_one_name', {
        attempted: `Store “${item.path}” and “${other}”`,
        detail: `both would be /${key}`,
      });
    }
    targets.set(key, item.path);
  }
}

function failedAt(local: string, error: unknown): PutPlan['failures'][number] {
  return { local, remote: '', outcome: 'failed', size: 0, problem: failureOf(error) };
}
