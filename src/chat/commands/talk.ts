import type { ApiClient, CommandContext, Dialogue } from '../../base/commands/command.ts';
import { HoldfastError } from '../../base/errors.ts';
import { visible } from '../../base/text/visible.ts';
import type { AttachmentView } from '../attachments/wire.ts';
import { chatErrors } from '../errors.ts';
import type { CommandReply, CommandsReply, MessageView, RoomView } from '../wire.ts';
import { followRoom, isShown } from './follow.ts';
import { type LeftOut, leftOutLines } from './left-out.ts';
import { messageLines } from './message-lines.ts';
import { sendText } from './send-text.ts';
import { openShownFiles, saveFile, sendFile, type ShownFiles } from './talk-files.ts';

/** What the terminal itself does; the rest is the server's, and the same everywhere. */
const OWN = ['/quit', '/save', '/send', '/show'];

const HELP = [
  '/send PATH            Share a file of this computer with everyone in the room, now and later',
  '/save N [TO]          Fetch the file that is shown with this number; nothing is replaced by it',
  '/show N               Show message N, where the rules of the room blur it',
  '/quit                 Leave the terminal; so does Ctrl-D',
];

export interface Talked {
  /** All that may be named. */
  readonly rooms: readonly RoomView[];
  readonly room: RoomView;
  /** How it is called. */
  readonly title: string;
  /** The last of what was said. */
  readonly before: readonly MessageView[];
  readonly leftOut: LeftOut;
  /** What the room blurs is shown as it was said. */
  readonly showsBlurred: boolean;
}

/** Reads and writes in a room on a terminal, until the person leaves. */
export async function talkInRoom(
  context: CommandContext,
  api: ApiClient,
  { rooms, room, title, before, leftOut, showsBlurred }: Talked,
): Promise<void> {
  const { terminal, prompts } = context;
  const { styles } = terminal;
  const names = new Set(before.map(({ author }) => author.handle));
  const files = openShownFiles();
  const left = new AbortController();
  const signal = AbortSignal.any([context.signal, left.signal]);
  const { commands } = await api.get<CommandsReply>('/chat/commands');
  const known = [...commands.map(({ name }) => `/${name}`), ...OWN];
  using dialogue = prompts.dialogue((word) => completions(word, names, rooms, known));
  const topic = room.topic === '' ? '' : `: ${visible(room.topic)}`;
  dialogue.show(styles.faint(`${title}${topic} (/help tells what else there is)`));
  const show = (message: MessageView): void => {
    if (leftOut.has(message)) return;
    names.add(message.author.handle);
    showMessage(context, { dialogue, files }, message, showsBlurred ? null : `/show ${message.sequence} shows it`);
  };
  before.forEach(show);
  leftOutLines(before, leftOut, styles).forEach((line) => dialogue.show(line));

  const listen = async (): Promise<void> => {
    try {
      for await (const news of followRoom({ signal }, api, room, before)) {
        if (news.kind === 'preferences') await leftOut.again();
        else if (news.kind === 'gap') dialogue.show(styles.attention('… something was said that is not shown …'));
        else if (isShown(news)) show(news.message);
      }
    } catch (error) {
      if (signal.aborted) return;
      // Nothing more will come: leaving says why.
      dialogue[Symbol.dispose]();
      throw error;
    }
  };
  const listening = listen();
  // It is looked at in the end; until then it is nobody's.
  listening.catch(() => undefined);
  for await (const line of dialogue.lines) {
    if (line.trim() === '/quit') break;
    await act(context, api, { room, dialogue, files }, line).catch((error: unknown) => {
      if (!(error instanceof HoldfastError)) throw error;
      const detail = error.detail === undefined ? '' : `: ${visible(error.detail)}`;
      dialogue.show(styles.danger(`${error.title}${detail}. ${error.remedy}`));
    });
  }
  left.abort();
  await listening;
}

type Shown = { readonly dialogue: Dialogue; readonly files: ShownFiles };

function showMessage(
  { terminal }: CommandContext,
  { dialogue, files }: Shown,
  message: MessageView,
  toSee: string | null,
): void {
  const how = { numberOf: (file: AttachmentView) => files.numberOf(file), toSee };
  for (const line of messageLines(message, terminal.styles, how)) dialogue.show(line);
}

async function act(
  context: CommandContext,
  api: ApiClient,
  place: Shown & { readonly room: RoomView },
  line: string,
): Promise<void> {
  const { room, dialogue } = place;
  if (line.trim() === '') return;
  if (!line.startsWith('/') || line.startsWith('//')) {
    const { flagged } = await sendText(context, api, room.roomId, line.replace(/^\/\//, '/'));
    if (flagged) dialogue.show(context.terminal.styles.attention(flagged.explanation));
    return;
  }
  const [, verb = '', rest = ''] = /^\/(\S*)\s*(.*)$/.exec(line) ?? [];
  if (verb === 'send') return await sendFile(context, api, place, rest);
  if (verb === 'save') return await saveFile(context, api, place, rest);
  if (verb === 'show') {
    if (!/^[1-9]\d{0,14}$/.test(rest.trim())) throw chatErrors('chat_command_usage', { detail: 'type /show N' });
    const message = await api.get<MessageView>(`/chat/rooms/${room.roomId}/messages/${rest.trim()}`);
    return showMessage(context, place, message, null);
  }
  const answer = await api.post<CommandReply>(`/chat/rooms/${room.roomId}/commands`, { line });
  answer.lines.forEach((each) => dialogue.show(visible(each)));
  if (line.trim() === '/help') HELP.forEach((help) => dialogue.show(help));
}

function completions(
  word: string,
  names: ReadonlySet<string>,
  rooms: readonly RoomView[],
  commands: readonly string[],
): string[] {
  const called = rooms.filter(({ kind }) => kind !== 'direct').map(({ name }) => `#${name}`);
  const all = [...[...names].map((name) => `@${name}`), ...called, ...commands];
  const start = word.toLowerCase();
  return all.filter((each) => each.toLowerCase().startsWith(start)).toSorted();
}
