import type { ApiClient, CommandContext, Dialogue } from '../../base/command.ts';
import { HoldfastError } from '../../base/errors.ts';
import { quoted, visible } from '../../base/visible-text.ts';
import type { MembersReply, MessageView, RoomView } from '../wire.ts';
import { followRoom, isShown } from './follow.ts';
import { messageLines } from './message-lines.ts';
import { sendText } from './send-text.ts';

const COMMANDS = ['/help', '/members', '/quit', '/rooms', '/topic'];

const HELP = [
  '/topic TEXT   give the room another topic',
  '/members      who was added to the room or joined it',
  '/rooms        the rooms that there are',
  '/quit         leave; so does Ctrl-D',
  'A line that begins with // is sent with one of them.',
];

/** Reads and writes in a room on a terminal, until the person leaves. */
export async function talkInRoom(
  context: CommandContext,
  api: ApiClient,
  rooms: readonly RoomView[],
  room: RoomView,
  before: readonly MessageView[],
): Promise<void> {
  const { terminal, prompts } = context;
  const { styles } = terminal;
  const names = new Set(before.map(({ author }) => author.handle));
  const left = new AbortController();
  const signal = AbortSignal.any([context.signal, left.signal]);
  using dialogue = prompts.dialogue((word) => completions(word, names, rooms));
  const topic = room.topic === '' ? '' : `: ${visible(room.topic)}`;
  dialogue.show(styles.faint(`#${visible(room.name)}${topic} (/help tells what else there is)`));
  const show = (message: MessageView): void => {
    names.add(message.author.handle);
    for (const line of messageLines(message, styles)) dialogue.show(line);
  };
  before.forEach(show);

  const listen = async (): Promise<void> => {
    try {
      for await (const news of followRoom({ signal }, api, room)) {
        if (news.kind === 'gap') dialogue.show(styles.attention('… something was said that is not shown …'));
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
    await act(context, api, { rooms, room, dialogue }, line).catch((error: unknown) => {
      if (!(error instanceof HoldfastError)) throw error;
      dialogue.show(styles.danger(`${error.title}. ${error.remedy}`));
    });
  }
  left.abort();
  await listening;
}

async function act(
  context: CommandContext,
  api: ApiClient,
  place: { readonly rooms: readonly RoomView[]; readonly room: RoomView; readonly dialogue: Dialogue },
  line: string,
): Promise<void> {
  const { rooms, room, dialogue } = place;
  if (line.trim() === '') return;
  if (!line.startsWith('/') || line.startsWith('//')) {
    await sendText(context, api, room.roomId, line.replace(/^\/\//, '/'));
    return;
  }
  const [, verb = '', rest = ''] = /^\/(\S*)\s*(.*)$/.exec(line) ?? [];
  if (verb === 'help') HELP.forEach((help) => dialogue.show(help));
  else if (verb === 'rooms') rooms.forEach(({ name }) => dialogue.show(`#${visible(name)}`));
  else if (verb === 'topic') await api.post(`/chat/rooms/${room.roomId}`, { topic: rest });
  else if (verb === 'members') {
    const { members } = await api.get<MembersReply>(`/chat/rooms/${room.roomId}/members`);
    members.forEach(({ handle, role }) => dialogue.show(`${visible(handle ?? '?')} (${role})`));
  } else dialogue.show(`There is no command ${quoted(`/${verb}`)}; /help shows those that there are.`);
}

function completions(word: string, names: ReadonlySet<string>, rooms: readonly RoomView[]): string[] {
  const all = [...[...names].map((name) => `@${name}`), ...rooms.map(({ name }) => `#${name}`), ...COMMANDS];
  const start = word.toLowerCase();
  return all.filter((each) => each.toLowerCase().startsWith(start)).toSorted();
}
