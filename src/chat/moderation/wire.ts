import { Type, type Static } from '../../base/http/schema.ts';
import { filterModes } from './filter/filter.ts';

/** What moderation says and hears over HTTP. Times are RFC 3339 in UTC. */

const Id = Type.String({ maxLength: 64, description: 'UUIDv7' });
const Time = Type.String({ format: 'date-time' });
const Sequence = Type.Integer({ minimum: 0, maximum: 2 ** 47 });
const Nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);
const oneOf = <const Words extends readonly string[]>(words: Words, description: string) =>
  Type.Unsafe<Words[number]>({ type: 'string', enum: [...words], description });

const Reason = Type.String({
  minLength: 1,
  maxLength: 500,
  description: 'Told to whom it concerns, and kept for the moderators of the room.',
});
const What = oneOf(['mute', 'ban'], 'mute: may read and not write. ban: may not enter.');
/** A year. */
const Minutes = Type.Integer({ minimum: 1, maximum: 366 * 24 * 60, description: 'It ends then by itself.' });
const Handle = Type.String({ minLength: 1, maxLength: 64 });
const Phrases = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 500 });

const Filter = Type.Object(
  {
    mode: oneOf(
      filterModes,
      'log: the author is told which words were found. blur: everybody is, and the text is shown to whoever asks for it. No text is ever changed.',
    ),
    lists: Type.Array(Type.String({ maxLength: 32 }), { maxItems: 20, description: 'Lists that come along.' }),
    words: Phrases,
    allowed: Phrases,
  },
  { additionalProperties: false },
);

/** What the author of a message is told of it. */
export const FlaggedView = Type.Object({
  mode: oneOf(['log', 'blur'], 'See the rules of the room.'),
  words: Type.Array(Type.String()),
  explanation: Type.String(),
});

const RestrictionView = Type.Object({
  restrictionId: Id,
  what: What,
  accountId: Nullable(Id),
  name: Type.String({ description: 'Handle, or the name that a visitor gave.' }),
  visitor: Type.Boolean(),
  untilTime: Time,
  reason: Type.String(),
  byAccountId: Id,
  time: Time,
});

export const RulesView = Type.Object({
  slowSeconds: Nullable(Type.Integer({ description: 'Between two messages of somebody who is no moderator.' })),
  filter: Type.Object({
    mode: oneOf(filterModes, 'off, log or blur'),
    lists: Type.Array(Type.String()),
    words: Type.Array(Type.String()),
    allowed: Type.Array(Type.String()),
  }),
  availableLists: Type.Array(Type.String()),
  restrictions: Type.Array(RestrictionView, {
    description: 'In force: all of them for moderators, your own for you.',
  }),
});
export type RulesView = Static<typeof RulesView>;

export const RulesRequest = Type.Object(
  {
    slowSeconds: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 6 * 3600 }))),
    filter: Type.Optional(Filter),
    reason: Reason,
  },
  { additionalProperties: false },
);

export const FilterTryRequest = Type.Object(
  { filter: Filter, text: Type.String({ minLength: 1, maxLength: 16_384 }) },
  { additionalProperties: false },
);
export const FilterTriedReply = Type.Object({
  words: Type.Array(Type.String(), { description: 'What the filter finds in the text.' }),
});
export type FilterTriedReply = Static<typeof FilterTriedReply>;

export const RestrictRequest = Type.Object(
  {
    what: What,
    handle: Type.Optional(Handle),
    sequence: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 2 ** 47,
        description: 'In place of a handle: the visitor who said this message, by name and by where they came from.',
      }),
    ),
    minutes: Minutes,
    reason: Reason,
  },
  { additionalProperties: false },
);

export const KickRequest = Type.Object({ handle: Handle, reason: Reason }, { additionalProperties: false });
export const ReasonRequest = Type.Object({ reason: Reason }, { additionalProperties: false });
export const RestrictionParams = Type.Object({ roomId: Id, restrictionId: Id });

export const HiddenView = Type.Object({
  text: Nullable(Type.String({ description: 'null: its author has removed it.' })),
  by: Nullable(Type.String({ description: 'Handle of the moderator; null: the account is gone.' })),
  reason: Type.String(),
  time: Time,
  proof: Type.String({
    description: 'HMAC of the text under the key of the room: that of a report of it is the same.',
  }),
  same: Type.Boolean({ description: 'Whether the text is the one that was hidden.' }),
});
export type HiddenView = Static<typeof HiddenView>;

const ActView = Type.Object({
  roomId: Id,
  room: Type.String({ description: 'Its name.' }),
  what: oneOf(
    ['muted', 'banned', 'kicked', 'lifted', 'hidden', 'restored', 'rules', 'resolved'],
    'lifted: a mute or ban ended early. resolved: a report.',
  ),
  time: Time,
  by: Nullable(Type.String({ description: 'Handle of the moderator, for moderators.' })),
  accountId: Nullable(Id),
  name: Nullable(Type.String()),
  sequence: Nullable(Sequence),
  untilTime: Nullable(Time),
  reason: Type.String(),
});
export type ActView = Static<typeof ActView>;

export const ActsQuery = Type.Object({
  after: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
});
export const ActsReply = Type.Object({
  acts: Type.Array(ActView, { description: 'Newest first.' }),
  next: Nullable(Type.String()),
});
export type ActsReply = Static<typeof ActsReply>;

export const ReportRequest = Type.Object(
  {
    reason: Type.String({ minLength: 1, maxLength: 2000 }),
    to: Type.Optional(
      oneOf(
        ['moderators', 'admins'],
        'Who reads it: the moderators of the room, or the admins of the workspace. Of a conversation always the admins.',
      ),
    ),
  },
  { additionalProperties: false },
);
export const ReportMadeReply = Type.Object({ reportId: Type.String() });
export type ReportMadeReply = Static<typeof ReportMadeReply>;

const ReportView = Type.Object({
  reportId: Type.String(),
  open: Type.Boolean(),
  report: Nullable(
    Type.Object({
      roomId: Id,
      room: Type.String({ description: 'Its name then; empty for a conversation.' }),
      sequence: Sequence,
      author: Type.Object({
        accountId: Nullable(Id),
        name: Type.String(),
        mark: Nullable(oneOf(['visitor', 'program', 'bot'], 'What somebody without an account is.')),
      }),
      saidTime: Time,
      text: Nullable(Type.String({ description: 'As the reporter could read it.' })),
      files: Type.Array(Type.Object({ name: Type.String(), size: Type.Integer({ description: 'Bytes.' }) }), {
        description: 'Those that were with it; what is in them is not handed over.',
      }),
      proof: Nullable(Type.String()),
      byAccountId: Id,
      byHandle: Type.String(),
      reason: Type.String(),
      time: Time,
      resolved: Nullable(
        Type.Object({
          by: Type.String(),
          outcome: Type.String(),
          note: Type.String(),
          time: Time,
        }),
      ),
    }),
  ),
});
export type ReportView = Static<typeof ReportView>;

export const ReportsQuery = Type.Object({
  after: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
  all: Type.Optional(Type.Boolean({ description: 'Those that are resolved too.' })),
});
export const ReportsReply = Type.Object({
  reports: Type.Array(ReportView, { description: 'report null: it was sealed to the admins that there were then.' }),
  next: Nullable(Type.String({ description: 'Pass it as after; a page may hold fewer than asked for.' })),
});
export type ReportsReply = Static<typeof ReportsReply>;

const ReportId = Type.String({ pattern: '^[0-9a-f.-]{1,160}$' });
export const RoomReportParams = Type.Object({ roomId: Id, reportId: ReportId });
export const ReportParams = Type.Object({ reportId: ReportId });
export const ResolveRequest = Type.Object(
  {
    outcome: oneOf(['acted', 'dismissed'], 'What became of it.'),
    note: Type.String({ minLength: 1, maxLength: 500 }),
  },
  { additionalProperties: false },
);
