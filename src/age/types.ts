/** `pq`: mlkem768x25519, safe against quantum computers too. `classic`: X25519, for tools older than age 1.3. */
export type Suite = 'pq' | 'classic';

/** One `-> type args…` entry of a header with its body: the file key, wrapped for one recipient. */
export interface Stanza {
  readonly type: string;
  readonly args: readonly string[];
  readonly body: Uint8Array;
}

/** Who a file is encrypted to. */
export interface Recipient {
  /** All recipients of one file have the same suite, and a passphrase stands alone. */
  readonly suite: Suite | 'passphrase';
  /** Wraps the 16-byte file key anew at each call. Throws `age_key_invalid` when the key cannot be used. */
  wrapFileKey(fileKey: Uint8Array): Stanza[];
  /** Same as `wrapFileKey`, off this thread; there when wrapping is slow on purpose. Streams prefer it. */
  wrapFileKeyAsync?(fileKey: Uint8Array): Promise<Stanza[]>;
}

/** What opens a file. */
export interface Identity {
  /**
   * The file key, or `null` when none of the stanzas is for this identity. Throws `age_header_invalid` when one
   * is of its kind and malformed, so that a damaged file is not mistaken for somebody else's.
   */
  unwrapFileKey(stanzas: readonly Stanza[]): Uint8Array | null;
  /** Same as `unwrapFileKey`, off this thread; there when unwrapping is slow on purpose. Streams prefer it. */
  unwrapFileKeyAsync?(stanzas: readonly Stanza[]): Promise<Uint8Array | null>;
}

/** An identity that must ask or wait first, such as one behind a passphrase; only the streaming readers take it. */
export type AsyncIdentity = Required<Pick<Identity, 'unwrapFileKeyAsync'>>;

export interface KeyRecipient extends Recipient {
  readonly suite: Suite;
  /** `age1…` or `age1pq1…`: public. */
  toString(): string;
}

export interface KeyIdentity extends Identity {
  readonly suite: Suite;
  /** 32 bytes; the identity in full. Secret. */
  readonly seed: Buffer;
  readonly recipient: KeyRecipient;
  /** `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`. Secret. */
  toString(): string;
}
