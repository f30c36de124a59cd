import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { encodeBech32 } from './bech32.ts';
import { ageErrors } from './errors.ts';
import { unwrap, wrap, WRAPPED_FILE_KEY_BYTES, ZERO_NONCE } from './file-key.ts';
import { hkdfSha256 } from '../base/crypto/hmac.ts';
import type { KeyIdentity, KeyRecipient, Stanza } from './types.ts';

/** The classic recipient type of age v1: https://c2sp.org/age#the-x25519-recipient-type */

const TYPE = 'X25519';
const INFO = Buffer.from('age-encryption.org/v1/X25519');
export const X25519_BYTES = 32;

export function importX25519Public(bytes: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.from(bytes), format: 'raw-public', asymmetricKeyType: 'x25519' });
}

export function importX25519Private(bytes: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.from(bytes), format: 'raw-private', asymmetricKeyType: 'x25519' });
}

export function exportX25519Public(key: KeyObject): Buffer {
  return key.export({ format: 'raw-public' });
}

export function generateX25519(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('x25519');
}

/** `null` for a point of low order: OpenSSL refuses the all-zero secret (RFC 7748 section 6.1). */
export function x25519SharedSecret(privateKey: KeyObject, publicKey: KeyObject): Buffer | null {
  try {
    return diffieHellman({ privateKey, publicKey });
  } catch {
    return null;
  }
}

function wrapKey(sharedSecret: Buffer, share: Uint8Array, recipient: Uint8Array): Buffer {
  return hkdfSha256(sharedSecret, Buffer.concat([share, recipient]), INFO);
}

class X25519Recipient implements KeyRecipient {
  readonly suite = 'classic';
  readonly #publicBytes: Buffer;
  readonly #publicKey: KeyObject;

  constructor(publicBytes: Buffer) {
    this.#publicBytes = publicBytes;
    this.#publicKey = importX25519Public(publicBytes);
  }

  wrapFileKey(fileKey: Uint8Array): Stanza[] {
    const ephemeral = generateX25519();
    const share = exportX25519Public(ephemeral.publicKey);
    const sharedSecret = x25519SharedSecret(ephemeral.privateKey, this.#publicKey);
    if (!sharedSecret) throw ageErrors('age_key_invalid', { detail: 'the recipient is a point of low order' });
    const body = wrap(fileKey, wrapKey(sharedSecret, share, this.#publicBytes), ZERO_NONCE);
    return [{ type: TYPE, args: [encodeBase64(share)], body }];
  }

  toString(): string {
    return encodeBech32('age', this.#publicBytes);
  }
}

class X25519Identity implements KeyIdentity {
  readonly suite = 'classic';
  readonly #seed: Buffer;
  readonly #privateKey: KeyObject;
  readonly #publicBytes: Buffer;
  #recipient: KeyRecipient | undefined;

  constructor(seed: Buffer) {
    this.#seed = seed;
    this.#privateKey = importX25519Private(seed);
    this.#publicBytes = exportX25519Public(createPublicKey(this.#privateKey));
  }

  get seed(): Buffer {
    return Buffer.from(this.#seed);
  }

  get recipient(): KeyRecipient {
    this.#recipient ??= new X25519Recipient(this.#publicBytes);
    return this.#recipient;
  }

  unwrapFileKey(stanzas: readonly Stanza[]): Uint8Array | null {
    for (const stanza of stanzas) {
      if (stanza.type !== TYPE) continue;
      const share = stanza.args.length === 1 ? decodeBase64(stanza.args[0] ?? '') : null;
      if (share?.length !== X25519_BYTES || stanza.body.length !== WRAPPED_FILE_KEY_BYTES) throw malformed();
      const sharedSecret = x25519SharedSecret(this.#privateKey, importX25519Public(share));
      if (!sharedSecret) throw malformed();
      const fileKey = unwrap(stanza.body, wrapKey(sharedSecret, share, this.#publicBytes), ZERO_NONCE);
      if (fileKey) return fileKey;
    }
    return null;
  }

  toString(): string {
    return encodeBech32('age-secret-key-', this.#seed).toUpperCase();
  }
}

function malformed(): Error {
  return ageErrors('age_header_invalid', { detail: 'an X25519 stanza is malformed' });
}

/** `publicBytes`: 32 bytes. */
export function x25519Recipient(publicBytes: Buffer): KeyRecipient {
  return new X25519Recipient(publicBytes);
}

/** `seed`: 32 bytes, the scalar. */
export function x25519Identity(seed: Uint8Array): KeyIdentity {
  return new X25519Identity(Buffer.from(seed));
}
