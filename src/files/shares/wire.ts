import { Type, type Static } from '../../base/http/schema.ts';

/** What shares say over HTTP: which versions of a file others may open, and who. */

const Id = Type.String({ description: 'UUIDv7' });

export const ShareView = Type.Object({
  shareId: Id,
  versionId: Type.String({ description: 'The version that is shared; newer ones are not' }),
  by: Type.Object({ accountId: Id, name: Type.Union([Type.String(), Type.Null()]) }),
  sinceTime: Type.String({ format: 'date-time' }),
  holder: Type.Object({
    kind: Type.Literal('room', { description: 'Everyone in a room of the chat, now and later' }),
    id: Id,
    name: Type.Union([Type.String(), Type.Null()], {
      description: 'What the room is called; null: a conversation, or a room that you cannot see',
    }),
    reference: Type.String({ description: 'The sequence of the message that shared it' }),
  }),
});
export type ShareView = Static<typeof ShareView>;

export const ShareList = Type.Object({
  shares: Type.Array(ShareView, { description: 'In the order they were made' }),
  next: Type.Optional(Type.String({ description: 'Pass it as “after” to get the following page' })),
});
export type ShareList = Static<typeof ShareList>;

export const ShareParams = Type.Object({
  driveId: Type.String({ maxLength: 64 }),
  entryId: Type.String({ maxLength: 64 }),
  shareId: Type.String({ maxLength: 64 }),
});

export const Done = Type.Null({ description: 'Done.' });
