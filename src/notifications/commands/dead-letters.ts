import type { Command } from '../../base/commands/command.ts';
import { formatTime } from '../../base/text/quantities.ts';
import type { DeadLettersReply } from '../wire.ts';

export const listDeadLetters: Command = {
  path: ['admin', 'channels', 'dead'],
  summary: 'Letters that could not be delivered and were given up',
  description: 'What stands in them is the business of their readers, who have it in their feeds.',
  examples: [
    { run: 'holdfast admin channels dead', does: 'Newest first, with why' },
    { run: 'holdfast admin channels dead --json', does: 'For a script' },
    { run: 'holdfast admin channels retry 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f', does: 'Send one again' },
  ],
  async run(context) {
    const reply = await (await context.signedIn()).get<DeadLettersReply>('/admin/dead-letters');
    context.terminal.show(reply, () =>
      reply.letters.length === 0
        ? ['There are none.']
        : context.terminal.table(
            [
              { title: 'Letter' },
              { title: 'Kind' },
              { title: 'Given up' },
              { title: 'Attempts', align: 'right' },
              { title: 'Why', cut: true },
            ],
            reply.letters.map(({ letterId, kind, time, attempts, code, detail }) => [
              letterId,
              kind,
              formatTime(Date.parse(time)),
              String(attempts),
              detail === '' ? code : `${code}: ${detail}`,
            ]),
          ),
    );
  },
};

export const retryDeadLetter: Command = {
  path: ['admin', 'channels', 'retry'],
  summary: 'Send a letter again that was given up',
  examples: [
    { run: 'holdfast admin channels retry 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f', does: 'By its id' },
    { run: 'holdfast admin channels dead', does: 'Where the ids are' },
    { run: 'holdfast admin channels test siem', does: 'First see whether the channel works' },
  ],
  arguments: [{ name: 'LETTER', about: 'Id of the letter' }],
  async run(context, input) {
    const letterId = input.args[0] ?? '';
    const api = await context.signedIn();
    await api.post(`/admin/dead-letters/${encodeURIComponent(letterId)}/retry`);
    context.terminal.show({ letterId }, () => ['It is on its way again.']);
  },
};
