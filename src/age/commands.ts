import { type FileHandle, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import { HoldfastError } from '../base/errors.ts';
import { armor, dearmorIfArmored } from './armor.ts';
import { ageErrors } from './errors.ts';
import { decryptStream, encryptStream } from './file.ts';
import { type InputFile, openInputFile } from './input-file.ts';
import { type KeyFileSource, loadIdentityFiles, loadRecipientFile, type ReadPassphrase } from './key-files.ts';
import { parseRecipient } from './keys.ts';
import { isSameFile, writeOutputFile } from './output-file.ts';
import { passphraseIdentity, passphraseRecipient, wantsPassphrase } from './scrypt.ts';
import { collectYoung } from '../base/memory/young-collection.ts';
import { isBinary, openStripedFile, sealFile, type StripedInput } from './striped-file.ts';
import type { AsyncIdentity, Identity, Recipient } from './types.ts';

/** What `encrypt` and `decrypt` do on the command line, with the flags of the stock `age` tool. */

export interface EncryptFlags {
  /** `-r`: recipients as text. */
  readonly recipients?: readonly string[];
  /** `-R`: files of recipients; `-` is standard input. */
  readonly recipientFiles?: readonly string[];
  /** `-i`: identity files, to encrypt to oneself; `-` is standard input. */
  readonly identityFiles?: readonly string[];
  /** `-p`: to a passphrase, and to nobody else. */
  readonly passphrase?: boolean;
  /** `-a`: as text. */
  readonly armor?: boolean;
  /** `-o`; standard output when absent or `-`. */
  readonly output?: string | undefined;
  /** Standard input when absent or `-`. */
  readonly input?: string | undefined;
}

export interface DecryptFlags {
  /** `-i`: identity files, which may be encrypted to a passphrase themselves; `-` is standard input. */
  readonly identityFiles?: readonly string[];
  /** `-p`: ask for a passphrase. Without any identity file that happens by itself, when the file wants one. */
  readonly passphrase?: boolean;
  readonly output?: string | undefined;
  readonly input?: string | undefined;
}

export interface FileIo {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: Writable;
  readonly stdoutIsTerminal: boolean;
  readonly readPassphrase: ReadPassphrase;
  /** Aborting leaves no half-written file. */
  readonly signal?: AbortSignal;
  /** log2 of the scrypt cost for `-p`; the default is age's own. */
  readonly workFactor?: number;
  /** From this size on, a file is worked on in stripes by two threads; less streams. Default 32 MiB. */
  readonly stripesFromBytes?: number;
}

/** Below it the second thread starts too late to be worth its own cost. */
const STRIPES_FROM_BYTES = 32 * 1024 * 1024;

export interface FileResult {
  /** Bytes written. */
  readonly bytes: number;
  /** Where to; `null` is standard output. */
  readonly output: string | null;
}

/** All keys are read and checked before the input is. A file named by `-o` appears whole or not at all. */
export async function encryptFile(flags: EncryptFlags, io: FileIo): Promise<FileResult> {
  const { recipients = [], recipientFiles = [], identityFiles = [], passphrase = false } = flags;
  const named = [...recipientFiles, ...identityFiles];
  checkStdin([...named, flags.input ?? '-']);
  if (passphrase && recipients.length + named.length > 0) throw ageErrors('age_flags_conflict');
  if (io.stdoutIsTerminal && isStandard(flags.output) && !flags.armor) throw ageErrors('age_output_is_terminal');
  await checkPaths(flags);
  const to = passphrase ? [await askRecipient(io)] : await collectRecipients(flags, io);
  await using input = await openInput(flags.input);
  const stream = (): AsyncIterable<Uint8Array> => {
    const encrypted = encryptStream(readInput(input, io), to);
    return flags.armor ? armor(encrypted) : encrypted;
  };
  if (flags.armor || !isLarge(input, io)) return await write(flags.output, { stream }, io);
  const fill = async (file: FileHandle): Promise<number> => await sealFile(input, file, to, io.signal);
  return await write(flags.output, { stream, fill }, io);
}

/** Armored or not is told from the file itself. Only verified bytes reach standard output. */
export async function decryptFile(flags: DecryptFlags, io: FileIo): Promise<FileResult> {
  const { identityFiles = [], passphrase = false } = flags;
  checkStdin([...identityFiles, flags.input ?? '-']);
  await checkPaths(flags);
  const { plain, encrypted } = await loadIdentityFiles(identityFiles, io);
  const identities: (Identity | AsyncIdentity)[] = [...plain, ...encrypted];
  if (passphrase || identityFiles.length === 0) identities.push(askedIdentity(io));
  await using input = await openInput(flags.input);
  const stream = (): AsyncIterable<Uint8Array> => decryptStream(dearmorIfArmored(readInput(input, io)), identities);
  if (!isLarge(input, io) || !(await isBinary(input))) return await write(flags.output, { stream }, io);
  const fill = async (file: FileHandle): Promise<number> => await openStripedFile(input, file, identities, io.signal);
  return await write(flags.output, { stream, fill }, io);
}

async function collectRecipients(flags: EncryptFlags, source: KeyFileSource): Promise<Recipient[]> {
  const recipients: Recipient[] = (flags.recipients ?? []).map(parseRecipient);
  for (const path of flags.recipientFiles ?? []) recipients.push(...(await loadRecipientFile(path, source)));
  const { plain, encrypted } = await loadIdentityFiles(flags.identityFiles ?? [], source);
  const identities = [...plain];
  for (const file of encrypted) identities.push(...(await file.unlock()));
  recipients.push(...identities.map((identity) => identity.recipient));
  if (recipients.length === 0) throw ageErrors('age_recipients_missing');
  return recipients;
}

async function askRecipient(io: FileIo): Promise<Recipient> {
  const passphrase = await io.readPassphrase('Passphrase to encrypt with', { confirm: true });
  return passphraseRecipient(passphrase, io.workFactor === undefined ? {} : { workFactor: io.workFactor });
}

/** Asks only when the file wants a passphrase. */
function askedIdentity(io: FileIo): AsyncIdentity {
  return {
    async unwrapFileKeyAsync(stanzas) {
      if (!wantsPassphrase(stanzas)) return null;
      const passphrase = await io.readPassphrase('Passphrase of the file', { confirm: false });
      const fileKey = await passphraseIdentity(passphrase).unwrapFileKeyAsync?.(stanzas);
      if (!fileKey) throw ageErrors('age_no_identity_match', { detail: 'the passphrase is wrong' });
      return fileKey;
    },
  };
}

function isStandard(path: string | undefined): boolean {
  return path === undefined || path === '-';
}

function checkStdin(paths: readonly string[]): void {
  if (paths.filter((path) => path === '-').length > 1) {
    throw ageErrors('age_flags_conflict', {
      detail: 'standard input can be read only once',
      remedy: 'Name a file for all but one of them.',
    });
  }
}

async function checkPaths({ input = '-', output = '-' }: EncryptFlags | DecryptFlags): Promise<void> {
  if (isStandard(input)) return;
  // Before anybody is asked for a passphrase.
  const found = await stat(input).catch((cause: Error) => {
    throw ageErrors('age_input_unreadable', { attempted: `Read “${input}”`, detail: cause.message, cause });
  });
  if (found.isDirectory()) {
    throw ageErrors('age_input_unreadable', { attempted: `Read “${input}”`, detail: 'it is a folder' });
  }
  if (!isStandard(output) && (await isSameFile(input, output))) {
    throw ageErrors('age_output_is_input', { attempted: `Write “${output}”` });
  }
}

/** `null` is standard input. */
async function openInput(path: string | undefined): Promise<InputFile | null> {
  return path === undefined || path === '-' ? null : await openInputFile(path);
}

function isLarge(input: InputFile | null, io: FileIo): input is StripedInput {
  return input !== null && input.bytes !== null && input.bytes >= (io.stripesFromBytes ?? STRIPES_FROM_BYTES);
}

async function* readInput(input: InputFile | null, io: FileIo): AsyncGenerator<Uint8Array> {
  if (input) return yield* input.stream();
  try {
    yield* io.stdin;
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    const attempted = 'Read standard input';
    throw ageErrors('age_input_unreadable', { attempted, detail: (cause as Error).message, cause });
  }
}

interface Content {
  readonly stream: () => AsyncIterable<Uint8Array>;
  /** Resolves with the bytes that the file has then. */
  readonly fill?: (file: FileHandle) => Promise<number>;
}

async function write(path: string | undefined, content: Content, io: FileIo): Promise<FileResult> {
  let bytes = 0;
  const tellMade = collectYoung();
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of content.stream()) {
      bytes += piece.length;
      yield piece;
      tellMade(piece.length);
    }
  };
  if (path === undefined || path === '-') {
    try {
      await pipeline(counted, io.stdout, { end: false, ...(io.signal && { signal: io.signal }) });
    } catch (cause) {
      if (cause instanceof HoldfastError || io.signal?.aborted) throw cause;
      const detail = (cause as Error).message;
      const remedy = 'Whatever reads the output ended or is full; what it has is not the whole file.';
      throw ageErrors('age_output_unwritable', { attempted: 'Write to standard output', detail, remedy, cause });
    }
    return { bytes, output: null };
  }
  const { fill } = content;
  const filled = fill && { fill: async (file: FileHandle) => void (bytes = await fill(file)) };
  await writeOutputFile(path, { stream: counted, ...filled }, io.signal);
  return { bytes, output: path };
}
