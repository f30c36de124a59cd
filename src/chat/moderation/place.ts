import type { KeyObject } from 'node:crypto';
import { hkdfSha256, hmacSha256 } from '../../base/crypto/hmac.ts';
import { placeOf } from '../../base/http/addresses.ts';

/**
 * Tells whether two visitors of a room come from the same place, and not from where: a keyed hash of the address (of
 * IPv6 the /64) under the room's key. Whoever has that key can try all addresses.
 */
export function visitorPlace(key: KeyObject, address: string): string {
  const ownKey = hkdfSha256(key.export(), null, Buffer.from('holdfast/v1/chat visitor-place'));
  return hmacSha256(ownKey, Buffer.from(placeOf(address)))
    .subarray(0, 16)
    .toString('base64url');
}
