import type { Command } from '../../base/commands/command.ts';
import { count } from '../../base/text/quantities.ts';
import type { MarkReply } from '../wire.ts';

export const readNotices: Command = {
  path: ['notices', 'read'],
  summary: 'Mark notices as read',
  examples: [
    { run: 'holdfast notices read', does: 'All of them' },
    { run: 'holdfast notices read 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f', does: 'One, by the id that --json shows' },
    { run: 'holdfast notices read --not 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f', does: 'As not read' },
  ],
  arguments: [{ name: 'NOTICE', about: 'Ids; without any: all', optional: true, many: true }],
  options: [{ name: 'not', about: 'Mark them as not read' }],
  async run(context, input) {
    const read = !input.flag('not');
    const api = await context.signedIn();
    const noticeIds = input.args.length === 0 ? null : input.args;
    const reply = await api.post<MarkReply>('/notices/read', { noticeIds, read });
    context.terminal.show(reply, () => [`${count(reply.changed, 'notice')} marked as ${read ? '' : 'not '}read.`]);
  },
};
