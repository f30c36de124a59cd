import { commandErrors } from '../../base/commands/errors.ts';
import type { Cell, Command, CommandInput, Terminal } from '../../base/commands/command.ts';
import { formatBytes, formatTime } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import type { ListQuery } from '../listing/wire.ts';
import type { EntryView } from '../wire.ts';
import { parseRemotePath, remoteText } from './remote/remote-path.ts';
import { openRemoteTree } from './remote/remote-tree.ts';

export const ls: Command = {
  path: ['ls'],
  summary: 'List files and folders',
  description:
    'Without PATH it lists your own drive. Folders end in “/” and come first; names stand as people count, “page 2” before “page 10”.',
  examples: [
    { run: 'holdfast ls', does: 'What is in your drive' },
    { run: 'holdfast ls -l /work/', does: 'With sizes, modified times and copies' },
    { run: 'holdfast ls -l --sort modified --reverse /work', does: 'What was changed last comes first' },
    { run: 'holdfast ls -R --json /', does: 'Everything, for a script' },
  ],
  arguments: [{ name: 'PATH', about: 'A file or folder (default /)', optional: true, many: true }],
  options: [
    { name: 'long', short: 'l', about: 'Sizes, modified times and copies' },
    { name: 'recursive', short: 'R', about: 'Folders with all that is in them' },
    { name: 'sort', value: 'KEY', about: 'By name (default), created, modified or size' },
    { name: 'reverse', short: 'r', about: 'The other way round, folders last' },
  ],
  async run(context, input) {
    const { terminal } = context;
    const paths = (input.args.length > 0 ? input.args : ['/']).map(parseRemotePath);
    const sorted = sortOf(input);
    const api = await context.signedIn();
    const listings: Listing[] = [];
    for (const path of paths) {
      const tree = await openRemoteTree(api, path);
      const entry = await tree.named(path, 'List');
      const walk = async (folderId: string, segments: readonly string[]): Promise<void> => {
        context.signal.throwIfAborted();
        const entries = await tree.list(folderId, sorted);
        listings.push({ path: remoteText(path.drive, segments), entries });
        if (!input.flag('recursive')) return;
        for (const each of entries) if (each.kind === 'folder') await walk(each.id, [...segments, each.name]);
      };
      if (entry.kind === 'folder') await walk(entry.id, path.segments);
      else listings.push({ path: remoteText(path.drive, path.segments.slice(0, -1)), entries: [entry], single: true });
    }
    const value = listings.flatMap(({ path, entries }) =>
      entries.map((entry) => ({ path: `${path.replace(/\/$/, '')}/${entry.name}`, ...entry })),
    );
    terminal.show({ entries: value }, () => lines(listings, input.flag('long'), terminal));
  },
};

interface Listing {
  readonly path: string;
  readonly entries: readonly EntryView[];
  /** A file that was named itself. */
  readonly single?: boolean;
}

const SORTS = ['name', 'created', 'modified', 'size'] as const;

function sortOf(input: CommandInput): Pick<ListQuery, 'sort' | 'order'> {
  const given = input.text('sort') ?? 'name';
  const sort = SORTS.find((each) => each === given);
  if (!sort) throw commandErrors('usage_invalid', { detail: `--sort takes ${SORTS.join(', ')}` });
  return { sort, order: input.flag('reverse') ? 'descending' : 'ascending' };
}

function lines(listings: readonly Listing[], long: boolean, terminal: Terminal): string[] {
  const { styles } = terminal;
  return listings.flatMap(({ path, entries, single }, index) => {
    const head = listings.length > 1 && !single ? [...(index > 0 ? [''] : []), styles.faint(visible(path))] : [];
    if (entries.length === 0) {
      if (listings.length === 1)
        terminal.note(`${visible(path)} is empty. Store something: holdfast put FILE ${visible(path)}`);
      return head;
    }
    const shown = (entry: EntryView): string => (entry.kind === 'folder' ? `${entry.name}/` : entry.name);
    if (!long) return [...head, ...entries.map((entry) => paint(entry, visible(shown(entry)), terminal))];
    const columns = [
      { title: 'Size', align: 'right' },
      { title: 'Modified' },
      { title: 'Copies', align: 'right' },
      { title: 'Name' },
    ] as const;
    return [
      ...head,
      ...terminal.table(
        columns,
        entries.map((entry) => row(entry, shown(entry))),
      ),
    ];
  });
}

function row(entry: EntryView, name: string): Cell[] {
  if (entry.kind === 'folder')
    return ['-', formatTime(Date.parse(entry.createdTime)), '', { text: name, style: 'strong' }];
  const copies: Cell =
    entry.copies.count >= 2
      ? String(entry.copies.count)
      : { text: String(entry.copies.count), style: entry.copies.count === 0 ? 'danger' : 'attention' };
  return [formatBytes(entry.size), formatTime(Date.parse(entry.modifiedTime)), copies, name];
}

function paint(entry: EntryView, text: string, { styles }: Terminal): string {
  return entry.kind === 'folder' ? styles.strong(text) : text;
}
