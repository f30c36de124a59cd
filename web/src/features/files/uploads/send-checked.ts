/** One file on its way, with its hash: a small one is read first and announced, a large one is hashed while it is sent. */
import { ApiError, type Problem } from '../../../base/requests/problem.ts';
import { contentDigest, digestOf, hex } from './digest.ts';
import { type QueueDeps, STORED_DIFFERS, type UploadWatch } from './queue.ts';
import { sendFile } from './send-file.ts';

/** Up to here reading it twice takes less than a second, and the server stores nothing that arrives otherwise. */
const ANNOUNCED_BYTES = 64 * 2 ** 20;

export const sendChecked: QueueDeps['send'] = (upload, folderId, watch) =>
  checked(
    upload.file,
    watch,
    (more) => sendFile(upload, folderId, watch, more),
    ({ entry }) => entry.sha256,
  );

/** Sends a file with its hash, or holds the hash that the server answers against it. */
export async function checked<Reply>(
  file: File,
  watch: UploadWatch,
  send: (more: Readonly<Record<string, string>>) => Promise<Reply>,
  sha256Of: (reply: Reply) => string,
): Promise<Reply> {
  if (file.size <= ANNOUNCED_BYTES) {
    const digest = await digestOf(file, watch.signal);
    const headers = digest === null ? {} : { 'content-digest': contentDigest(digest) };
    return await send(headers);
  }
  const hashing = new AbortController();
  const digesting = digestOf(file, AbortSignal.any([watch.signal, hashing.signal]));
  // Looked at below; until then a refusal is nobody’s.
  digesting.catch(() => undefined);
  try {
    const stored = await send({});
    const digest = await digesting;
    if (digest !== null && hex(digest) !== sha256Of(stored)) throw new ApiError(storedDiffers);
    return stored;
  } finally {
    hashing.abort();
  }
}

/** Known only here, once the server has stored it. */
const storedDiffers: Problem = {
  code: STORED_DIFFERS,
  status: 0,
  title: 'What was stored is not what this computer read: its SHA-256 differs',
  remedy: 'If a program was writing the file, close it there and try again; what is right is then the newest version.',
};
