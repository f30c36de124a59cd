/** A pair that the server made or got, in one private file: whole or not at all, so that key and certificate always fit. */
import { open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { newId } from '../../base/ids.ts';
import { makeDurableFolder, syncFolder } from '../../storage/index.ts';
import { type CertificateFacts, type CertificatePair, readPair } from '../certificate-pair.ts';
import { tlsErrors } from '../errors.ts';

export interface KeptPair {
  readonly pair: CertificatePair;
  readonly facts: CertificateFacts;
}

const MAX_BYTES = 1_048_576;
const KEY = /^-----BEGIN PRIVATE KEY-----\n[A-Za-z0-9+/=\n]+-----END PRIVATE KEY-----\n/;

/** `null` when there is none, or none that can be used: a new one is made then. */
export async function readKeptPair(file: string): Promise<KeptPair | null> {
  try {
    const text = await readFile(file, 'utf8');
    const [key = ''] = text.length > MAX_BYTES ? [] : (KEY.exec(text) ?? []);
    const pair = { key: Buffer.from(key), cert: Buffer.from(text.slice(key.length)) };
    return { pair, facts: readPair(pair, `Read ${file}`) };
  } catch {
    return null;
  }
}

/** Where a pair lies that the server made or got. */
export function keptPairFile(folder: string, kind: 'self-made' | 'acme'): string {
  return join(folder, `${kind}.pem`);
}

/** On the disk when it resolves. Throws `tls_unwritable`. */
export async function writeKeptPair(file: string, { cert, key }: CertificatePair): Promise<void> {
  await writePrivately(file, Buffer.concat([key, cert]));
}

/** Replaces a file (0600 unless told otherwise) in one step. Throws `tls_unwritable`. */
export async function writePrivately(file: string, bytes: Uint8Array, mode = 0o600): Promise<void> {
  const draft = join(dirname(file), `.${newId()}.tmp`);
  try {
    await makeDurableFolder(dirname(file));
    try {
      const handle = await open(draft, 'wx', mode);
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, file);
      await syncFolder(dirname(file));
    } finally {
      await unlink(draft).catch(() => undefined);
    }
  } catch (cause) {
    const detail = (cause as NodeJS.ErrnoException).code ?? '';
    throw tlsErrors('tls_unwritable', { attempted: `Keep ${file}`, detail, cause });
  }
}
