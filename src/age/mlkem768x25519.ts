import { hash } from 'node:crypto';
import { RecentMap } from '../base/memory/recent-map.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { encodeBech32 } from './bech32.ts';
import { ageErrors } from './errors.ts';
import { unwrap, wrap, WRAPPED_FILE_KEY_BYTES } from './file-key.ts';
import { hpkeKeySchedule } from './hpke.ts';
import type { KeyIdentity, KeyRecipient, Stanza } from './types.ts';
import {
  importXWingPrivate,
  importXWingPublic,
  XWING_CIPHERTEXT_BYTES,
  type XWingPrivateKey,
  type XWingPublicKey,
  xwingDecapsulate,
  xwingEncapsulate,
} from './xwing.ts';

/** The post-quantum recipient type: HPKE SealBase over X-Wing. https://c2sp.org/age#the-mlkem768x25519-recipient-type */

const TYPE = 'mlkem768x25519';
const schedule = hpkeKeySchedule(Buffer.from('age-encryption.org/mlkem768x25519'));

class HybridRecipient implements KeyRecipient {
  readonly suite = 'pq';
  readonly #publicBytes: Buffer;
  readonly #key: XWingPublicKey;
  #text: string | undefined;

  constructor(publicBytes: Buffer) {
    this.#publicBytes = publicBytes;
    this.#key = importXWingPublic(publicBytes);
  }

  wrapFileKey(fileKey: Uint8Array): Stanza[] {
    const encapsulation = xwingEncapsulate(this.#key);
    if (!encapsulation) throw ageErrors('age_key_invalid', { detail: 'the recipient is a point of low order' });
    const { key, nonce } = schedule(encapsulation.sharedSecret);
    return [{ type: TYPE, args: [encodeBase64(encapsulation.ciphertext)], body: wrap(fileKey, key, nonce) }];
  }

  toString(): string {
    this.#text ??= encodeBech32('age1pq', this.#publicBytes);
    return this.#text;
  }
}

/**
 * Recipients of seeds that were met lately: expanding a seed takes longer than all else that a request of a server
 * does to know its person. Held by a hash of the seed, so that nothing secret stays behind.
 */
const knownRecipients = new RecentMap<string, KeyRecipient>(256);

class HybridIdentity implements KeyIdentity {
  readonly suite = 'pq';
  readonly #seed: Buffer;
  /** Expanded on first use: many identities are only asked for their recipient. */
  #expanded: XWingPrivateKey | undefined;

  constructor(seed: Buffer) {
    this.#seed = seed;
  }

  get #key(): XWingPrivateKey {
    this.#expanded ??= importXWingPrivate(this.#seed);
    return this.#expanded;
  }

  get seed(): Buffer {
    return Buffer.from(this.#seed);
  }

  get recipient(): KeyRecipient {
    const id = hash('sha256', this.#seed, 'base64url');
    const known = knownRecipients.get(id);
    if (known) return known;
    const recipient = new HybridRecipient(this.#key.publicBytes);
    knownRecipients.set(id, recipient);
    return recipient;
  }

  unwrapFileKey(stanzas: readonly Stanza[]): Uint8Array | null {
    for (const stanza of stanzas) {
      if (stanza.type !== TYPE) continue;
      const ciphertext = stanza.args.length === 1 ? decodeBase64(stanza.args[0] ?? '') : null;
      if (ciphertext?.length !== XWING_CIPHERTEXT_BYTES || stanza.body.length !== WRAPPED_FILE_KEY_BYTES) {
        throw malformed();
      }
      const sharedSecret = xwingDecapsulate(this.#key, ciphertext);
      if (!sharedSecret) throw malformed();
      const { key, nonce } = schedule(sharedSecret);
      const fileKey = unwrap(stanza.body, key, nonce);
      if (fileKey) return fileKey;
    }
    return null;
  }

  toString(): string {
    return encodeBech32('age-secret-key-pq-', this.#seed).toUpperCase();
  }
}

function malformed(): Error {
  return ageErrors('age_header_invalid', { detail: 'an mlkem768x25519 stanza is malformed' });
}

/** `publicBytes`: 1216 bytes. Throws when they are no valid key. */
export function hybridRecipient(publicBytes: Buffer): KeyRecipient {
  return new HybridRecipient(publicBytes);
}

/** `seed`: 32 bytes. */
export function hybridIdentity(seed: Uint8Array): KeyIdentity {
  return new HybridIdentity(Buffer.from(seed));
}
