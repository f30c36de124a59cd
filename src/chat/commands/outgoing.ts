/** Outgoing webhooks on the command line. */
import type { Command } from '../../base/commands/command.ts';
import { reservePrivateFile } from '../../base/commands/private-file.ts';
import { count } from '../../base/text/quantities.ts';
import { quoted, visible } from '../../base/text/visible.ts';
import type { MadeOutgoingReply, OutgoingReply } from '../outgoing/wire.ts';
import type { BotsReply } from '../wire.ts';
import { findBot } from './bots.ts';
import { ROOM, roomCalled } from './find-room.ts';

const HOOK = { name: 'HOOK', about: 'Its id, as bots outgoing shows it' } as const;

export const listOutgoing: Command = {
  path: ['bots', 'outgoing'],
  summary: 'Programs elsewhere that are told what people say in a room, and how that goes',
  examples: [
    { run: 'holdfast bots outgoing general', does: 'Which there are' },
    { run: 'holdfast bots outgoing general --json', does: 'With what was given up, for a script' },
    { run: 'holdfast bots tell general Helper --url-file url.txt', does: 'Another one' },
  ],
  arguments: [ROOM],
  async run(context, input) {
    const api = await context.signedIn();
    const { roomId } = await roomCalled(api, input.args[0]);
    const reply = await api.get<OutgoingReply>(`/chat/rooms/${roomId}/outgoing`);
    const { terminal } = context;
    terminal.show(reply, () =>
      reply.hooks.length === 0
        ? ['There are none.']
        : terminal.table(
            [{ title: 'HOOK' }, { title: 'TO' }, { title: 'TOLD' }, { title: 'GOES' }, { title: 'LABEL', cut: true }],
            reply.hooks.map(({ hookId, host, triggers, label, ...health }) => [
              hookId,
              visible(host),
              triggers.length === 0 ? 'everything' : triggers.map(visible).join(' '),
              healthOf(health),
              visible(label),
            ]),
          ),
    );
  },
};

export const addOutgoing: Command = {
  path: ['bots', 'tell'],
  summary: 'Tell a program elsewhere what people say in a room',
  description:
    'It gets one signed request (Standard Webhooks) for each message; what it answers is said by the bot, if that may write.\nThe bot must be one that reads. The address may be secret, so that it comes from a file or standard input.',
  examples: [
    { run: 'holdfast bots tell general Helper --url-file url.txt', does: 'Everything that people say' },
    {
      run: 'holdfast bots tell general Helper --url-file - --trigger "!deploy" --out secret.txt',
      does: 'What holds a word; the secret goes into a file',
    },
    { run: 'holdfast bots outgoing general', does: 'How it goes' },
  ],
  arguments: [ROOM, { name: 'BOT', about: 'Name or id; it may read' }],
  options: [
    { name: 'url-file', value: 'FILE', about: 'Read the address from a file; - is standard input' },
    { name: 'label', value: 'TEXT', about: 'What it is for' },
    { name: 'trigger', value: 'WORD', many: true, about: 'Only messages that hold one of these words' },
    { name: 'out', value: 'FILE', about: 'Write the secret to a new file instead of showing it' },
  ],
  async run(context, input) {
    const api = await context.signedIn();
    const { roomId } = await roomCalled(api, input.args[0]);
    const { bots } = await api.get<BotsReply>(`/chat/rooms/${roomId}/bots`);
    const { botId, name } = findBot(bots, input.args[1]);
    const url = (await context.prompts.secretFrom(input.text('url-file'), 'Address', 'url-file')).trim();
    const out = input.text('out');
    await using file = out === undefined ? undefined : await reservePrivateFile(context.workingFolder, out);
    const json = { url, label: input.text('label') ?? '', triggers: input.list('trigger') };
    const { hookId, secret } = await api.post<MadeOutgoingReply>(`/chat/rooms/${roomId}/bots/${botId}/outgoing`, json);
    await file?.write(`${secret}\n`);
    context.terminal.show({ hookId, ...(file ? { file: file.path } : { secret }) }, () => [
      ...(file
        ? [`The secret is in ${quoted(file.path)}.`]
        : [secret, 'Requests are signed with it. It is shown this once.']),
      `What people say is told by way of ${visible(name)} from now on.`,
    ]);
  },
};

export const enableOutgoing: Command = {
  path: ['bots', 'enable'],
  summary: 'Tell an outgoing webhook again that failed too often',
  examples: [
    { run: 'holdfast bots enable general 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f', does: 'By its id' },
    { run: 'holdfast bots outgoing general', does: 'Which failed' },
    { run: 'holdfast bots untell general 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f', does: 'For good' },
  ],
  arguments: [ROOM, HOOK],
  async run(context, input) {
    const api = await context.signedIn();
    const { roomId } = await roomCalled(api, input.args[0]);
    const hookId = input.args[1] ?? '';
    await api.post(`/chat/rooms/${roomId}/outgoing/${encodeURIComponent(hookId)}/enable`);
    context.terminal.show({ hookId }, () => ['It is told what is said from now on.']);
  },
};

export const removeOutgoing: Command = {
  path: ['bots', 'untell'],
  summary: 'Tell a program elsewhere nothing of a room any more',
  examples: [
    { run: 'holdfast bots untell general 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f', does: 'By its id' },
    { run: 'holdfast bots outgoing general', does: 'Which there are' },
    { run: 'holdfast bots remove general Helper', does: 'With its bot' },
  ],
  arguments: [ROOM, HOOK],
  async run(context, input) {
    const api = await context.signedIn();
    const { roomId } = await roomCalled(api, input.args[0]);
    const hookId = input.args[1] ?? '';
    await api.delete(`/chat/rooms/${roomId}/outgoing/${encodeURIComponent(hookId)}`);
    context.terminal.show({ hookId }, () => ['Removed.']);
  },
};

function healthOf({
  failures,
  lastCode,
  disabledTime,
}: Pick<OutgoingReply['hooks'][number], 'failures' | 'lastCode' | 'disabledTime'>): string {
  if (disabledTime !== null) return `disabled: ${lastCode}`;
  return failures === 0 ? 'nothing failed' : `${count(failures, 'failure')}: ${lastCode}`;
}
