import { Type, type Static } from '../base/http/schema.ts';

/** What audit/ says and hears over HTTP. Times are RFC 3339 in UTC. */

const Id = Type.String({ description: 'UUIDv7' });
const Time = Type.String({ format: 'date-time' });
const OrNull = <Schema extends ReturnType<typeof Type.String>>(schema: Schema) => Type.Union([schema, Type.Null()]);

export const EventView = Type.Object({
  eventId: Id,
  time: Time,
  act: Type.String({ description: 'What was done, as noun.participle: version.stored' }),
  actor: Type.Union([Type.Object({ accountId: Id, name: OrNull(Type.String()) }), Type.Null()], {
    description: 'Who did it; null when nobody was signed in, or the server itself',
  }),
  sessionId: OrNull(Type.String({ description: 'The login session or app password it was done with' })),
  subjectIds: Type.Array(Type.String(), { description: 'What it was done to' }),
  facts: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]), {
    description: 'Other ids, counts, sizes, codes and addresses; never names of files',
  }),
  sequence: Type.Union([Type.Integer(), Type.Null()], {
    description: 'The signed batch it stands in; null: see audit',
  }),
});
export type EventView = Static<typeof EventView>;

export const EventsReply = Type.Object({
  events: Type.Array(EventView, { description: 'Newest first' }),
  next: Type.Optional(
    Type.String({ description: 'Pass it as “after” to go on; there even when this page is empty and more may follow' }),
  ),
});

export type EventsReply = Static<typeof EventsReply>;

export const PageQuery = Type.Object({
  after: Type.Optional(Type.String({ maxLength: 64 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
});

const Act = Type.String({
  pattern: '^[a-z_]{1,32}(\\.[a-z_]{1,32})?$',
  description: 'An act (version.stored) or its noun (version)',
});

export const EventsQuery = Type.Object({
  ...PageQuery.properties,
  subject: Type.Optional(
    Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$', description: 'Id of a file, folder, drive or account' }),
  ),
  actor: Type.Optional(Type.String({ maxLength: 64, description: 'Id of an account' })),
  act: Type.Optional(Act),
});

export const ExportQuery = Type.Object({
  format: Type.Optional(
    Type.Union([Type.Literal('jsonl'), Type.Literal('csv')], {
      default: 'jsonl',
      description: 'jsonl: one JSON object a line; csv: RFC 4180, safe to open in a spreadsheet',
    }),
  ),
  act: Type.Optional(Act),
});

export const VerifyReply = Type.Object({
  verdict: Type.Union([Type.Literal('intact'), Type.Literal('broken'), Type.Literal('unproven')], {
    description: 'unproven: nothing wrong was found, but not everything could be looked at',
  }),
  batches: Type.Integer(),
  events: Type.Integer(),
  firstTime: OrNull(Time),
  lastTime: OrNull(Time),
  head: Type.Union([Type.Object({ sequence: Type.Integer(), hash: Type.String() }), Type.Null()], {
    description: 'Where the chain ends; note it down elsewhere to prove later that nothing before it was cut off',
  }),
  publicKeys: Type.Array(Type.Object({ generation: Type.Integer(), publicKey: Type.String() })),
  stores: Type.Array(
    Type.Object({
      name: Type.Union([Type.Literal('primary'), Type.Literal('backup')]),
      heads: Type.Integer({ description: 'Signed heads in this store' }),
      newest: Type.Union([Type.Object({ sequence: Type.Integer(), time: Time }), Type.Null()]),
    }),
  ),
  problems: Type.Array(
    Type.Object({
      code: Type.String(),
      what: Type.String(),
      sequence: Type.Union([Type.Integer(), Type.Null()]),
      eventId: OrNull(Type.String()),
      store: Type.Union([Type.Literal('primary'), Type.Literal('backup'), Type.Null()]),
    }),
  ),
  problemCount: Type.Integer({ description: 'All of them; the list holds the first 100' }),
});
export type VerifyReply = Static<typeof VerifyReply>;
