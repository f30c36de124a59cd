import { createPrivateKey, createPublicKey, decapsulate, encapsulate, hash, type KeyObject } from 'node:crypto';
import {
  exportX25519Public,
  generateX25519,
  importX25519Private,
  importX25519Public,
  X25519_BYTES,
  x25519SharedSecret,
} from './x25519.ts';

/**
 * X-Wing (draft-connolly-cfrg-xwing-kem): ML-KEM-768 and X25519 side by side, safe while either of the two holds.
 * The public key is `ML-KEM public (1184) || X25519 public (32)`, an encapsulation `ML-KEM ciphertext (1088) ||
 * ephemeral X25519 public (32)`, the private key a 32-byte seed.
 */

const MLKEM_PUBLIC_BYTES = 1184;
const MLKEM_CIPHERTEXT_BYTES = 1088;
const MLKEM_SEED_BYTES = 64;
export const XWING_PUBLIC_BYTES = MLKEM_PUBLIC_BYTES + X25519_BYTES;
export const XWING_CIPHERTEXT_BYTES = MLKEM_CIPHERTEXT_BYTES + X25519_BYTES;

/** `\.//^\`: an X-wing in ASCII, the label of the combiner (section 5.3). */
const LABEL = Buffer.from('5c2e2f2f5e5c', 'hex');

export interface XWingPublicKey {
  readonly mlkem: KeyObject;
  readonly x25519: KeyObject;
  readonly x25519Bytes: Buffer;
}

export interface XWingPrivateKey {
  readonly mlkem: KeyObject;
  readonly x25519: KeyObject;
  readonly publicBytes: Buffer;
}

/** Throws when `bytes` (1216) is no valid key: ML-KEM checks that its coefficients are reduced (FIPS 203 section 7.2). */
export function importXWingPublic(bytes: Buffer): XWingPublicKey {
  const x25519Bytes = bytes.subarray(MLKEM_PUBLIC_BYTES);
  return {
    mlkem: createPublicKey({
      key: bytes.subarray(0, MLKEM_PUBLIC_BYTES),
      format: 'raw-public',
      asymmetricKeyType: 'ml-kem-768',
    }),
    x25519: importX25519Public(x25519Bytes),
    x25519Bytes,
  };
}

/** `seed`: 32 bytes, expanded as in section 5.2. */
export function importXWingPrivate(seed: Uint8Array): XWingPrivateKey {
  const expanded = hash('shake256', seed, { outputEncoding: 'buffer', outputLength: MLKEM_SEED_BYTES + X25519_BYTES });
  const mlkem = createPrivateKey({
    key: expanded.subarray(0, MLKEM_SEED_BYTES),
    format: 'raw-seed',
    asymmetricKeyType: 'ml-kem-768',
  });
  const x25519 = importX25519Private(expanded.subarray(MLKEM_SEED_BYTES));
  const mlkemPublic = createPublicKey(mlkem).export({ format: 'raw-public' });
  return { mlkem, x25519, publicBytes: Buffer.concat([mlkemPublic, exportX25519Public(createPublicKey(x25519))]) };
}

function combine(mlkemSecret: Uint8Array, x25519Secret: Uint8Array, share: Uint8Array, recipient: Uint8Array): Buffer {
  return hash('sha3-256', Buffer.concat([mlkemSecret, x25519Secret, share, recipient, LABEL]), 'buffer');
}

/** `null` when the X25519 half of the key is a point of low order. */
export function xwingEncapsulate(key: XWingPublicKey): { sharedSecret: Buffer; ciphertext: Buffer } | null {
  const ephemeral = generateX25519();
  const share = exportX25519Public(ephemeral.publicKey);
  const x25519Secret = x25519SharedSecret(ephemeral.privateKey, key.x25519);
  if (!x25519Secret) return null;
  const { sharedKey, ciphertext } = encapsulate(key.mlkem);
  return {
    sharedSecret: combine(sharedKey, x25519Secret, share, key.x25519Bytes),
    ciphertext: Buffer.concat([ciphertext, share]),
  };
}

/** `null` when the X25519 half of `ciphertext` (1120 bytes) is a point of low order. */
export function xwingDecapsulate(key: XWingPrivateKey, ciphertext: Uint8Array): Buffer | null {
  const share = ciphertext.subarray(MLKEM_CIPHERTEXT_BYTES);
  const x25519Secret = x25519SharedSecret(key.x25519, importX25519Public(share));
  if (!x25519Secret) return null;
  const mlkemSecret = decapsulate(key.mlkem, ciphertext.subarray(0, MLKEM_CIPHERTEXT_BYTES));
  return combine(mlkemSecret, x25519Secret, share, key.publicBytes.subarray(MLKEM_PUBLIC_BYTES));
}
