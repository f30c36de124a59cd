import { hash } from 'node:crypto';
import { identityFromSeed, type KeyIdentity, type KeyRecipient, type Stanza } from '../../age/index.ts';
import { RecentMap } from '../../base/memory/recent-map.ts';
import type { JsonValue } from '../../storage/index.ts';
import { openSeed, type SealPurpose } from './sealed-seed.ts';

/** An identity as it lies in a row, and what a token brought to open it with. */
export interface CarriedIdentity {
  readonly sealed: string;
  /** 32 random bytes. */
  readonly secret: Buffer;
  readonly purpose: SealPurpose;
  readonly place: JsonValue;
}

/**
 * What was opened before: whose identity came out, by a hash of all that went in. Who brings the same again has proved as much as by
 * opening it, and most requests ask their identity for nothing more. The secret among it is random, so that its hash tells nothing.
 */
const proven = new RecentMap<string, KeyRecipient>(1024);

/** The identity that a token opens; `null` when it does not open just this one. It is not kept, and opened when it is needed. */
export function openCarried(carried: CarriedIdentity): KeyIdentity | null {
  const { sealed, secret, purpose, place } = carried;
  const proof = hash('sha256', JSON.stringify([purpose, place, sealed, secret.toString('base64url')]), 'base64url');
  const recipient = proven.get(proof);
  if (recipient) return new LazyIdentity(recipient, carried);
  const identity = open(carried);
  if (identity) proven.set(proof, identity.recipient);
  return identity;
}

function open({ sealed, secret, purpose, place }: CarriedIdentity): KeyIdentity | null {
  const seed = openSeed(sealed, secret, purpose, place);
  return seed && identityFromSeed('pq', seed);
}

class LazyIdentity implements KeyIdentity {
  readonly suite = 'pq';
  readonly recipient: KeyRecipient;
  readonly #carried: CarriedIdentity;
  #opened: KeyIdentity | null = null;

  constructor(recipient: KeyRecipient, carried: CarriedIdentity) {
    this.recipient = recipient;
    this.#carried = carried;
  }

  get #identity(): KeyIdentity {
    this.#opened ??= open(this.#carried);
    if (!this.#opened) throw new TypeError('An identity that opened before does not open again');
    return this.#opened;
  }

  get seed(): Buffer {
    return this.#identity.seed;
  }

  unwrapFileKey(stanzas: readonly Stanza[]): Uint8Array | null {
    return this.#identity.unwrapFileKey(stanzas);
  }

  toString(): string {
    return this.#identity.toString();
  }
}
