import { type ApiClient, type Command, type CommandContext, wholeNumber } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { count } from '../../base/text/quantities.ts';
import { visible, visibleJson } from '../../base/text/visible.ts';
import type { HistoryReply, MessageView, RoomsReply, RoomView } from '../wire.ts';
import type { UploadedView } from '../attachments/wire.ts';
import { localFile, MOST_ATTACHED, uploadAttachment } from './attachments.ts';
import { findRoom } from './find-room.ts';
import { followRoom, isShown } from './follow.ts';
import { leftOutLines, openLeftOut } from './left-out.ts';
import { type HowShown, messageLines } from './message-lines.ts';
import { roomTitles } from './room-titles.ts';
import { sendText } from './send-text.ts';
import { talkInRoom } from './talk.ts';

/** Of what was said before, when somebody comes in. */
const SHOWN = 20;
const PAGE = 200;

export const chat: Command = {
  path: ['chat'],
  summary: 'Talk in rooms',
  description:
    'Without a room it lists those that you may enter. With one on a terminal you read and write in it: Tab completes\nnames, /help tells what else there is, Ctrl-D leaves. When input comes from a file or a pipe, each of its lines is sent\nas a message. --attach sends files; --history shows what was said and ends; --follow goes on with what is said, with\n--json one JSON text a line. What people say whom you ignore is left out, but from JSON.',
  examples: [
    { run: 'holdfast chat', does: 'The rooms that there are' },
    { run: 'holdfast chat general', does: 'Read and write in #general' },
    { run: 'holdfast chat @grace', does: 'Read and write with one person' },
    { run: 'echo "The backup is done" | holdfast chat general', does: 'Send a message from a script' },
    { run: 'holdfast chat general --attach report.pdf --text "As of tonight"', does: 'Send a file from a script' },
    { run: 'holdfast chat general --history 100 --json', does: 'The last hundred messages' },
    { run: 'holdfast chat general --follow --json', does: 'Everything that is said from now on' },
  ],
  arguments: [
    { name: 'ROOM', about: 'Its name, with or without #; @NAME or @NAME,@NAME is a conversation', optional: true },
  ],
  options: [
    { name: 'history', value: 'N', about: 'Show the last N messages and end' },
    { name: 'attach', value: 'FILE', many: true, about: 'Share a file with everyone in the room, now and later' },
    { name: 'text', value: 'TEXT', about: 'What to say with the files of --attach' },
    { name: 'blurred', about: 'Show what the rules of the room blur as well' },
    { name: 'follow', about: 'Show what is said from now on, until it is interrupted' },
  ],
  async run(context, input) {
    const api = await context.signedIn();
    const { rooms } = await api.get<RoomsReply>('/chat/rooms');
    const [name] = input.args;
    if (name === undefined) return showRooms(context, rooms, await roomTitles(api, rooms));
    const room = name.startsWith('@') ? await conversationWith(api, name) : findRoom(rooms, name);
    const attached = input.list('attach');
    const said = input.text('text');
    const wanted = input.text('history');
    const toSee = input.flag('blurred') ? null : '--blurred shows it';
    if (attached.length > 0 || said !== undefined) {
      if (attached.length === 0 || wanted !== undefined || input.flag('follow')) {
        throw commandErrors('usage_invalid', {
          detail: '--text goes with --attach, and neither with --history or --follow',
        });
      }
      return await sendFiles(context, api, room, attached, said ?? '');
    }
    if (wanted !== undefined && input.flag('follow')) {
      throw commandErrors('usage_invalid', { detail: '--history ends, and --follow does not: give one of them' });
    }
    if (wanted !== undefined) {
      const limit = wholeNumber(wanted, { option: 'history', min: 1, max: 100_000 });
      return await showHistory(context, api, room, { limit, toSee });
    }
    if (input.flag('follow')) return await showWhatIsSaid(context, api, room, toSee);
    if (context.prompts.interactive && !context.terminal.json) {
      const before = await lastMessages(api, room, SHOWN);
      const title = (await roomTitles(api, [room]))(room);
      return await talkInRoom(context, api, {
        rooms,
        room,
        title,
        before,
        leftOut: await openLeftOut(api),
        showsBlurred: toSee === null,
      });
    }
    return await sendLines(context, api, room);
  },
};

function showRooms(
  { terminal }: CommandContext,
  rooms: readonly RoomView[],
  titleOf: (room: RoomView) => string,
): void {
  const columns = [{ title: 'ROOM' }, { title: 'KIND' }, { title: 'TOPIC', cut: true }];
  terminal.show({ rooms }, () =>
    terminal.table(
      columns,
      rooms.map((room) => {
        const kind = room.kind === 'direct' ? 'conversation' : room.kind;
        return [titleOf(room), room.archived ? `${kind}, archived` : kind, visible(room.topic)];
      }),
    ),
  );
}

/** `@grace`, or `@grace,@edsger` for a few. */
async function conversationWith(api: ApiClient, names: string): Promise<RoomView> {
  return await api.post<RoomView>('/chat/conversations', { handles: names.split(',') });
}

async function lastMessages(api: ApiClient, { roomId }: RoomView, limit: number): Promise<MessageView[]> {
  const messages: MessageView[] = [];
  for (let before = ''; messages.length < limit;) {
    const wanted = Math.min(PAGE, limit - messages.length);
    const page = await api.get<HistoryReply>(`/chat/rooms/${roomId}/messages?limit=${wanted}${before}`);
    messages.unshift(...page.messages);
    if (page.earlier === null) break;
    before = `&before=${page.earlier}`;
  }
  return messages;
}

async function showHistory(
  context: CommandContext,
  api: ApiClient,
  room: RoomView,
  { limit, toSee }: { readonly limit: number } & Pick<HowShown, 'toSee'>,
): Promise<void> {
  const messages = await lastMessages(api, room, limit);
  const { terminal } = context;
  const leftOut = terminal.json ? null : await openLeftOut(api);
  terminal.show({ roomId: room.roomId, messages }, () => [
    ...messages
      .filter((each) => !leftOut?.has(each))
      .flatMap((message) => messageLines(message, terminal.styles, { toSee })),
    ...(leftOut ? leftOutLines(messages, leftOut, terminal.styles) : []),
  ]);
}

async function showWhatIsSaid(
  context: CommandContext,
  api: ApiClient,
  room: RoomView,
  toSee: HowShown['toSee'],
): Promise<void> {
  const { terminal } = context;
  const leftOut = await openLeftOut(api);
  const lines = async function* (): AsyncGenerator<Buffer> {
    for await (const news of followRoom(context, api, room)) {
      if (news.kind === 'preferences') {
        if (!terminal.json) await leftOut.again();
      } else if (terminal.json) yield Buffer.from(`${visibleJson(news)}\n`);
      else if (news.kind === 'gap') yield Buffer.from('… something was said that is not shown …\n');
      else if (isShown(news) && !leftOut.has(news.message))
        yield Buffer.from(`${messageLines(news.message, terminal.styles, { toSee }).join('\n')}\n`);
    }
  };
  await terminal.write(lines());
}

/** All are uploaded, and then sent in one message: either everybody can open all of them or nobody any. */
async function sendFiles(
  context: CommandContext,
  api: ApiClient,
  room: RoomView,
  typed: readonly string[],
  text: string,
): Promise<void> {
  if (typed.length > MOST_ATTACHED) {
    throw commandErrors('usage_invalid', { detail: `one message carries at most ${MOST_ATTACHED} files` });
  }
  const { terminal } = context;
  const files: Awaited<ReturnType<typeof localFile>>[] = [];
  for (const each of typed) files.push(await localFile(context, each));
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  const uploaded: UploadedView[] = [];
  {
    using progress = terminal.progress({ verb: 'Sending', totalBytes, totalFiles: files.length });
    for (const { path } of files) {
      uploaded.push(await uploadAttachment(context, api, room.roomId, path, progress));
      progress.file(path);
    }
  }
  const message = await sendText(context, api, room.roomId, text, uploaded);
  if (message.flagged) terminal.note(message.flagged.explanation);
  // Whoever has just written it is shown it.
  terminal.show({ roomId: room.roomId, message }, () => messageLines(message, terminal.styles, { toSee: null }));
}

async function sendLines(context: CommandContext, api: ApiClient, room: RoomView): Promise<void> {
  const { terminal, prompts } = context;
  const sent: number[] = [];
  using dialogue = prompts.dialogue(() => []);
  for await (const line of dialogue.lines) {
    if (line.trim() === '') continue;
    const { sequence, flagged } = await sendText(context, api, room.roomId, line);
    sent.push(sequence);
    if (flagged) terminal.note(`Message ${sequence}: ${flagged.explanation}`);
  }
  const title = (await roomTitles(api, [room]))(room);
  terminal.show({ roomId: room.roomId, sent }, () => [`${count(sent.length, 'message')} sent to ${title}.`]);
}
