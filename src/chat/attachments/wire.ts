import { Type, type Static } from '../../base/http/schema.ts';

/** What is said over HTTP about files that are attached to messages. Sizes are bytes, times RFC 3339 in UTC. */

const Id = Type.String({ maxLength: 64, description: 'UUIDv7' });

/** A file of a drive that is to be attached: everyone in the room may open this version, now and later. */
export const AttachmentRequest = Type.Object(
  {
    driveId: Id,
    entryId: Id,
    versionId: Type.Optional(Type.String({ maxLength: 64, description: 'Default: the newest one at this moment' })),
  },
  { additionalProperties: false },
);

export const AttachmentView = Type.Object({
  shareId: Id,
  name: Type.String({ description: 'As it was called when it was shared.' }),
  size: Type.Integer({ minimum: 0 }),
  mediaType: Type.String({ description: 'What its owner called it; believe it as little as any upload.' }),
  state: Type.Unsafe<'shared' | 'in_trash' | 'ended'>({
    type: 'string',
    enum: ['shared', 'in_trash', 'ended'],
    description: 'in_trash: not to be had while its file lies in the trash. ended: not shared any more, for good.',
  }),
});
export type AttachmentView = Static<typeof AttachmentView>;

/** One that can be had, with what it takes to fetch and prove it. */
export const AttachmentFacts = Type.Object({
  shareId: Id,
  roomId: Id,
  sequence: Type.Integer({ description: 'The message that it is attached to.' }),
  name: Type.String(),
  size: Type.Integer({ minimum: 0 }),
  mediaType: Type.String(),
  sha256: Type.String(),
  modifiedTime: Type.String({ format: 'date-time' }),
  versionId: Id,
  byId: Type.String({ description: 'The account that shared it.' }),
  sinceTime: Type.String({ format: 'date-time' }),
});
export type AttachmentFacts = Static<typeof AttachmentFacts>;

/** A file that was uploaded and can be attached now; nobody else may open it before that. */
export const UploadedView = Type.Object({
  driveId: Id,
  entryId: Id,
  versionId: Id,
  name: Type.String({ description: 'As it is called in the folder “Chat uploads” of your drive.' }),
  size: Type.Integer({ minimum: 0 }),
  mediaType: Type.String(),
  sha256: Type.String(),
});
export type UploadedView = Static<typeof UploadedView>;

export const ShareInRoomParams = Type.Object({ roomId: Id, shareId: Id });
