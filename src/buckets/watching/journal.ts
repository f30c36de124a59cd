/**
 * What a watch knows, kept between two runs: a file of lines, each a JSON array, to which each round adds what changed.
 * It is written anew when it has become mostly history. Whoever opens it writes it anew first, so that of two that watch
 * the same place the later one has it, and the other one's additions go nowhere. A line that a crash cut off ends it: what
 * was after it is seen, and told, again.
 *
 *     ["look", ms, access]                          all before it is what a look at that time saw
 *     ["object", key, content, size, ms, acl]       there
 *     ["gone", key]                                 not there any more
 */
import { createReadStream } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { makeDurableFolder } from '../../storage/index.ts';
import { bucketErrors } from '../errors.ts';
import type { KeptAccess } from './bucket-access.ts';
import type { KnownObjects, Slot } from './known-objects.ts';

export interface LastLook {
  readonly atMs: number;
  readonly access: KeptAccess | null;
}

export interface Round extends LastLook {
  readonly changed: Iterable<Slot>;
  readonly gone: readonly string[];
}

export interface WatchJournal extends AsyncDisposable {
  /** The last look of an earlier run, which `objects` then hold; `null`: there was none. */
  readonly last: LastLook | null;
  /** Throws `buckets_watch_unkept`; the next round keeps all. */
  keep(round: Round): Promise<void>;
  /** Nothing is kept of it any more. Throws `buckets_watch_unkept`. */
  remove(): Promise<void>;
}

/** So many lines of history may be there beside as many as there are objects. */
const SPARE_LINES = 10_000;
const CHUNK_CHARACTERS = 1 << 20;

/** Fills `objects` with what an earlier run knew. */
export async function openWatchJournal(path: string, objects: KnownObjects): Promise<WatchJournal> {
  const last = await load(path, objects);
  let file: FileHandle | null = null;
  let lines = 0;

  const writeAll = async (texts: Iterable<string>, to: FileHandle): Promise<void> => {
    let chunk = '';
    for (const text of texts) {
      chunk += `${text}\n`;
      lines += 1;
      if (chunk.length < CHUNK_CHARACTERS) continue;
      await to.appendFile(chunk);
      chunk = '';
    }
    await to.appendFile(chunk);
  };
  const writeAnew = async ({ atMs, access }: Round): Promise<void> => {
    await makeDurableFolder(dirname(path));
    const temporary = `${path}.tmp`;
    // Of a run that was killed, or of one that writes just now, whose next attempt will do.
    await rm(temporary, { force: true });
    const next = await open(temporary, 'wx', 0o600);
    await file?.close();
    file = next;
    lines = 0;
    await writeAll(all(objects), next);
    await writeAll([lineOfLook({ atMs, access })], next);
    await next.sync();
    await rename(temporary, path);
  };

  return {
    last,
    async keep(round) {
      try {
        if (file === null || lines > objects.size * 2 + SPARE_LINES) return await writeAnew(round);
        await writeAll(changes(round, objects), file);
      } catch (cause) {
        const held = file;
        file = null;
        await held?.close();
        throw bucketErrors('buckets_watch_unkept', { attempted: `Write ${path}`, cause });
      }
    },
    async remove() {
      try {
        await file?.close();
        file = null;
        await rm(path, { force: true });
      } catch (cause) {
        throw bucketErrors('buckets_watch_unkept', { attempted: `Remove ${path}`, cause });
      }
    },
    async [Symbol.asyncDispose]() {
      await file?.close();
    },
  };
}

function* all(objects: KnownObjects): Generator<string> {
  for (const slot of objects.slots()) yield lineOfObject(objects, slot);
}

function* changes({ changed, gone, ...look }: Round, objects: KnownObjects): Generator<string> {
  for (const key of gone) yield lineOf('gone', key);
  for (const slot of changed) yield lineOfObject(objects, slot);
  yield lineOfLook(look);
}

function lineOfObject(objects: KnownObjects, slot: Slot): string {
  const { key, content, size, modifiedMs, acl } = objects.get(slot);
  return lineOf('object', key, content.toString(16), size, modifiedMs, acl.toString(16));
}

function lineOfLook({ atMs, access }: LastLook): string {
  return lineOf('look', atMs, access);
}

/** Node's readline takes two characters for ends of lines that JSON leaves as they are, and a key may have them. */
function lineOf(...parts: readonly unknown[]): string {
  return JSON.stringify(parts)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`);
}

/** `null`: there is no such file. */
async function load(path: string, objects: KnownObjects): Promise<LastLook | null> {
  let last: LastLook | null = null;
  try {
    for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      const line = parsed(text);
      if (line === null) break;
      const [kind, first, second, size, modifiedMs, acl] = line;
      if (kind === 'look') last = { atMs: Number(first), access: (second ?? null) as KeptAccess | null };
      else if (kind === 'gone') objects.forget(String(first));
      else {
        objects.restore({
          ...{ key: String(first), content: BigInt(`0x${String(second)}`), size: Number(size) },
          ...{ modifiedMs: Number(modifiedMs), acl: BigInt(`0x${String(acl)}`) },
        });
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return last;
}

/** `null`: cut off. */
function parsed(text: string): readonly unknown[] | null {
  try {
    const line: unknown = JSON.parse(text);
    return Array.isArray(line) ? line : null;
  } catch {
    return null;
  }
}
