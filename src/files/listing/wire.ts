import { Type, type Static } from '../../base/http/schema.ts';
import { EntryView, PageQuery } from '../wire.ts';

/** What files/ says and hears about sorted lists, searches, histories, favourites and what is recent. */

export const ListQuery = Type.Object({
  ...PageQuery.properties,
  after: Type.Optional(Type.String({ maxLength: 2100, description: 'The “next” of the page before' })),
  sort: Type.Optional(
    Type.Union([Type.Literal('name'), Type.Literal('created'), Type.Literal('modified'), Type.Literal('size')], {
      description: 'Folders come before files. Left out: in order of creation, both mixed',
    }),
  ),
  order: Type.Optional(
    Type.Union([Type.Literal('ascending'), Type.Literal('descending')], {
      description: 'With “sort”; descending is the exact reverse, folders last. Default ascending',
    }),
  ),
});
export type ListQuery = Static<typeof ListQuery>;

export const FindRequest = Type.Object(
  {
    pattern: Type.String({
      maxLength: 1024,
      description: 'A part of the name; or, with “*”, “?” or “[a-z]” in it, the whole name',
    }),
    folderId: Type.Optional(Type.String({ maxLength: 64, description: 'Where to look; default the whole drive' })),
    kind: Type.Optional(Type.Union([Type.Literal('file'), Type.Literal('folder')])),
    matchCase: Type.Optional(Type.Boolean({ description: 'A and a are different; default false' })),
    matchAccents: Type.Optional(Type.Boolean({ description: 'é and e are different; default false' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
  },
  { additionalProperties: false },
);
export type FindRequest = Static<typeof FindRequest>;

const Placed = {
  entry: EntryView,
  path: Type.String({ description: 'In the drive, as “/reports/plan.pdf”' }),
};

export const FoundList = Type.Object({
  found: Type.Array(Type.Object(Placed), { description: 'The nearest to the folder first' }),
  looked: Type.Integer({ description: 'Names that were looked at' }),
  complete: Type.Boolean({ description: 'False when there is more than “limit”, or more than one search looks at' }),
});
export type FoundList = Static<typeof FoundList>;

const Id = Type.String();
const Time = Type.String({ format: 'date-time' });
const Folder = Type.Union([
  Type.Object({
    id: Id,
    path: Type.Union([Type.String(), Type.Null()], {
      description: 'As it is now; null when it is gone or in the trash',
    }),
  }),
  Type.Null(),
]);

export const LogEvent = Type.Object({
  eventId: Id,
  time: Time,
  act: Type.String({ description: 'What was done, as noun.participle: version.stored' }),
  actor: Type.Union([Type.Object({ accountId: Id, name: Type.Union([Type.String(), Type.Null()]) }), Type.Null()], {
    description: 'null: the server by itself',
  }),
  versionId: Type.Union([Id, Type.Null()]),
  size: Type.Union([Type.Integer(), Type.Null()]),
  from: Folder,
  to: Folder,
});
export type LogEvent = Static<typeof LogEvent>;

export const LogList = Type.Object({
  events: Type.Array(LogEvent, { description: 'Newest first' }),
  next: Type.Optional(Type.String({ description: 'Pass it as “after” to go on' })),
});
export type LogList = Static<typeof LogList>;

export const FavouriteList = Type.Object({
  entries: Type.Array(Type.Object(Placed), {
    description: 'The newest favourite first; what is in the trash is left out',
  }),
});
export type FavouriteList = Static<typeof FavouriteList>;

export const RecentList = Type.Object({
  entries: Type.Array(Type.Object({ ...Placed, time: Time }), {
    description: 'Files that you gave a version, the last one first',
  }),
});
export type RecentList = Static<typeof RecentList>;

export const RecentQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
});
