import { hmacSha256 } from '../base/crypto/hmac.ts';

/**
 * The key schedule of HPKE (RFC 9180 section 5.1) in base mode for one suite: KEM MLKEM768-X25519 (0x647a),
 * HKDF-SHA256 (0x0001), ChaCha20Poly1305 (0x0003). Single-shot, so the base nonce is the nonce.
 */

const SUITE_ID = Buffer.concat([Buffer.from('HPKE'), Buffer.from([0x64, 0x7a, 0x00, 0x01, 0x00, 0x03])]);
const EMPTY = Buffer.alloc(0);

function labeled(label: string, rest: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('HPKE-v1'), SUITE_ID, Buffer.from(label), rest]);
}

export interface HpkeKeySchedule {
  (sharedSecret: Uint8Array): { key: Buffer; nonce: Buffer };
}

/** All that does not depend on the shared secret is computed here, once. */
export function hpkeKeySchedule(info: Uint8Array): HpkeKeySchedule {
  const pskIdHash = hmacSha256(EMPTY, labeled('psk_id_hash', EMPTY));
  const infoHash = hmacSha256(EMPTY, labeled('info_hash', info));
  const context = Buffer.concat([Buffer.of(0), pskIdHash, infoHash]);
  const secretInput = labeled('secret', EMPTY);
  const keyInput = Buffer.concat([Buffer.of(0, 32), labeled('key', context), Buffer.of(1)]);
  const nonceInput = Buffer.concat([Buffer.of(0, 12), labeled('base_nonce', context), Buffer.of(1)]);
  return (sharedSecret) => {
    const secret = hmacSha256(sharedSecret, secretInput);
    return { key: hmacSha256(secret, keyInput), nonce: hmacSha256(secret, nonceInput).subarray(0, 12) };
  };
}
