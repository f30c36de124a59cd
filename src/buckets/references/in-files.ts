/** Buckets that files name: templates, code, settings of deployments. */
import { opendir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { bucketErrors } from '../errors.ts';
import { isDistinctive, namesInLine, type NamedBucket } from './named-buckets.ts';

export interface InFilesOptions {
  /** Bytes: larger files are left out. */
  readonly largest: number;
  /** More files than so many are refused. */
  readonly most: number;
  /** Names that are looked for as they stand: ours, and those that were. */
  readonly known: Iterable<string>;
  readonly signal: AbortSignal;
}

export interface InFiles {
  /** Each name once for each file. */
  readonly named: readonly NamedBucket[];
  readonly files: number;
  /** Larger than they may be. */
  readonly leftOut: readonly string[];
}

/** What others wrote, and what no one deploys from. */
const PASSED_OVER = new Set(['.git', 'node_modules', '.terraform', '.venv', '__pycache__']);
const BINARY_HEAD = 8192;

/** Links are not followed. Throws `buckets_references_unread` when a file or folder cannot be read, or there are too many. */
export async function namedInFiles(
  paths: readonly string[],
  { largest, most, known, signal }: InFilesOptions,
): Promise<InFiles> {
  const named: NamedBucket[] = [];
  const leftOut: string[] = [];
  let files = 0;
  const words = new Set([...known].filter(isDistinctive));
  for (const path of paths) {
    for await (const file of filesUnder(path)) {
      signal.throwIfAborted();
      files += 1;
      if (files > most) throw unread(path, `more than ${most} files`);
      const shown = relative(process.cwd(), file) || file;
      const text = await textOf(file, largest);
      if (text === 'too large') leftOut.push(shown);
      if (typeof text !== 'object') continue;
      const seen = new Set<string>();
      for (const [index, line] of text.lines.entries()) {
        for (const name of namesInLine(line, words)) {
          if (seen.has(name)) continue;
          seen.add(name);
          named.push({ name, where: `${shown}, line ${index + 1}` });
        }
      }
    }
  }
  return { named, files, leftOut };
}

async function* filesUnder(path: string): AsyncGenerator<string> {
  try {
    if (!(await stat(path)).isDirectory()) {
      yield path;
      return;
    }
    for await (const entry of await opendir(path)) {
      if (PASSED_OVER.has(entry.name)) continue;
      if (entry.isDirectory()) yield* filesUnder(join(path, entry.name));
      else if (entry.isFile()) yield join(path, entry.name);
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
    throw unread(path, String(error.code));
  }
}

async function textOf(file: string, largest: number): Promise<{ lines: readonly string[] } | 'too large' | 'no text'> {
  try {
    if ((await stat(file)).size > largest) return 'too large';
    const bytes = await readFile(file);
    if (bytes.subarray(0, BINARY_HEAD).includes(0)) return 'no text';
    return { lines: bytes.toString('utf8').split('\n') };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw unread(file, String(error.code));
  }
}

function unread(path: string, detail: string): Error {
  return bucketErrors('buckets_references_unread', { attempted: `Look for names of buckets in ${path}`, detail });
}
