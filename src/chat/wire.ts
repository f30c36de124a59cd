import { Type, type Static } from '../base/http/schema.ts';
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
const Role = oneOf(roomRoles, 'member, moderator or owner');

export const Position = Type.Object({
  epoch: Type.String({ description: 'Another one: sequences are not those that were given before.' }),
  sequence: Sequence,
});
export type Position = Static<typeof Position>;

export const RoomView = Type.Object({
  roomId: Id,
  kind: Kind,
  archived: Type.Boolean({ description: 'It can be read and not written.' }),
  name: Type.String({ description: 'Without #.' }),
  topic: Type.String(),
  role: Role,
  member: Type.Boolean({ description: 'Whether you were added or joined.' }),
  createdTime: Time,
  position: Position,
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
  },
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
      role: Role,
      sinceTime: Time,
    }),
  ),
});
export type MembersReply = Static<typeof MembersReply>;

export const SetMemberRequest = Type.Object(
  { handle: Type.String({ minLength: 1, maxLength: 64 }), role: Type.Optional(Role) },
  { additionalProperties: false },
);

export const SendRequest = Type.Object(
  {
    text: Type.String({ minLength: 1, maxLength: 16 * 1024, description: 'Markdown; at most 16 KiB of UTF-8.' }),
    messageId: Type.Optional(
      Type.String({
        pattern: '^[0-9A-Za-z_-]{8,64}$',
        description: 'Your own id of it, best a UUIDv7: sent again with the same id it is the same message, for ever.',
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
  }),
  text: Nullable(Type.String({ description: 'null: it does not open, somebody changed the records.' })),
  messageId: Type.Optional(Type.String({ description: 'What its sender called it.' })),
});
export type MessageView = Static<typeof MessageView>;

export const HistoryQuery = Type.Object({
  before: Type.Optional(Sequence),
  after: Type.Optional(Sequence),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
});

export const HistoryReply = Type.Object({
  messages: Type.Array(MessageView, { description: 'In order.' }),
  earlier: Nullable(Type.Integer({ description: 'Pass it as before; null: there is nothing before.' })),
  later: Nullable(Type.Integer({ description: 'Pass it as after; null: there is nothing after.' })),
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
  | { readonly kind: 'event'; readonly roomId: string; readonly sequence: number; readonly message: MessageView }
  /** Its name, topic or members are others: ask for it again. */
  | { readonly kind: 'room'; readonly roomId: string }
  /** You may not listen to it, or not any more. */
  | { readonly kind: 'closed'; readonly roomId: string };

/** Why the server ends the connection (RFC 6455 section 7.4), beside the codes that it has for other reasons. */
export const chatCloseCodes = {
  /** The client takes what it is sent more slowly than it comes: connect again, and go on where it was. */
  tooSlow: 4408,
} as const;

export const Done = Type.Null();
