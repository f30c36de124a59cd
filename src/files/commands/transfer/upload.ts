import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ApiClient, Progress } from '../../../base/commands/command.ts';
import { timestamp } from '../../../base/clock.ts';
import { formatBytes } from '../../../base/text/quantities.ts';
import type { StoredView } from '../../wire.ts';
import { localError, type LocalItem } from '../local/local-tree.ts';
import { reachFolder } from '../local/reached-folder.ts';
import { withPatience } from './retry.ts';
import { transferErrors } from './transfer-errors.ts';

/** Large enough that the loop around it costs nothing, small enough for many at a time, and for the caches of a processor. */
const PIECE_BYTES = 256 * 1024;

export interface UploadTarget {
  readonly api: ApiClient;
  readonly driveId: string;
  readonly folderId: string;
  readonly name: string;
}

interface UploadOptions {
  readonly follow: boolean;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Stores one file in a folder of a drive. Throws as {@link uploadTo} does. */
export async function uploadFile(
  { api, driveId, folderId, name }: UploadTarget,
  item: Pick<LocalItem, 'path' | 'below'>,
  options: UploadOptions,
): Promise<StoredView> {
  const path = `/drives/${driveId}/folders/${folderId}/files`;
  const stored = { sha256Of: ({ entry }: StoredView) => entry.sha256 };
  return await uploadTo({ api, path, name, ...stored }, item, options);
}

/** Where one file is posted to, and what the answer says that arrived. */
export interface PostedTo<Reply> {
  readonly api: ApiClient;
  readonly path: string;
  readonly name: string;
  readonly sha256Of: (reply: Reply) => string;
}

/**
 * Stores one file and holds the server's SHA-256 against our own. Throws `local_file_changed` when the file was
 * written to meanwhile, `content_differs` when something else arrived than was read.
 */
export async function uploadTo<Reply>(
  { api, path, name, sha256Of }: PostedTo<Reply>,
  item: LocalFile,
  { follow, progress, signal }: UploadOptions,
): Promise<Reply> {
  const attempted = `Store “${item.path}”`;
  // One key for all tries: if an answer was lost the server gives it again in place of a second version.
  const idempotencyKey = randomUUID();
  await using file = await openForReading(item, follow);
  const before = await file.stat();

  return await withPatience(signal, async () => {
    const hash = createHash('sha256');
    let sent = 0;
    try {
      const stored = await api.upload<Reply>('POST', path, {
        headers: {
          'content-disposition': `attachment; filename*=UTF-8''${encodeName(name)}`,
          'holdfast-modified-time': timestamp(before.mtimeMs),
          'idempotency-key': idempotencyKey,
        },
        size: before.size,
        body: read(file, before.size, item.path, (bytes) => {
          hash.update(bytes);
          sent += bytes.length;
          progress.bytes(bytes.length);
        }),
        signal,
      });
      const after = await file.stat();
      if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
        const detail = 'what was stored may mix old and new content';
        throw transferErrors('local_file_changed', { attempted, detail });
      }
      if (sha256Of(stored) !== hash.digest('hex')) {
        const remedy = 'Run the command again, and tell the person who runs this workspace.';
        throw transferErrors('content_differs', { attempted, remedy });
      }
      return stored;
    } catch (error) {
      progress.bytes(-sent);
      throw error;
    }
  });
}

/** A file to be read. */
interface LocalFile {
  readonly path: string;
  /** For people, where the path is none for them. */
  readonly shown?: string;
  /** See {@link LocalItem.below}; none where the file itself was named. */
  readonly below?: readonly string[];
  /** What it is read for; default: to store it. */
  readonly attempted?: string;
}

/** SHA-256 of a local file in lower-case hex. */
export async function hashFile(
  local: LocalFile,
  follow: boolean,
  progress: Progress,
  signal: AbortSignal,
): Promise<string> {
  const path = local.shown ?? local.path;
  await using file = await openForReading(local, follow);
  const hash = createHash('sha256');
  let hashed = 0;
  try {
    for await (const bytes of read(file, Number.POSITIVE_INFINITY, path, (piece) => {
      hashed += piece.length;
      progress.bytes(piece.length);
    })) {
      signal.throwIfAborted();
      hash.update(bytes);
    }
  } catch (error) {
    progress.bytes(-hashed);
    throw error;
  }
  return hash.digest('hex');
}

/**
 * Without `follow` no link is followed that took the place of the file, or of a folder on the way to it, since it was looked
 * at; and a queue that did so keeps nobody waiting.
 */
async function openForReading(local: LocalFile, follow: boolean): Promise<FileHandle> {
  const { path, shown = path, below = [], attempted = `Store “${shown}”` } = local;
  try {
    const root = join(path, ...below.map(() => '..'));
    const way = { root, folder: dirname(path), verb: 'Read in' };
    await using folder = follow || below.length < 2 ? null : await reachFolder(way);
    const at = folder ? join(folder.at, basename(path)) : path;
    const file = await open(at, constants.O_RDONLY | constants.O_NONBLOCK | (follow ? 0 : constants.O_NOFOLLOW));
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (error) {
    throw localError(shown, error);
  }
  throw transferErrors('local_path_unusable', { attempted, detail: 'it is no regular file' });
}

/**
 * Exactly `size` bytes (or up to the end), always from the start, so that it can be sent again. A piece is good until the
 * next one is asked for; that is being read meanwhile, into the memory of the one before. Throws `local_file_changed`
 * where the file ends earlier, or later than the system tells, and then before its last piece: nothing is stored of what is not whole.
 */
async function* read(
  file: FileHandle,
  size: number,
  path: string,
  seen: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  const bytesInto = async (into: Buffer, most: number): Promise<number> => {
    const { bytesRead } = await file.read(into, 0, Math.min(into.length, most), at).catch((error: unknown) => {
      throw localError(path, error);
    });
    return bytesRead;
  };
  const pieceFrom = async (into: Buffer): Promise<Buffer> => {
    const bytesRead = await bytesInto(into, size - at);
    at += bytesRead;
    return into.subarray(0, bytesRead);
  };
  // What the system tells as the size may be wrong: files in /proc have 0, and content. One that grows meanwhile is told when it is stored.
  const refuseMore = async (): Promise<void> => {
    if ((await bytesInto(Buffer.allocUnsafe(1), 1)) === 0 || (await file.stat()).size > size) return;
    throw transferErrors('local_file_changed', {
      attempted: `Store “${path}”`,
      detail: `it holds more than the ${formatBytes(size)} that this computer told of it`,
      remedy: 'Run the command again when nobody writes to the file; of a file in /proc or the like store a copy.',
    });
  };
  if (size === 0) return await refuseMore();
  let memory: Buffer = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, size));
  let spare: Buffer | undefined;
  let next = pieceFrom(memory);
  for (;;) {
    const bytes = await next;
    if (bytes.length === 0) {
      if (size === Number.POSITIVE_INFINITY) return;
      throw transferErrors('local_file_changed', { attempted: `Store “${path}”`, detail: 'it became shorter' });
    }
    const isLast = at >= size;
    if (isLast) {
      await refuseMore();
    } else {
      spare ??= Buffer.allocUnsafeSlow(PIECE_BYTES);
      next = pieceFrom(spare);
      // Told when it is asked for, which it is not where sending ends early.
      next.catch(() => undefined);
      [memory, spare] = [spare, memory];
    }
    seen(bytes);
    yield bytes;
    if (isLast) return;
  }
}

/** RFC 8187: what encodeURIComponent leaves alone and that grammar does not. */
function encodeName(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
