/** Reads the key files that the configuration names. What it returns stays in memory and out of logs. */
import { readFile } from 'node:fs/promises';

/** A password as a text file holds it: without the line feed at its end. Rejects with the file system's own error. */
export async function readPassword(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
}
