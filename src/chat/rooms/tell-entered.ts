import type { ChatDeps } from '../chat-deps.ts';
import { topics } from '../records.ts';

/** Whoever is connected hears of a room that they are in since just now; what is said there finds them from then on. */
export function tellEntered({ pubSub }: Pick<ChatDeps, 'pubSub'>, accountId: string, roomId: string): void {
  pubSub.publish(topics.person(accountId), { kind: 'room', roomId });
}
