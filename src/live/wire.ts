import { Type, type Static } from '../base/http/schema.ts';

/**
 * What is said over the WebSocket `/api/v1/live`, one JSON text per message. Messages are hints: they carry ids and
 * nothing of what changed. Whoever gets one asks again through the ordinary calls, which decide who may see what.
 */

const Id = Type.String({ pattern: '^[0-9a-f-]{36}$', description: 'UUIDv7' });
const drive = { driveId: Id };

/** From the server. */
export const LiveMessage = Type.Union([
  Type.Object({ type: Type.Literal('ready') }, { description: 'From here on every change is told' }),
  Type.Object(
    { type: Type.Literal('entries'), ...drive, folderId: Id },
    { description: 'Something in this folder: an entry came, went, or has another name or version' },
  ),
  Type.Object({ type: Type.Literal('trash'), ...drive }, { description: 'What lies in the trash of this drive' }),
  Type.Object({ type: Type.Literal('copies'), ...drive }, { description: 'Copies of some file of this drive' }),
  Type.Object({ type: Type.Literal('quota') }, { description: 'What this account uses or may use' }),
  Type.Object({ type: Type.Literal('drives') }, { description: 'Which drives this account has, or its role in one' }),
  Type.Object({ type: Type.Literal('notices') }, { description: 'A notice came, was repeated or was read' }),
  Type.Object(
    { type: Type.Literal('resync') },
    { description: 'There were more changes than this connection could take: look at everything anew' },
  ),
  Type.Object({ type: Type.Literal('pong') }, { description: 'The answer to a ping' }),
]);
export type LiveMessage = Static<typeof LiveMessage>;

/** Why the server ended the connection (RFC 6455 section 7.4); beside them 1001 when it is being stopped. */
export const liveCloseCodes = {
  /** The client sent something that is not understood. */
  messageInvalid: 4400,
  /** The session or app password is over: log in before connecting again. */
  sessionOver: 4401,
  /** The account has another role: connect again. */
  roleChanged: 4403,
} as const;
