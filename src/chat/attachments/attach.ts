/** Sending files with a message: what makes them shared is written in the message's own transaction. */
import { type Offer, OFFER_OPERATIONS } from '../../files/index.ts';
import type { RecordOperation } from '../../storage/index.ts';
import type { ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import type { Attachment } from '../messages/content.ts';
import type { Room } from '../rooms/room-rows.ts';
import { holderOf } from './holder.ts';

/** What is to be shared, asked for when it is needed: a message that was sent before needs it no more. */
export type Offers = () => Promise<readonly Offer[]>;

/** Throws `chat_attachments_full`. */
export function checkedOffers(deps: ChatDeps, offers: readonly Offer[]): readonly Offer[] {
  if (offers.length > deps.settings.chatAttachments) {
    throw chatErrors('chat_attachments_full', { attempted: 'Send a message' });
  }
  return offers;
}

export function attachmentOf({ shareId, name, size, mediaType }: Offer): Attachment {
  return { shareId, name, size, mediaType };
}

export const operationsOf = (offers: readonly Offer[]): number => offers.length * OFFER_OPERATIONS;

/** Shares them with the room, as of the message at this sequence. One file may be among them twice, and is checked once. */
export function shareWith(room: Room, offers: readonly Offer[], sequence: number): RecordOperation[] {
  const to = { holder: holderOf(room.roomId), key: room.key, reference: String(sequence) };
  const operations = new Map<string, RecordOperation>();
  for (const operation of offers.flatMap((offer) => offer.operations(to))) {
    operations.set(JSON.stringify([operation.pk, operation.sk]), operation);
  }
  return [...operations.values()];
}

/** What no other message of the same transaction may touch. */
export const touchedBy = (offers: readonly Offer[]): string[] => offers.map(({ entryId }) => `file ${entryId}`);
