/**
 * One line of JSON per letter at the end of a file, for a SIEM's own collector. The file is opened anew for each, so that
 * logrotate may move it away at any time without telling anybody.
 */
import { constants } from 'node:fs';
import { access, type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { timestamp } from '../../base/clock.ts';
import { type Static, Type } from '../../base/http/schema.ts';
import type { Channel, ChannelDeps, Letter } from './channel.ts';
import { noDestination } from './config-fields.ts';
import { systemFailure, unavailable } from './failures.ts';

export const JsonLinesConfig = Type.Object(
  {
    file: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
      description: 'Name of the file in the server’s folder for notices; made (0600) when it is missing',
    }),
    sync: Type.Optional(
      Type.Boolean({ description: 'Default true: a line counts as delivered once it is on the disk, not in memory' }),
    ),
  },
  { additionalProperties: false },
);
export type JsonLinesConfig = Static<typeof JsonLinesConfig>;

// A link could lead anywhere, and a pipe would hold a thread until somebody reads.
const APPEND = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Only a name in the folder is taken: whoever may set up channels must not write to any file of the server's user. */
export function openJsonLinesChannel(
  { file, sync = true }: JsonLinesConfig,
  { folder, settings }: Pick<ChannelDeps, 'folder' | 'settings'>,
): Channel {
  const path = join(folder, file);
  const attempted = `Write to ${path}`;

  return {
    kind: 'jsonl',
    checkDestination: noDestination,
    async deliver(letter, _destination, { signal }) {
      signal.throwIfAborted();
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await using handle = await open(path, APPEND, 0o600);
        await append(handle, `${JSON.stringify(lineOf(letter))}\n`, attempted, settings.channelMendRetryMs);
        if (sync) await handle.datasync();
      } catch (error) {
        throw systemFailure(error, attempted, settings);
      }
    },
    async examine({ signal }) {
      signal.throwIfAborted();
      try {
        await writable([path, folder, dirname(folder)]);
      } catch (error) {
        throw systemFailure(error, attempted, settings);
      }
    },
    async [Symbol.asyncDispose]() {},
  };
}

function lineOf({ id, kind, severity, at, count, subject, text, link }: Letter): object {
  return { time: timestamp(at), id, kind, severity, count, subject, text, link, product: 'holdfast' };
}

/** One write per line: lines of several servers or deliveries do not mix. */
async function append(handle: FileHandle, line: string, attempted: string, mendRetryMs: number): Promise<void> {
  const stat = await handle.stat();
  if (!stat.isFile()) throw unavailable({ attempted, detail: 'it is no plain file' }, mendRetryMs);
  const bytes = Buffer.from((await endsInMidLine(handle, stat.size)) ? `\n${line}` : line);
  const { bytesWritten } = await handle.write(bytes);
  if (bytesWritten < bytes.length)
    throw unavailable({ attempted, detail: 'the disk took a part of the line' }, mendRetryMs);
}

/** As a disk that was full leaves it: the torn line must not swallow the next one. */
async function endsInMidLine(handle: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return false;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 0x0a;
}

/** The first that is there decides. Throws the system's error. */
async function writable([path, ...above]: readonly string[]): Promise<void> {
  if (path === undefined) return;
  try {
    await access(path, constants.W_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above.length === 0) throw error;
    await writable(above);
  }
}
