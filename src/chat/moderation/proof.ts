import { hkdfSha256, hmacSha256 } from '../../base/crypto/hmac.ts';
import { type Author, nameOf } from '../messages/content.ts';
import type { Room } from '../rooms/room-rows.ts';

/**
 * Proves a text to whoever has the key of its room: that just this text stood at just this place, by just this author.
 * It tells nothing of the text to anybody else, and stays when the text is removed. HMAC-SHA256, base64url.
 */
export function proofOf(
  { key, roomId }: Pick<Room, 'key' | 'roomId'>,
  { sequence, author }: { readonly sequence: number; readonly author: Author },
  text: string,
): string {
  const ownKey = hkdfSha256(key.export(), null, Buffer.from('holdfast/v1/chat proof'));
  const by = 'accountId' in author ? author.accountId : nameOf(author);
  return hmacSha256(ownKey, Buffer.from(JSON.stringify([roomId, sequence, by, text]))).toString('base64url');
}
