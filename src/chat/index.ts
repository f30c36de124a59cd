/**
 * chat/ is the hub: rooms, what is said in them, and telling it to whoever listens. What people write is encrypted
 * under the key of its room; the records are the truth, and whatever is told says where it stands in them. It knows no
 * socket and no terminal: the ways in translate to the one core in chat.ts. Start reading there.
 */
export { openChat, type Chat } from './chat.ts';
export { type Alert, thingCount } from './alerts/alert.ts';
export type { Caller, ChatDeps, Person, PersonalKey } from './chat-deps.ts';
export type { Told } from './people/told.ts';
export { nameOf, textOf, type RoomEvent } from './messages/content.ts';
export { blurredIn, explanationOf, flaggedOf } from './moderation/flagged.ts';
export { chatRoutes } from './routes.ts';
export { chatErrors } from './errors.ts';
export { chatSettings, type ChatSettings } from './settings.ts';
