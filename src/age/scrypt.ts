import { randomBytes, scrypt, scryptSync } from 'node:crypto';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { ageErrors } from './errors.ts';
import { unwrap, wrap, WRAPPED_FILE_KEY_BYTES, ZERO_NONCE } from './file-key.ts';
import type { Identity, Recipient, Stanza } from './types.ts';

/** The passphrase recipient type: https://c2sp.org/age#the-scrypt-recipient-type */

const TYPE = 'scrypt';
const LABEL = Buffer.from('age-encryption.org/v1/scrypt');
const SALT_BYTES = 16;
const KEY_BYTES = 32;
const BLOCK_SIZE = 8;

/** log2 of the cost we write with, as age does: about a second and 256 MiB. */
export const DEFAULT_WORK_FACTOR = 18;
/** log2 of the highest cost we accept, as age does: 4 GiB. A file must not be able to demand more. */
export const MAX_WORK_FACTOR = 22;

function parameters(workFactor: number) {
  const cost = 2 ** workFactor;
  // OpenSSL counts a little more than the 128 * N * r of the specification.
  return { N: cost, r: BLOCK_SIZE, p: 1, maxmem: 128 * BLOCK_SIZE * (cost + 64) };
}

function deriveKey(passphrase: string, salt: Uint8Array, workFactor: number): Buffer {
  return scryptSync(passphrase, Buffer.concat([LABEL, salt]), KEY_BYTES, parameters(workFactor));
}

function deriveKeyAsync(passphrase: string, salt: Uint8Array, workFactor: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase, Buffer.concat([LABEL, salt]), KEY_BYTES, parameters(workFactor), (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

/**
 * Encrypts to a passphrase, which must then be the file's only recipient.
 * `workFactor`: log2 of the scrypt cost, 1-22, default 18. Throws `age_passphrase_empty`, `age_passphrase_work_factor`.
 */
export function passphraseRecipient(passphrase: string, options: { readonly workFactor?: number } = {}): Recipient {
  const { workFactor = DEFAULT_WORK_FACTOR } = options;
  if (passphrase === '') throw ageErrors('age_passphrase_empty');
  if (!Number.isInteger(workFactor) || workFactor < 1 || workFactor > MAX_WORK_FACTOR) {
    throw ageErrors('age_passphrase_work_factor', { detail: `${workFactor}, allowed are 1-${MAX_WORK_FACTOR}` });
  }
  const stanza = (fileKey: Uint8Array, salt: Buffer, key: Buffer): Stanza[] => [
    { type: TYPE, args: [encodeBase64(salt), String(workFactor)], body: wrap(fileKey, key, ZERO_NONCE) },
  ];
  return {
    suite: 'passphrase',
    wrapFileKey(fileKey) {
      const salt = randomBytes(SALT_BYTES);
      return stanza(fileKey, salt, deriveKey(passphrase, salt, workFactor));
    },
    async wrapFileKeyAsync(fileKey) {
      const salt = randomBytes(SALT_BYTES);
      return stanza(fileKey, salt, await deriveKeyAsync(passphrase, salt, workFactor));
    },
  };
}

/** `maxWorkFactor`: the highest log2 of the cost to go along with, 1-22, default 22. */
export function passphraseIdentity(passphrase: string, options: { readonly maxWorkFactor?: number } = {}): Identity {
  const limit = Math.min(options.maxWorkFactor ?? MAX_WORK_FACTOR, MAX_WORK_FACTOR);
  return {
    unwrapFileKey(stanzas) {
      const found = findStanza(stanzas, limit);
      return found && unwrap(found.body, deriveKey(passphrase, found.salt, found.workFactor), ZERO_NONCE);
    },
    async unwrapFileKeyAsync(stanzas) {
      const found = findStanza(stanzas, limit);
      return found && unwrap(found.body, await deriveKeyAsync(passphrase, found.salt, found.workFactor), ZERO_NONCE);
    },
  };
}

/** True when the file behind this header asks for a passphrase. */
export function wantsPassphrase(stanzas: readonly Stanza[]): boolean {
  return stanzas.some((stanza) => stanza.type === TYPE);
}

function findStanza(stanzas: readonly Stanza[], limit: number) {
  const stanza = stanzas.find(({ type }) => type === TYPE);
  if (!stanza) return null;
  const [encodedSalt = '', factor = ''] = stanza.args;
  const salt = decodeBase64(encodedSalt);
  const isWellFormed =
    stanzas.length === 1 &&
    stanza.args.length === 2 &&
    salt?.length === SALT_BYTES &&
    /^[1-9][0-9]*$/.test(factor) &&
    stanza.body.length === WRAPPED_FILE_KEY_BYTES;
  if (!isWellFormed) throw ageErrors('age_header_invalid', { detail: 'a passphrase stanza is malformed' });
  const workFactor = Number(factor);
  if (workFactor > limit) {
    throw ageErrors('age_passphrase_work_factor', { detail: `the file asks for ${factor}, the limit is ${limit}` });
  }
  return { salt, workFactor, body: stanza.body };
}
