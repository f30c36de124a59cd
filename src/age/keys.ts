import { randomBytes } from 'node:crypto';
import type { HoldfastError } from '../base/errors.ts';
import { decodeBech32 } from './bech32.ts';
import { ageErrors } from './errors.ts';
import { hybridIdentity, hybridRecipient } from './mlkem768x25519.ts';
import type { KeyIdentity, KeyRecipient, Suite } from './types.ts';
import { X25519_BYTES, x25519Identity, x25519Recipient } from './x25519.ts';
import { XWING_PUBLIC_BYTES } from './xwing.ts';

const SEED_BYTES = 32;
/** A post-quantum recipient has 1959 characters; nothing longer is worth decoding. */
const MAX_KEY_CHARACTERS = 2000;

export function generateIdentity(suite: Suite): KeyIdentity {
  return identityFromSeed(suite, randomBytes(SEED_BYTES));
}

/** `seed`: 32 bytes, copied. The same seed gives the same identity, for ever. */
export function identityFromSeed(suite: Suite, seed: Uint8Array): KeyIdentity {
  if (seed.length !== SEED_BYTES) throw new RangeError('The seed of an identity has 32 bytes');
  return suite === 'pq' ? hybridIdentity(seed) : x25519Identity(seed);
}

/** Reads `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`, upper case. Throws `age_key_invalid`, never quoting the text. */
export function parseIdentity(text: string): KeyIdentity {
  const decoded = text.startsWith('AGE-SECRET-KEY-') && text.length <= MAX_KEY_CHARACTERS ? decodeBech32(text) : null;
  if (decoded?.bytes.length === SEED_BYTES) {
    if (decoded.prefix === 'age-secret-key-pq-') return hybridIdentity(decoded.bytes);
    if (decoded.prefix === 'age-secret-key-') return x25519Identity(decoded.bytes);
  }
  throw ageErrors('age_key_invalid', { detail: describeForeignIdentity(text) });
}

/** Reads `age1…` or `age1pq1…`, lower case. Throws `age_key_invalid`. */
export function parseRecipient(text: string): KeyRecipient {
  const decoded = text.startsWith('age1') && text.length <= MAX_KEY_CHARACTERS ? decodeBech32(text) : null;
  if (decoded?.prefix === 'age' && decoded.bytes.length === X25519_BYTES) return x25519Recipient(decoded.bytes);
  if (decoded?.prefix === 'age1pq' && decoded.bytes.length === XWING_PUBLIC_BYTES) {
    try {
      return hybridRecipient(decoded.bytes);
    } catch (cause) {
      throw ageErrors('age_key_invalid', { detail: 'the recipient is not a valid ML-KEM-768 key', cause });
    }
  }
  const detail = describeForeignRecipient(text);
  // Only what looks public is repeated: a secret may have been put here by mistake.
  if (!/^(age1|ssh-)/.test(text)) throw ageErrors('age_key_invalid', { detail });
  throw ageErrors('age_key_invalid', { attempted: `Encrypt to “${text.slice(0, 24)}…”`, detail });
}

/** An identity file: one identity on each line, empty lines and `#` comments skipped. At least one. */
export function parseIdentityFile(text: string): KeyIdentity[] {
  return parseKeyLines(text, 'identity', parseIdentity);
}

/** A recipients file: one recipient on each line, empty lines and `#` comments skipped. At least one. */
export function parseRecipientFile(text: string): KeyRecipient[] {
  return parseKeyLines(text, 'recipient', parseRecipient);
}

function parseKeyLines<Key>(text: string, kind: string, parse: (line: string) => Key): Key[] {
  const keys: Key[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const key = line.trim();
    if (key === '' || key.startsWith('#')) continue;
    try {
      keys.push(parse(key));
    } catch (cause) {
      const detail = `line ${index + 1}: ${(cause as HoldfastError).detail ?? 'not a key'}`;
      throw ageErrors('age_key_file_invalid', { detail, cause });
    }
  }
  if (keys.length === 0) throw ageErrors('age_key_file_invalid', { detail: `it holds no ${kind}` });
  return keys;
}

function describeForeignIdentity(text: string): string {
  if (/^AGE-PLUGIN-/i.test(text)) return 'identities of age plug-ins are not supported';
  if (text.startsWith('-----BEGIN OPENSSH')) return 'SSH keys are not supported';
  if (/^age1/i.test(text)) return 'a recipient (public) stands where an identity (secret) belongs';
  return 'the identity is mistyped or cut short';
}

function describeForeignRecipient(text: string): string {
  if (text.startsWith('ssh-')) return 'SSH keys are not supported';
  if (/^AGE-SECRET-KEY-/i.test(text)) return 'an identity (secret) stands where a recipient (public) belongs';
  if (/^age1[a-z0-9-]{1,30}1/.test(text) && !text.startsWith('age1pq1')) return 'age plug-ins are not supported';
  return 'the recipient is mistyped or cut short';
}
