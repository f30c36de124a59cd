import type { Cell, Command } from '../../base/commands/command.ts';
import { count, formatBytes, formatRelative, formatTime } from '../../base/text/quantities.ts';
import { quoted } from '../../base/text/visible.ts';
import { fileErrors } from '../errors.ts';
import type { StoredView, VersionView } from '../wire.ts';
import { findVersion, versionsOf } from './remote/find-version.ts';
import { parseRemotePath, remoteText } from './remote/remote-path.ts';
import { openRemoteTree } from './remote/remote-tree.ts';

export const versions: Command = {
  path: ['versions'],
  summary: 'List all versions of a file, newest first',
  description: 'Any of them can be fetched (get --version, cat --version) and restored (restore).',
  examples: [
    { run: 'holdfast versions /work/plan.pdf', does: 'Who stored what, and when' },
    { run: 'holdfast cat /work/plan.txt --version ID', does: 'Look at one' },
    { run: 'holdfast restore /work/plan.pdf ID', does: 'Bring one back as the newest' },
  ],
  arguments: [{ name: 'PATH', about: 'A file in Holdfast' }],
  async run(context, input) {
    const path = parseRemotePath(input.args[0] ?? '');
    const tree = await openRemoteTree(await context.signedIn(), path);
    const entry = await tree.named(path, 'Show the versions of');
    const shown = remoteText(path.drive, path.segments);
    if (entry.kind === 'folder') throw fileErrors('is_a_folder', { attempted: `List the versions of ${shown}` });
    const all: VersionView[] = [];
    for await (const version of versionsOf(tree, entry.id)) all.push(version);
    const now = context.clock();
    context.terminal.show({ path: shown, entryId: entry.id, versions: all }, () => [
      ...context.terminal.table(
        [
          { title: 'Version' },
          { title: 'Stored' },
          { title: 'Size', align: 'right' },
          { title: 'By', cut: true },
          { title: 'Copies', align: 'right' },
          { title: '', cut: true },
        ],
        all.map((version) => row(version, now)),
      ),
    ]);
  },
};

function row(version: VersionView, now: number): Cell[] {
  const at = Date.parse(version.time);
  const copies = String(version.copies.count);
  const remark = [
    version.current ? 'current' : '',
    version.restoredFrom === null ? '' : `restored from …${version.restoredFrom.slice(-8)}`,
  ];
  return [
    version.versionId,
    now - at < 7 * 86_400_000 ? formatRelative(at, now) : formatTime(at),
    formatBytes(version.size),
    version.author.name ?? 'former member',
    version.copies.count >= 2 ? copies : { text: copies, style: version.copies.count === 0 ? 'danger' : 'attention' },
    remark.filter(Boolean).join(', '),
  ];
}

export const restore: Command = {
  path: ['restore'],
  summary: 'Make an older version of a file the newest one again',
  description: 'Nothing is lost: the restored content becomes a new version, and the versions between stay.',
  examples: [
    { run: 'holdfast restore /work/plan.pdf 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f', does: 'By the whole id' },
    { run: 'holdfast restore /work/plan.pdf 9d1e2f', does: 'By the end of the id, six characters or more' },
    { run: 'holdfast versions /work/plan.pdf', does: 'Where the ids are' },
  ],
  arguments: [
    { name: 'PATH', about: 'A file in Holdfast' },
    { name: 'VERSION', about: 'The id of the version, or the end of it' },
  ],
  async run(context, input) {
    const path = parseRemotePath(input.args[0] ?? '');
    const wanted = input.args[1] ?? '';
    const tree = await openRemoteTree(await context.signedIn(), path);
    const old = await findVersion(tree, await tree.named(path, 'Restore'), wanted);
    const at = `/drives/${tree.drive.id}/files/${old.id}/versions/${old.versionId}/restore`;
    const { entry } = await tree.api.post<StoredView>(at);
    const shown = remoteText(path.drive, path.segments);
    context.terminal.show({ path: shown, restoredFrom: old.versionId, entry }, () => [
      `Restored ${quoted(shown)} as it was stored on ${formatTime(Date.parse(old.versionTime))} (${formatBytes(old.size)}), ${count(entry.copies.count, 'copy', 'copies')}.`,
      `It is the new version ${entry.versionId}.`,
    ]);
  },
};
