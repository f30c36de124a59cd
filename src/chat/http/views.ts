/** How the answers of chat/ look over HTTP. */
import { timestamp } from '../../base/clock.ts';
import { nameOf, type RoomEvent, textOf } from '../messages/content.ts';
import { blurredIn } from '../moderation/flagged.ts';
import { alertView } from './alert-views.ts';
import type { RoomFacts } from '../rooms/list-rooms.ts';
import type { ListPage } from '../messages/threads.ts';
import type { KeptPage } from '../people/kept.ts';
import type { PresenceState } from '../presence/states.ts';
import type { Person } from '../chat-deps.ts';
import type { Seen } from '../presence/presence.ts';
import type { Preferences } from '../people/preferences.ts';
import type { ChatPreferences, KeptReply, ListReply, LiveNews, MessageView, PeopleReply, RoomView } from '../wire.ts';

export function roomView({ room, role, isMember, position, reading }: RoomFacts): RoomView {
  const { roomId, kind, archived, name, topic, createdMs, retentionDays, forgottenUpTo } = room;
  const createdTime = timestamp(createdMs);
  const { read, level, unread } = reading;
  return {
    ...{ roomId, kind, archived, name, topic, role, createdTime, position, retentionDays, forgottenUpTo },
    ...{ read, level, unread },
    people: [...(room.members ?? [])],
    member: isMember,
  };
}

export function messageView(event: RoomEvent): MessageView {
  const alert = alertView(event);
  const { roomId, sequence, atMs, author, content, changes = {} } = event;
  const message = content?.kind === 'message' ? content : null;
  const isRemoved = message?.removed === true || changes.removed !== undefined;
  return {
    roomId,
    sequence,
    time: timestamp(atMs),
    author: {
      accountId: 'accountId' in author ? author.accountId : null,
      handle: nameOf(author),
      visitor: 'visitor' in author,
      program: 'program' in author,
      ...('bot' in author ? { bot: author.bot } : {}),
    },
    text: textOf(event),
    state: isRemoved ? 'removed' : changes.hidden ? 'hidden' : message ? 'whole' : 'damaged',
    messageId: message?.messageId ?? null,
    replyTo: message?.replyTo ?? null,
    thread: message?.thread ?? null,
    mentions: [...(message?.mentions ?? [])],
    everybody: message?.everybody ?? false,
    editedTime: changes.editedMs === undefined ? null : timestamp(changes.editedMs),
    reactions: Object.entries(changes.reactions ?? {}).map(([reaction, accountIds]) => ({
      reaction,
      accountIds: [...accountIds],
    })),
    pinned: changes.pinned !== undefined,
    blurred: [...blurredIn(event)],
    ...(alert ? { alert } : {}),
    attachments: isRemoved || changes.hidden ? [] : attachmentViews(event),
  };
}

function attachmentViews({ content, standings }: RoomEvent): MessageView['attachments'] {
  const attached = (content?.kind === 'message' && content.attachments) || [];
  return attached.map((attachment, index) => ({ ...attachment, state: standings?.[index] ?? 'shared' }));
}

export function listView({ messages, next }: ListPage): ListReply {
  return { messages: messages.map(messageView), next };
}

export function keptView({ messages, next }: KeptPage): KeptReply {
  return { messages: messages.map(messageView), next };
}

export function preferencesView({ ignored, keywords }: Preferences): ChatPreferences {
  return { ignored: [...ignored], keywords: [...keywords] };
}

export function personView(
  { accountId, handle, name, role }: Person,
  presence: PresenceState,
): PeopleReply['people'][number] {
  return { accountId, handle, name, role, presence };
}

const presenceTexts = new WeakMap<readonly Seen[], string>();

/** Who is here, for live connections: made once for all who may know of the same people. */
export function presenceText({ whole, people }: { readonly whole: boolean; readonly people: readonly Seen[] }): string {
  const known = presenceTexts.get(people);
  if (known !== undefined) return known;
  const news: LiveNews = {
    kind: 'presence',
    whole,
    people: people.map(({ accountId, handle, state }) => ({ accountId, handle, presence: state })),
  };
  const text = JSON.stringify(news);
  presenceTexts.set(people, text);
  return text;
}

const texts = new WeakMap<RoomEvent, string>();

/** An event as it is told over live connections: made once, however many there are. */
export function eventText(event: RoomEvent): string {
  const known = texts.get(event);
  if (known !== undefined) return known;
  const { roomId, sequence, content } = event;
  const message = content?.kind === 'change' ? event.message && messageView(event.message) : messageView(event);
  const what = content?.kind === 'change' ? content.what : 'said';
  const news: LiveNews = { kind: 'event', roomId, sequence, what, message: message ?? null };
  const text = JSON.stringify(news);
  texts.set(event, text);
  return text;
}
