import { Type, type Static } from '../base/http/schema.ts';
import { presences, type PresenceState } from './presence/states.ts';
import { AlertView } from './alerts/wire.ts';
import { AttachmentRequest, AttachmentView } from './attachments/wire.ts';
import { FlaggedView } from './moderation/wire.ts';
import { levels } from './records.ts';
import { roomRoles } from './rooms/roles.ts';

/** What chat/ says and hears over HTTP. Times are RFC 3339 in UTC. */

const Id = Type.String({ maxLength: 64, description: 'UUIDv7' });
const Time = Type.String({ format: 'date-time' });
const oneOf = <const Words extends readonly string[]>(words: Words, description: string) =>
  Type.Unsafe<Words[number]>({ type: 'string', enum: [...words], description });
const Sequence = Type.Integer({ minimum: 0, maximum: 2 ** 47, description: 'Counts from 1 in each room.' });
const Nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

const Kind = oneOf(['public', 'private'], 'public: everybody but guests; private: its members.');
const Level = oneOf(levels, 'Which messages you want to be told of: all, mentions or none.');
const Role = oneOf(roomRoles, 'member, moderator or owner');

const Presence = oneOf(presences, 'As far as the servers know just now; kept nowhere.');

export const Position = Type.Object({
  epoch: Type.String({ description: 'Another one: sequences are not those that were given before.' }),
  sequence: Sequence,
});
export type Position = Static<typeof Position>;

const Forgotten = Type.Integer({
  description: 'Everything up to this sequence is gone because of its age; 0: nothing.',
});

export const RoomView = Type.Object({
  roomId: Id,
  kind: oneOf(['public', 'private', 'direct'], 'direct: a conversation; it has no name, and its people never change.'),
  people: Type.Array(Id, { description: 'Of a conversation: the accounts in it.' }),
  archived: Type.Boolean({ description: 'It can be read and not written.' }),
  name: Type.String({ description: 'Without #.' }),
  topic: Type.String(),
  role: Role,
  member: Type.Boolean({ description: 'Whether you were added or joined.' }),
  createdTime: Time,
  position: Position,
  retentionDays: Nullable(Type.Integer({ description: 'Older messages are removed; null: everything is kept.' })),
  forgottenUpTo: Forgotten,
  read: Type.Integer({ description: 'Everything up to this sequence is read by you.' }),
  level: Level,
  unread: Type.Object({
    messages: Type.Integer({ description: 'Of others, not read by you; counted among the next 100 events.' }),
    mentions: Type.Integer({ description: 'Of these, those that name you.' }),
  }),
});
export type RoomView = Static<typeof RoomView>;

export const RoomsReply = Type.Object({ rooms: Type.Array(RoomView, { description: 'By name.' }) });
export type RoomsReply = Static<typeof RoomsReply>;

export const NewRoomRequest = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 65, description: '1-64 characters without blanks, #, @ and :.' }),
    kind: Kind,
    topic: Type.Optional(Type.String({ maxLength: 1000 })),
  },
  { additionalProperties: false },
);

export const RoomChangesRequest = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 65 })),
    topic: Type.Optional(Type.String({ maxLength: 1000 })),
    kind: Type.Optional(Kind),
    archived: Type.Optional(Type.Boolean()),
    retentionDays: Type.Optional(
      Nullable(
        Type.Integer({
          minimum: 1,
          maximum: 36_500,
          description: 'Messages older than that are removed for good, with all that became of them; null: none are.',
        }),
      ),
    ),
  },
  { additionalProperties: false },
);

export const ConversationRequest = Type.Object(
  { handles: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: 30 }) },
  { additionalProperties: false },
);

export const RoomParams = Type.Object({ roomId: Id });
export const MemberParams = Type.Object({ roomId: Id, accountId: Id });
export const MessageParams = Type.Object({ roomId: Id, sequence: Sequence });

export const MembersReply = Type.Object({
  members: Type.Array(
    Type.Object({
      accountId: Id,
      handle: Nullable(Type.String({ description: 'null: the account is gone.' })),
      name: Nullable(Type.String()),
      isBot: Type.Boolean({
        description: 'It comes by being made or invited as one, and removing it ends its webhooks here',
      }),
      role: Role,
      sinceTime: Time,
      presence: Presence,
    }),
  ),
});
export type MembersReply = Static<typeof MembersReply>;

export const PeopleQuery = Type.Object({
  after: Type.Optional(Type.String({ maxLength: 64, description: '`next` of the page before.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 100 })),
});
export const PeopleReply = Type.Object({
  people: Type.Array(
    Type.Object({
      accountId: Id,
      handle: Type.String(),
      name: Type.String(),
      role: oneOf(['admin', 'member', 'guest'], 'In the workspace.'),
      presence: Presence,
    }),
    { description: 'In order of sign-up.' },
  ),
  next: Nullable(Type.String({ description: 'Pass it as after; null: that is all.' })),
});
export type PeopleReply = Static<typeof PeopleReply>;

export const SetMemberRequest = Type.Object(
  {
    handle: Type.String({ minLength: 1, maxLength: 64 }),
    role: Type.Optional({
      ...Role,
      description: 'Left out: a member, and whoever is in the room keeps the role they have.',
    }),
  },
  { additionalProperties: false },
);

export const SendRequest = Type.Object(
  {
    text: Type.String({
      maxLength: 16 * 1024,
      description: 'Markdown; at most 16 KiB of UTF-8. Empty only with attachments.',
    }),
    messageId: Type.Optional(
      Type.String({
        pattern: '^[0-9A-Za-z_-]{8,64}$',
        description: 'Your own id of it, best a UUIDv7: sent again with the same id it is the same message, for ever.',
      }),
    ),
    replyTo: Type.Optional(Sequence),
    attachments: Type.Optional(
      Type.Array(AttachmentRequest, {
        maxItems: 10,
        description: 'Everyone in the room may open these versions, now and later, until they are taken back.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const MessageView = Type.Object({
  roomId: Id,
  sequence: Sequence,
  time: Time,
  author: Type.Object({
    accountId: Nullable(Id),
    handle: Type.String({ description: 'As it was then; of a visitor the name they gave.' }),
    visitor: Type.Boolean({ description: 'Somebody without an account: the name is not theirs alone.' }),
    program: Type.Boolean({ description: 'A part of the workspace itself, such as its notices.' }),
    bot: Type.Optional(Type.String({ description: 'Id of the bot that said it: a program that a moderator let in.' })),
  }),
  text: Nullable(Type.String({ description: 'null: see state.' })),
  state: oneOf(
    ['whole', 'removed', 'hidden', 'damaged'],
    'hidden: a moderator did so. damaged: it does not open, somebody changed the records.',
  ),
  messageId: Nullable(Type.String({ description: 'What its sender called it.' })),
  replyTo: Nullable(Type.Integer({ description: 'The message that it answers.' })),
  thread: Nullable(Type.Integer({ description: 'The message that its thread began with.' })),
  mentions: Type.Array(Id, { description: 'Accounts that it names.' }),
  everybody: Type.Boolean({ description: 'It names everybody: @room.' }),
  editedTime: Nullable(Time),
  reactions: Type.Array(Type.Object({ reaction: Type.String(), accountIds: Type.Array(Id) })),
  pinned: Type.Boolean(),
  alert: Type.Optional(AlertView),
  blurred: Type.Array(Type.String(), {
    description: 'What in its text is to be shown blurred until it is asked for, by the rules of the room.',
  }),
  attachments: Type.Array(AttachmentView),
});
export type MessageView = Static<typeof MessageView>;

/** The message, and what its author alone is told of it. */
export const SentReply = Type.Object({ ...MessageView.properties, flagged: Type.Optional(FlaggedView) });
export type SentReply = Static<typeof SentReply>;

export const CommandsReply = Type.Object({
  commands: Type.Array(
    Type.Object({
      name: Type.String({ description: 'Without the slash.' }),
      usage: Type.String({ description: 'What stands behind it.' }),
      about: Type.String(),
    }),
  ),
});
export type CommandsReply = Static<typeof CommandsReply>;
export const CommandRequest = Type.Object(
  { line: Type.String({ minLength: 1, maxLength: 17 * 1024, description: '/topic A new topic' }) },
  { additionalProperties: false },
);
export const CommandReply = Type.Object({
  lines: Type.Array(Type.String(), { description: 'For you alone.' }),
  message: Nullable(MessageView),
  roomId: Nullable(Type.String({ description: 'Where to go on; null: here.' })),
});
export type CommandReply = Static<typeof CommandReply>;

export const HistoryQuery = Type.Object({
  before: Type.Optional(Sequence),
  after: Type.Optional(Sequence),
  at: Type.Optional(Type.String({ format: 'date-time', description: 'From this time on; in place of after.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
});

const text = Type.String({ minLength: 1, maxLength: 16 * 1024 });
export const EditRequest = Type.Object({ text }, { additionalProperties: false });
export const OnRequest = Type.Object({ on: Type.Boolean() }, { additionalProperties: false });
export const ReactionRequest = Type.Object(
  { reaction: Type.String({ minLength: 1, maxLength: 64 }), on: Type.Boolean({ description: 'false: take it back.' }) },
  { additionalProperties: false },
);
export const EditsReply = Type.Object({ edits: Type.Array(Type.Object({ text: Type.String(), time: Time })) });

export const ListQuery = Type.Object({
  after: Type.Optional(Sequence),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
});
export const ListReply = Type.Object({
  messages: Type.Array(MessageView, { description: 'In order.' }),
  next: Nullable(Type.Integer({ description: 'Pass it as after; null: that is all.' })),
});
export type ListReply = Static<typeof ListReply>;

export const SearchQuery = Type.Object({
  query: Type.String({ minLength: 1, maxLength: 500, description: 'One to ten words.' }),
  roomId: Type.Optional(Id),
  before: Type.Optional(Sequence),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 50 })),
});

export const KeptQuery = Type.Object({
  after: Type.Optional(Type.String({ pattern: '^[0-9a-f#-]{1,100}$', description: '`next` of the page before.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
});
export const KeptReply = Type.Object({ messages: Type.Array(MessageView), next: Nullable(Type.String()) });
export type KeptReply = Static<typeof KeptReply>;

export const ReadRequest = Type.Object({ sequence: Sequence }, { additionalProperties: false });
export const ReadReply = Type.Object({ read: Sequence });
export const LevelRequest = Type.Object({ level: Level }, { additionalProperties: false });

export const ChatPreferences = Type.Object(
  {
    ignored: Type.Array(Id, { maxItems: 200, description: 'Accounts; your own is left out.' }),
    keywords: Type.Array(Type.String({ maxLength: 64 }), {
      maxItems: 50,
      description: 'Kept in small letters. In rooms that you joined a message with one counts as naming you.',
    }),
  },
  { additionalProperties: false },
);
export type ChatPreferences = Static<typeof ChatPreferences>;

export const HistoryReply = Type.Object({
  messages: Type.Array(MessageView, { description: 'In order.' }),
  earlier: Nullable(Type.Integer({ description: 'Pass it as before; null: there is nothing before.' })),
  later: Nullable(Type.Integer({ description: 'Pass it as after; null: there is nothing after.' })),
  forgottenUpTo: Forgotten,
  position: Position,
});
export type HistoryReply = Static<typeof HistoryReply>;

/**
 * What is told over the WebSocket `/api/v1/live`, in frames `{"type":"chat","news":[…]}`: everything that there is at
 * one moment in one frame, in order.
 */
export type LiveNews =
  /** The answer to `chat.listen`. Recovered: every missed event follows. Not: the last messages follow, and there may be a gap. */
  | { readonly kind: 'subscribed'; readonly roomId: string; readonly recovered: true; readonly position: Position }
  | {
      readonly kind: 'subscribed';
      readonly roomId: string;
      readonly recovered: false;
      readonly position: Position;
      /** As in {@link HistoryReply}. */
      readonly earlier: number | null;
    }
  /** Of the last page: what stands there now. */
  | { readonly kind: 'message'; readonly message: MessageView }
  /** What happened; whoever has all up to its sequence has missed nothing. */
  | {
      readonly kind: 'event';
      readonly roomId: string;
      readonly sequence: number;
      readonly what:
        | 'said'
        | 'edited'
        | 'removed'
        | 'reactions'
        | 'pinned'
        | 'attachments'
        | 'hidden'
        | 'restored'
        | 'acted';
      /** The message as it is now; `null` where it is not there any more. */
      readonly message: MessageView | null;
    }
  /** A room is open to you that was not there before. */
  | { readonly kind: 'rooms' }
  /** You chose otherwise whom you ignore or which words you watch for, here or on another device: ask for it again. */
  | { readonly kind: 'preferences' }
  /** You read up to here, on another device. */
  | { readonly kind: 'read'; readonly roomId: string; readonly sequence: number }
  /** Who is here. Whole: all of them, in place of what was told before; else those for whom it is another. */
  | {
      readonly kind: 'presence';
      readonly whole: boolean;
      readonly people: readonly {
        readonly accountId: string;
        readonly handle: string;
        readonly presence: PresenceState;
      }[];
    }
  /** Somebody is writing; forget it after some seconds. */
  | { readonly kind: 'typing'; readonly roomId: string; readonly handles: readonly string[] }
  /** Its name, topic or members are others, or you are in it since just now: ask for it again. */
  | { readonly kind: 'room'; readonly roomId: string }
  /** A conversation has come so far. The server keeps no key to it: ask for what was said over HTTP. */
  | { readonly kind: 'sealed'; readonly roomId: string; readonly position: Position }
  /** You may not listen to it, or not any more. */
  | { readonly kind: 'closed'; readonly roomId: string };

/** Why the server ends the connection (RFC 6455 section 7.4), beside the codes that it has for other reasons. */
export const chatCloseCodes = {
  /** The client takes what it is sent more slowly than it comes: connect again, and go on where it was. */
  tooSlow: 4408,
} as const;

export const Done = Type.Null();

export * from './moderation/wire.ts';
export * from './bots/wire.ts';
export * from './alerts/wire.ts';
export * from './outgoing/wire.ts';
