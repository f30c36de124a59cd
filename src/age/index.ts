/**
 * The age v1 file format (https://c2sp.org/age) over node:crypto: encrypted files that the stock `age` tools open,
 * written and read as streams of constant memory, with random access by chunk. Recipients are post-quantum
 * (mlkem768x25519), classic (X25519) or a passphrase (scrypt), never mixed in one file.
 *
 * age proves that a file is whole and unaltered, and not who wrote it or where it belongs: anybody with the public
 * key can write one. Callers that need more keep an authenticated record beside it.
 */
export type { AsyncIdentity, Identity, KeyIdentity, KeyRecipient, Recipient, Stanza, Suite } from './types.ts';
export { ageErrors } from './errors.ts';
export {
  generateIdentity,
  identityFromSeed,
  parseIdentity,
  parseIdentityFile,
  parseRecipient,
  parseRecipientFile,
} from './keys.ts';
export { passphraseIdentity, passphraseRecipient, wantsPassphrase } from './scrypt.ts';
export { FILE_KEY_BYTES, newFileKey } from './file-key.ts';
export { type Header, makeHeader, MAX_HEADER_BYTES, MAX_RECIPIENTS, openHeader, parseHeader } from './header.ts';
export { decryptBytes, decryptStream, encryptBytes, encryptStream } from './file.ts';
export {
  BATCH_CHUNKS,
  openPayload,
  openPayloadBytes,
  PayloadOpener,
  PayloadSealer,
  sealPayload,
  sealPayloadBytes,
} from './payload.ts';
export { openRange, type RangeOptions, type ReadRange } from './range.ts';
export { CHUNK_BYTES, payloadBytes, plaintextBytes, SEALED_CHUNK_BYTES } from './chunk.ts';
export { armor, dearmor, dearmorIfArmored, looksArmored } from './armor.ts';
