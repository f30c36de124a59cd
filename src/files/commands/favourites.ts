import {
  wholeNumber,
  type Cell,
  type Command,
  type CommandContext,
  type Terminal,
} from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { count, formatBytes, formatRelative, formatTime } from '../../base/text/quantities.ts';
import { quoted } from '../../base/text/visible.ts';
import type { FavouriteList, RecentList } from '../listing/wire.ts';
import type { DriveList, EntryView } from '../wire.ts';
import { parseRemotePath, remoteText } from './remote/remote-path.ts';
import { openRemoteTree } from './remote/remote-tree.ts';

const EXAMPLES = [
  { run: 'holdfast favourites add /work/plan.pdf', does: 'Keep a file or folder at hand' },
  { run: 'holdfast favourites list', does: 'All of them, with where they are now' },
  { run: 'holdfast favourites remove /work/plan.pdf', does: 'It is a favourite no longer' },
] as const;

const list: Command = {
  path: ['favourites', 'list'],
  summary: 'List your favourites',
  description: 'The newest first. Only you see them; what is in the trash is left out until it is restored.',
  examples: EXAMPLES,
  async run(context) {
    const { terminal } = context;
    const api = await context.signedIn();
    const { entries } = await api.get<FavouriteList>('/favourites');
    const drives = drivePrefixes(await api.get<DriveList>('/drives'));
    const shown = entries.map((each) => ({ ...each, path: `${drives(each.entry)}${each.path}` }));
    terminal.show({ entries: shown }, () =>
      terminal.table(
        [{ title: 'Size', align: 'right' }, { title: 'Path' }],
        shown.map(({ entry, path }) => [sizeOf(entry), entry.kind === 'folder' ? `${path}/` : path]),
      ),
    );
    if (entries.length === 0) terminal.note('No favourites yet. Make one: holdfast favourites add PATH');
  },
};

const add: Command = {
  path: ['favourites', 'add'],
  summary: 'Make files and folders your favourites',
  examples: EXAMPLES,
  arguments: [{ name: 'PATH', about: 'A file or folder in Holdfast', many: true }],
  run: async (context, { args }) => change(context, args, 'add'),
};

const remove: Command = {
  path: ['favourites', 'remove'],
  summary: 'Make files and folders favourites no longer',
  description: 'The files themselves stay as they are.',
  examples: EXAMPLES,
  arguments: [{ name: 'PATH', about: 'A file or folder in Holdfast', many: true }],
  run: async (context, { args }) => change(context, args, 'remove'),
};

async function change(context: CommandContext, args: readonly string[], what: 'add' | 'remove'): Promise<void> {
  const paths = args.map(parseRemotePath);
  if (paths.length === 0) throw commandErrors('usage_invalid', { detail: 'name a file or folder' });
  const api = await context.signedIn();
  const done: { path: string; id: string }[] = [];
  for (const { drive, segments } of paths) {
    const tree = await openRemoteTree(api, { drive });
    const { id } = await tree.entry(segments);
    const at = `/drives/${tree.drive.id}/entries/${id}/favourite`;
    if (what === 'add') await api.post(at);
    else await api.delete(at);
    done.push({ path: remoteText(drive, segments), id });
  }
  context.terminal.show({ [what === 'add' ? 'added' : 'removed']: done }, () => [sentence(done, what)]);
}

function sentence(done: readonly { readonly path: string }[], what: 'add' | 'remove'): string {
  const named = done.length === 1 ? quoted(done[0]?.path ?? '') : count(done.length, 'entry', 'entries');
  const [is, favourite] = done.length === 1 ? ['is', 'a favourite'] : ['are', 'favourites'];
  return `${named} ${is} ${favourite}${what === 'add' ? ' now' : ' no longer'}.`;
}

const recent: Command = {
  path: ['recent'],
  summary: 'List the files you changed last',
  description: 'What you stored, restored or copied in the last weeks, each file once.',
  examples: [
    { run: 'holdfast recent', does: 'The last 50' },
    { run: 'holdfast recent --limit 5', does: 'The last five' },
    { run: 'holdfast recent --json', does: 'For a script' },
  ],
  options: [{ name: 'limit', value: 'N', about: 'At most so many, up to 200 (default 50)' }],
  async run(context, input) {
    const { terminal } = context;
    const limit = wholeNumber(input.text('limit') ?? '50', { option: 'limit', min: 1, max: 200 });
    const api = await context.signedIn();
    const { entries } = await api.get<RecentList>(`/recent?limit=${limit}`);
    const drives = drivePrefixes(await api.get<DriveList>('/drives'));
    const shown = entries.map((each) => ({ ...each, path: `${drives(each.entry)}${each.path}` }));
    terminal.show({ entries: shown }, () => recentTable(shown, context.clock(), terminal));
    if (entries.length === 0) terminal.note('Nothing yet. Store something: holdfast put FILE /');
  },
};

function recentTable(entries: RecentList['entries'], now: number, terminal: Terminal): string[] {
  const rows = entries.map(({ entry, path, time }): Cell[] => {
    const at = Date.parse(time);
    return [now - at < 7 * 86_400_000 ? formatRelative(at, now) : formatTime(at), sizeOf(entry), path];
  });
  return terminal.table([{ title: 'Changed' }, { title: 'Size', align: 'right' }, { title: 'Path' }], rows);
}

/** What stands before a path in the drive of an entry, as a person types it. */
function drivePrefixes({ drives }: DriveList): (entry: EntryView) => string {
  const others = new Map(drives.filter(({ kind }) => kind !== 'personal').map(({ id, name }) => [id, `${name}:`]));
  return (entry) => others.get(entry.driveId) ?? '';
}

function sizeOf(entry: EntryView): string {
  return entry.kind === 'folder' ? '-' : formatBytes(entry.size);
}

export const favouriteCommands: readonly Command[] = [list, add, remove, recent];
