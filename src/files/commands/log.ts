import { wholeNumber, type Cell, type Command } from '../../base/commands/command.ts';
import { formatBytes, formatRelative, formatTime } from '../../base/text/quantities.ts';
import type { LogEvent, LogList } from '../listing/wire.ts';
import { parseRemotePath, remoteText } from './remote/remote-path.ts';
import { openRemoteTree } from './remote/remote-tree.ts';

const PAGE = 1000;

export const log: Command = {
  path: ['log'],
  summary: 'Show who did what to a file or folder, newest first',
  description:
    'For everybody who can open it. Folders are shown with the paths they have now. Reads of the last minutes may be told once only.',
  examples: [
    { run: 'holdfast log /work/plan.pdf', does: 'The last 50 acts on a file' },
    { run: 'holdfast log --limit 1000 /work', does: 'More of them, on a folder itself' },
    { run: 'holdfast log --json /work/plan.pdf', does: 'For a script, with ids' },
  ],
  arguments: [{ name: 'PATH', about: 'A file or folder in Holdfast' }],
  options: [{ name: 'limit', value: 'N', about: 'At most so many, up to 100000 (default 50)' }],
  async run(context, input) {
    const { terminal } = context;
    const limit = wholeNumber(input.text('limit') ?? '50', { option: 'limit', min: 1, max: 100_000 });
    const path = parseRemotePath(input.args[0] ?? '');
    const tree = await openRemoteTree(await context.signedIn(), path);
    const entry = await tree.named(path, 'Show the log of');
    const events: LogEvent[] = [];
    let after: string | undefined;
    do {
      const query = new URLSearchParams({
        limit: String(Math.min(PAGE, limit - events.length)),
        ...(after !== undefined && { after }),
      });
      const page: LogList = await tree.api.get(`/drives/${tree.drive.id}/entries/${entry.id}/log?${query.toString()}`);
      events.push(...page.events);
      after = page.next;
    } while (after !== undefined && events.length < limit);
    const now = context.clock();
    terminal.show({ path: remoteText(path.drive, path.segments), entryId: entry.id, events }, () =>
      terminal.table(
        [{ title: 'When' }, { title: 'Who', cut: true }, { title: 'What' }, { title: '', cut: true }],
        events.map((event) => row(event, now)),
      ),
    );
    if (after !== undefined) terminal.note(`There is more; show it with --limit.`);
  },
};

const WORDS: Readonly<Record<string, string>> = {
  'folder.made': 'made the folder',
  'version.stored': 'stored a version',
  'version.restored': 'restored a version',
  'version.read': 'read it',
  'entry.renamed': 'renamed it',
  'entry.moved': 'moved it',
  'entry.moved_onto': 'moved a file onto another',
  'entry.copied': 'copied it',
  'entry.trashed': 'put it into the trash',
  'entry.restored': 'took it out of the trash',
  'entry.restored_onto': 'restored it onto another file',
  'entry.purged': 'removed it for good',
  'share.made': 'shared a version',
  'share.ended': 'took a shared version back',
  'share.read': 'read a shared version',
};

function row(event: LogEvent, now: number): Cell[] {
  const at = Date.parse(event.time);
  return [
    now - at < 7 * 86_400_000 ? formatRelative(at, now) : formatTime(at),
    event.actor === null ? 'Holdfast' : (event.actor.name ?? 'former member'),
    WORDS[event.act] ?? event.act,
    details(event),
  ];
}

function details({ act, versionId, size, from, to }: LogEvent): string {
  const place = (folder: LogEvent['from']): string => folder?.path ?? 'a folder that is gone';
  return [
    versionId === null ? '' : `…${versionId.slice(-8)}`,
    size === null ? '' : formatBytes(size),
    act === 'entry.renamed' || from === null ? '' : `from ${place(from)}`,
    act === 'entry.renamed' || to === null ? '' : `to ${place(to)}`,
  ]
    .filter(Boolean)
    .join(' ');
}
