import { commandErrors } from '../../base/commands/errors.ts';
import { wholeNumber, type Command } from '../../base/commands/command.ts';
import { count, formatBytes, formatTime } from '../../base/text/quantities.ts';
import { quoted, visible } from '../../base/text/visible.ts';
import type { FindRequest, FoundList } from '../listing/wire.ts';
import { fileErrors } from '../errors.ts';
import { parseRemotePath, remoteText } from './remote/remote-path.ts';
import { openRemoteTree } from './remote/remote-tree.ts';

export const find: Command = {
  path: ['find'],
  summary: 'Find files and folders by name',
  description:
    'A part of the name is enough. With “*”, “?” or “[a-z]” in it the pattern is the whole name; put it in quotes. Looks through PATH and all folders below it, the nearest first; what is in the trash is not found.',
  examples: [
    { run: 'holdfast find plan', does: 'Every name with “plan” in it, “Planung” and “PLAN” too' },
    { run: "holdfast find '*.pdf' /work", does: 'All PDF files below a folder' },
    { run: 'holdfast find -l --type folder 2026', does: 'Folders only, with when they were made' },
  ],
  arguments: [
    { name: 'PATTERN', about: 'A part of the name, or a pattern for all of it' },
    { name: 'PATH', about: 'The folder to look in (default /)', optional: true },
  ],
  options: [
    { name: 'long', short: 'l', about: 'Sizes and modified times' },
    { name: 'type', value: 'KIND', about: 'Only “file” or “folder”' },
    { name: 'case', about: '“a” and “A” are different' },
    { name: 'accents', about: '“e” and “é” are different' },
    { name: 'limit', value: 'N', about: 'At most so many, up to 1000 (default 100)' },
  ],
  async run(context, input) {
    const { terminal } = context;
    const kind = input.text('type');
    if (kind !== undefined && kind !== 'file' && kind !== 'folder') {
      throw commandErrors('usage_invalid', { detail: '--type takes file or folder' });
    }
    const limit = wholeNumber(input.text('limit') ?? '100', { option: 'limit', min: 1, max: 1000 });
    const path = parseRemotePath(input.args[1] ?? '/');
    const tree = await openRemoteTree(await context.signedIn(), path);
    const folder = await tree.entry(path.segments);
    if (folder.kind === 'file') {
      throw fileErrors('not_a_folder', { attempted: `Look below ${remoteText(path.drive, path.segments)}` });
    }
    const request: FindRequest = {
      pattern: input.args[0] ?? '',
      folderId: folder.id,
      matchCase: input.flag('case'),
      matchAccents: input.flag('accents'),
      limit,
      ...(kind && { kind }),
    };
    const result = await tree.api.post<FoundList>(`/drives/${tree.drive.id}/find`, request);
    const found = result.found.map(({ path: at, entry }) => {
      return { entry, path: `${path.drive === null ? '' : `${path.drive}:`}${at}` };
    });
    terminal.show({ ...result, found }, () => {
      const shown = found.map(({ path: at, entry }) => (entry.kind === 'folder' ? `${at}/` : at));
      if (!input.flag('long')) return shown.map((each) => visible(each));
      return terminal.table(
        [{ title: 'Size', align: 'right' }, { title: 'Modified' }, { title: 'Path' }],
        found.map(({ entry }, index) => [
          entry.kind === 'folder' ? '-' : formatBytes(entry.size),
          formatTime(Date.parse(entry.kind === 'folder' ? entry.createdTime : entry.modifiedTime)),
          shown[index] ?? '',
        ]),
      );
    });
    if (!result.complete) {
      const more = found.length < limit ? `looked at ${count(result.looked, 'name')} only` : `stopped at ${limit}`;
      terminal.warn(`There may be more: it ${more}. Name a folder, give more of the name, or raise --limit.`);
    } else if (found.length === 0) {
      terminal.note(`No name among ${count(result.looked, 'name')} matches ${quoted(request.pattern)}.`);
    }
  },
};
