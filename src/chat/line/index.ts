/**
 * The original line protocol of the chat room: a name, then lines, on TCP 3040 (docs/chat-line.md). It speaks into a
 * room of the chat and hears from it; sockets, people and the room are handed in.
 */
export type { LineHub, RoomLine, Speaker } from './hub.ts';
export { openLineFront } from './line-front.ts';
export { openClaimedNames } from './claimed-names.ts';
export { botMark, foldName } from './names.ts';
export { openLinkedServers } from './linked-servers.ts';
export { noOtherServers, type OtherServers } from './other-servers.ts';
export { words as lineWords } from './words.ts';
export type { LineSettings } from './settings.ts';
