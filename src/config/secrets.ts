/** Reads the key files that the configuration names. What it returns stays in memory and out of logs. */
import { readFile, stat } from 'node:fs/promises';

export interface TlsFiles {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** The private key can be read by other users of this machine. */
  readonly keyIsShared: boolean;
}

/** A password as a text file holds it: without the line feed at its end. Rejects with the file system's own error. */
export async function readPassword(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
}

/** Rejects with the file system's own error when one of them cannot be read. */
export async function readTlsFiles(files: { readonly certFile: string; readonly keyFile: string }): Promise<TlsFiles> {
  const [cert, key, { mode }] = await Promise.all([
    readFile(files.certFile),
    readFile(files.keyFile),
    stat(files.keyFile),
  ]);
  return { cert, key, keyIsShared: process.platform !== 'win32' && (mode & 0o004) !== 0 };
}
