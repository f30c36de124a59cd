import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { link, lstat, open, rename, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ApiClient, Progress } from '../../../base/commands/command.ts';
import { commandErrors } from '../../../base/commands/errors.ts';
import type { FileView } from '../../wire.ts';
import { localError } from '../local/local-tree.ts';
import { partialName } from '../local/partial-name.ts';
import { withPatience } from './retry.ts';
import { transferErrors } from './transfer-errors.ts';

/** One version of a file; its content never changes, so a download may go on where it broke off. */
export interface RemoteContent {
  /** Where its bytes are, after `/api/v1`. */
  readonly path: string;
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly modifiedTime: string;
}

/** A file as it is listed, to be fetched at just this version. */
export function contentOf(driveId: string, file: FileView): RemoteContent {
  const { id, versionId, size, sha256, modifiedTime } = file;
  return { path: `/drives/${driveId}/files/${id}/versions/${versionId}/content`, size, sha256, modifiedTime };
}

/**
 * The content from its first byte to its last. After a break it goes on at the same byte. Throws `content_differs` at
 * the end when it is not what was stored; whoever wrote it down drops it then.
 */
export async function* readContent(
  api: ApiClient,
  content: RemoteContent,
  shown: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { path, size } = content;
  const hash = createHash('sha256');
  let at = 0;
  let body: AsyncIterator<Uint8Array> | undefined;

  const connect = async (): Promise<AsyncIterator<Uint8Array>> => {
    const headers = at > 0 ? { range: `bytes=${at}-` } : {};
    const reply = await api.download(path, { headers, signal });
    const expected = at > 0 ? `bytes ${at}-${size - 1}/${size}` : undefined;
    if (reply.status !== (at > 0 ? 206 : 200) || (expected && reply.headers['content-range'] !== expected)) {
      const detail = 'it did not answer with the bytes that were asked for';
      throw commandErrors('reply_unreadable', { attempted: `Fetch “${shown}”`, detail });
    }
    return reply.body[Symbol.asyncIterator]();
  };

  try {
    for (;;) {
      const piece = await withPatience(signal, async () => {
        if (at === size && at > 0) return undefined;
        body ??= await connect();
        try {
          const next = await body.next();
          return next.done ? undefined : next.value;
        } catch (error) {
          body = undefined;
          throw error;
        }
      });
      if (piece === undefined) break;
      at += piece.length;
      hash.update(piece);
      yield piece;
    }
  } finally {
    await body?.return?.();
  }
  if (at !== size || hash.digest('hex') !== content.sha256) {
    throw transferErrors('content_differs', { attempted: `Fetch “${shown}”` });
  }
}

/**
 * Writes a version to `target`: beside it first, proven, on the disk, then in its place at once. Nothing is left of a
 * download that failed. `replaces`: what it may take the place of, as it was looked at; `null`: of nothing. What appears there or
 * is changed meanwhile stays as it is. Throws `local_file_differs`, `local_path_unusable`, and what {@link readContent} throws.
 */
export async function downloadFile(
  api: ApiClient,
  content: RemoteContent,
  {
    target,
    at = target,
    shown,
    replaces,
    progress,
    signal,
  }: {
    target: string;
    /** The same by the way of a folder that is held. */
    at?: string;
    shown: string;
    replaces: Stats | 'anything' | null;
    progress: Progress;
    signal: AbortSignal;
  },
): Promise<void> {
  const partial = join(dirname(at), partialName());
  let written = 0;
  try {
    await using file = await open(partial, 'wx').catch((error: unknown) => {
      throw localError(dirname(target), error);
    });
    try {
      for await (const piece of readContent(api, content, shown, signal)) {
        signal.throwIfAborted();
        for (let at = 0; at < piece.length;) at += (await file.write(piece, at)).bytesWritten;
        written += piece.length;
        progress.bytes(piece.length);
      }
      await file.sync();
    } catch (error) {
      throw localError(target, error);
    }
    const modified = new Date(content.modifiedTime);
    await utimes(partial, modified, modified);
    signal.throwIfAborted();
    await moveInto(partial, { at, target }, replaces);
  } catch (error) {
    progress.bytes(-written);
    throw error;
  } finally {
    await rm(partial, { force: true });
  }
}

interface Place {
  readonly at: string;
  readonly target: string;
}

async function moveInto(partial: string, place: Place, replaces: Stats | 'anything' | null): Promise<void> {
  const { at, target } = place;
  try {
    if (replaces === null) return await moveToFree(partial, place);
    if (replaces !== 'anything') {
      const there = await whatIsAt(at);
      if (there && !isAsItWas(there, replaces)) {
        const detail = 'it was changed while the other was fetched';
        throw transferErrors('local_file_differs', { attempted: `Write “${target}”`, detail });
      }
    }
    await rename(partial, at);
  } catch (error) {
    throw localError(target, error);
  }
}

async function moveToFree(partial: string, { at, target }: Place): Promise<void> {
  try {
    // A hard link never replaces; the partial name goes away afterwards.
    return await link(partial, at);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // File systems without hard links: to look and then rename is the best there is.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error;
  }
  if (await whatIsAt(at)) {
    const detail = 'there is already something of this name';
    throw transferErrors('local_path_unusable', { attempted: `Use “${target}”`, detail });
  }
  await rename(partial, at);
}

async function whatIsAt(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** By the time of its last change too, which nobody can set. */
function isAsItWas(now: Stats, then: Stats): boolean {
  return (['dev', 'ino', 'size', 'mtimeMs', 'ctimeMs'] as const).every((fact) => now[fact] === then[fact]);
}
