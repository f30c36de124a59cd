import type { Command } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { count, formatBytes, formatRelative, formatTime } from '../../base/text/quantities.ts';
import { quoted, visible } from '../../base/text/visible.ts';
import { fileErrors } from '../errors.ts';
import type { EmptiedView, MovedView, TrashEntryView, TrashList } from '../wire.ts';
import { inBatch, showBatch } from './batch.ts';
import { confirmed } from './confirmed.ts';
import { parseRemotePath, remoteText } from './remote/remote-path.ts';
import { openRemoteTree, type RemoteTree } from './remote/remote-tree.ts';

const driveOption = { name: 'drive', value: 'NAME', about: 'The trash of this drive (default: your own)' };

export const trashListVerb: Command = {
  path: ['trash', 'list'],
  summary: 'What is in the trash',
  description: 'What was thrown away last comes first.',
  examples: [
    { run: 'holdfast trash list', does: 'With the day on which each thing goes for good' },
    { run: 'holdfast trash list --json', does: 'For a script' },
    { run: 'holdfast trash restore /work/plan.pdf', does: 'Bring something back' },
  ],
  options: [driveOption],
  async run(context, input) {
    const tree = await openRemoteTree(await context.signedIn(), { drive: input.text('drive') ?? null });
    const items = await trashOf(tree);
    const now = context.clock();
    if (items.length === 0) context.terminal.note('The trash is empty.');
    context.terminal.show({ entries: items }, () =>
      items.length === 0
        ? []
        : context.terminal.table(
            [
              { title: 'Thrown away' },
              { title: 'Goes for good' },
              { title: 'Size', align: 'right' },
              { title: 'Id' },
              { title: 'Was', cut: true },
            ],
            items.map((item) => [
              formatRelative(Date.parse(item.trashedTime), now),
              formatTime(Date.parse(item.purgeTime)),
              item.entry.kind === 'file' ? formatBytes(item.entry.size) : '-',
              `…${item.entry.id.slice(-8)}`,
              `${pathOf(item)}${item.entry.kind === 'folder' ? '/' : ''}`,
            ]),
          ),
    );
  },
};

export const trashRestore: Command = {
  path: ['trash', 'restore'],
  summary: 'Bring things back out of the trash',
  description:
    'WHAT is the path that it had, or its id or the end of it. It goes back to where it was; --to names another folder,\nor another path. What lies in a folder in the trash comes back alone, to where that folder was. A taken name is refused;\nwith --force a file becomes the next version of the file there.',
  examples: [
    { run: 'holdfast trash restore /work/plan.pdf', does: 'By the path it had' },
    { run: 'holdfast trash restore 9d1e2f3a --to /found/', does: 'By the end of its id, into a folder' },
    { run: 'holdfast trash restore /work/plan.pdf --force', does: 'As the next version of what has its name now' },
  ],
  arguments: [{ name: 'WHAT', about: 'The path it had, or its id', many: true }],
  options: [
    { name: 'to', value: 'PATH', about: 'A folder (ending in “/”) or the new path' },
    { name: 'force', short: 'f', about: 'Onto a file: become its next version' },
    driveOption,
  ],
  async run(context, input) {
    const to = input.text('to');
    const target = to === undefined ? null : parseRemotePath(to);
    if (target && !target.into && input.args.length > 1) {
      throw commandErrors('usage_invalid', { detail: 'several things go into a folder: end --to in “/”' });
    }
    const drive = input.text('drive') ?? target?.drive ?? null;
    const tree = await openRemoteTree(await context.signedIn(), { drive });
    const items = await trashOf(tree);
    const wanted = await Promise.all(
      input.args.map(async (what) => (await findInTrashed(tree, items, what)) ?? findTrashed(items, what)),
    );
    const into = target && (await tree.entry(target.into ? target.segments : target.segments.slice(0, -1)));
    const things = wanted.map((item) => ({ ...item, shown: item.wasAt ?? pathOf(item) }));
    const { signal, terminal } = context;
    const batch = await inBatch(things, { verb: 'Bring back', signal }, async (item) => {
      const path = `/drives/${tree.drive.id}/trash/${item.entry.id}/restore`;
      const name = target && !target.into ? target.segments.at(-1) : undefined;
      const { outcome, entry } = await tree.api.post<MovedView>(path, {
        force: input.flag('force'),
        ...(into && { folderId: into.id }),
        ...(name !== undefined && { name }),
      });
      const folder = target
        ? remoteText(target.drive, target.into ? target.segments : target.segments.slice(0, -1))
        : (item.fromPath ?? '/');
      return { from: item.shown, to: `${folder.replace(/\/$/, '')}/${entry.name}`, outcome, entry };
    });
    const lines = (): string[] => {
      const { done: restored } = batch;
      const [only] = restored;
      if (restored.length > 1 || !only) return [`Brought back ${count(restored.length, 'entry', 'entries')}.`];
      if (only.outcome === 'moved') return [`Brought back ${quoted(only.to)}.`];
      return [
        `${quoted(only.to)} has the content from the trash as its next version.`,
        'What was thrown away stays in the trash until its days are over, with its older versions.',
      ];
    };
    return showBatch(batch, { terminal, name: 'restored', lines });
  },
};

export const trashEmpty: Command = {
  path: ['trash', 'empty'],
  summary: 'Remove all that is in the trash for good',
  description: 'From both stores, with all versions: nobody can bring it back.',
  examples: [
    { run: 'holdfast trash empty', does: 'Asks first' },
    { run: 'holdfast trash empty --yes', does: 'Without asking, for a script' },
    { run: 'holdfast trash list', does: 'What would go' },
  ],
  options: [{ name: 'yes', short: 'y', about: 'Do not ask' }, driveOption],
  async run(context, input) {
    const tree = await openRemoteTree(await context.signedIn(), { drive: input.text('drive') ?? null });
    const items = await trashOf(tree);
    if (items.length > 0) {
      const what = count(items.length, 'entry', 'entries');
      await confirmed(context, input.flag('yes'), `Remove ${what} in the trash for good?`);
    }
    const emptied = await tree.api.delete<EmptiedView>(`/drives/${tree.drive.id}/trash`, { slow: true });
    context.terminal.show(emptied, () => [
      emptied.purged === 0
        ? 'The trash was empty already.'
        : `Removed ${count(emptied.purged, 'entry', 'entries')} for good.`,
    ]);
  },
};

/** All that is in the trash, what was thrown away last first. */
export async function trashOf(tree: RemoteTree): Promise<TrashEntryView[]> {
  const all: TrashEntryView[] = [];
  let after: string | undefined;
  do {
    const query = new URLSearchParams({ limit: '1000', ...(after !== undefined && { after }) });
    const page: TrashList = await tree.api.get(`/drives/${tree.drive.id}/trash?${query.toString()}`);
    all.push(...page.entries);
    after = page.next;
  } while (after !== undefined);
  return all.toSorted((one, other) => Date.parse(other.trashedTime) - Date.parse(one.trashedTime));
}

/** The path it had, as far as that is known. */
function pathOf({ entry, fromPath }: Pick<TrashEntryView, 'entry' | 'fromPath'>): string {
  return fromPath === null ? entry.name : `${fromPath.replace(/\/$/, '')}/${entry.name}`;
}

/** Something in the trash, or (with the path it had) something in a folder there. */
type Wanted = Pick<TrashEntryView, 'entry' | 'fromPath'> & { readonly wasAt?: string };

/** By the path it had in a folder that was thrown away; `null` when there is none. */
async function findInTrashed(tree: RemoteTree, items: readonly TrashEntryView[], what: string): Promise<Wanted | null> {
  const path = what.normalize('NFC').replace(/(.)\/$/, '$1');
  for (const item of items) {
    const start = `${pathOf(item).normalize('NFC')}/`;
    if (item.entry.kind !== 'folder' || !path.startsWith(start)) continue;
    let here: TrashEntryView['entry'] | undefined = item.entry;
    for (const name of path.slice(start.length).split('/')) {
      const inside: readonly TrashEntryView['entry'][] = here?.kind === 'folder' ? await tree.list(here.id) : [];
      here = inside.find((entry) => entry.name.normalize('NFC') === name);
    }
    if (here) return { entry: here, fromPath: item.fromPath, wasAt: path };
  }
  return null;
}

const SHORTEST = 6;

/** By the path it had, or by its id or the end of it. Throws `not_in_trash`. */
function findTrashed(items: readonly TrashEntryView[], what: string): Wanted {
  const id = what.toLowerCase().replace(/^…/, '');
  const path = what.normalize('NFC').replace(/(.)\/$/, '$1');
  const found = items.filter(
    (item) =>
      pathOf(item).normalize('NFC') === path ||
      (id.length >= SHORTEST && /^[0-9a-f-]+$/.test(id) && item.entry.id.endsWith(id)),
  );
  const [only] = found;
  if (only && found.length === 1) return only;
  throw fileErrors('not_in_trash', {
    attempted: `Bring back ${visible(what)}`,
    ...(found.length > 1 && { detail: `${found.length} things there had this path; give the id of one` }),
    remedy: 'List the trash: holdfast trash list',
  });
}
