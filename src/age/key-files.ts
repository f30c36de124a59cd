import { open } from 'node:fs/promises';
import { hasCode } from '../base/errors.ts';
import { dearmorIfArmored, looksArmored } from './armor.ts';
import { ageErrors } from './errors.ts';
import { decryptStream } from './file.ts';
import { parseIdentityFile, parseRecipientFile } from './keys.ts';
import { passphraseIdentity, wantsPassphrase } from './scrypt.ts';
import type { AsyncIdentity, KeyIdentity, KeyRecipient } from './types.ts';

/** Key files as the command line names them: in clear, or encrypted to a passphrase (`age -p key.txt`). */

/** 500 post-quantum recipients; a file of another kind, named by mistake, is not read whole. */
const MAX_KEY_FILE_BYTES = 1024 * 1024;
const AGE_START = 'age-encryption.org/';

/** Asks a person, without echo. `confirm`: twice, since a typing mistake would lock the file for good. */
export type ReadPassphrase = (question: string, options: { readonly confirm: boolean }) => Promise<string>;

export interface KeyFileSource {
  /** `-` reads this. */
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly readPassphrase: ReadPassphrase;
}

export interface LoadedIdentities {
  /** From files in clear. */
  readonly plain: readonly KeyIdentity[];
  /** One for each file behind a passphrase, asked for when no plain one opened the file. */
  readonly encrypted: readonly LockedIdentityFile[];
}

export interface LockedIdentityFile extends AsyncIdentity {
  /** Asks for the passphrase, once. Throws `age_no_identity_match` when it is wrong. */
  unlock(): Promise<KeyIdentity[]>;
}

export async function loadRecipientFile(path: string, source: KeyFileSource): Promise<KeyRecipient[]> {
  const bytes = await readKeyFile(path, 'recipients file', source);
  return inFile(path, 'recipients file', () => parseRecipientFile(bytes.toString('utf8')));
}

export async function loadIdentityFiles(paths: readonly string[], source: KeyFileSource): Promise<LoadedIdentities> {
  const plain: KeyIdentity[] = [];
  const encrypted: LockedIdentityFile[] = [];
  for (const path of paths) {
    const bytes = await readKeyFile(path, 'identity file', source);
    if (looksArmored(bytes) || bytes.toString('latin1', 0, AGE_START.length) === AGE_START) {
      encrypted.push(lockedIdentityFile(path, bytes, source.readPassphrase));
    } else {
      plain.push(...inFile(path, 'identity file', () => parseIdentityFile(bytes.toString('utf8'))));
    }
  }
  return { plain, encrypted };
}

function lockedIdentityFile(path: string, bytes: Buffer, readPassphrase: ReadPassphrase): LockedIdentityFile {
  let unlocked: Promise<KeyIdentity[]> | undefined;
  const unlock = async (): Promise<KeyIdentity[]> => {
    const passphrase = await readPassphrase(`Passphrase of ${path}`, { confirm: false });
    const pieces: Buffer[] = [];
    try {
      const file = dearmorIfArmored(single(bytes));
      for await (const piece of decryptStream(file, [passphraseIdentity(passphrase)])) pieces.push(piece);
    } catch (cause) {
      if (!hasCode(cause, 'age_no_identity_match')) throw cause;
      throw ageErrors('age_no_identity_match', {
        attempted: `Open identity file “${path}”`,
        detail: 'the passphrase is wrong, or the file is not encrypted with one',
        cause,
      });
    }
    return inFile(path, 'identity file', () => parseIdentityFile(Buffer.concat(pieces).toString('utf8')));
  };
  return {
    unlock: () => (unlocked ??= unlock()),
    async unwrapFileKeyAsync(stanzas) {
      // No identity opens a file that wants a passphrase: spare the person a question in vain.
      if (wantsPassphrase(stanzas)) return null;
      unlocked ??= unlock();
      for (const identity of await unlocked) {
        const fileKey = identity.unwrapFileKey(stanzas);
        if (fileKey) return fileKey;
      }
      return null;
    },
  };
}

async function readKeyFile(path: string, kind: string, { stdin }: KeyFileSource): Promise<Buffer> {
  const attempted = `Read ${kind} “${path}”`;
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of path === '-' ? stdin : (await open(path)).createReadStream()) {
      pieces.push(piece as Uint8Array);
      bytes += (piece as Uint8Array).length;
      if (bytes > MAX_KEY_FILE_BYTES) break;
    }
  } catch (cause) {
    throw ageErrors('age_input_unreadable', { attempted, detail: (cause as Error).message, cause });
  }
  if (bytes > MAX_KEY_FILE_BYTES) {
    throw ageErrors('age_key_file_invalid', { attempted, detail: `it is larger than ${MAX_KEY_FILE_BYTES} bytes` });
  }
  return Buffer.concat(pieces);
}

/** Adds the path to what went wrong in it. */
function inFile<Result>(path: string, kind: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (cause) {
    if (!hasCode(cause, 'age_key_file_invalid')) throw cause;
    throw ageErrors('age_key_file_invalid', { attempted: `Read ${kind} “${path}”`, detail: cause.detail ?? '', cause });
  }
}

async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
