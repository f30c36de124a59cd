/**
 * The SHA-256 of a file on this computer, for the server to hold against what arrives, or for us against what it stored: on
 * the way from disk to store a byte may be changed by memory, a proxy, or a program that writes the file meanwhile.
 */
import { ApiError, type Problem } from '../../../base/requests/problem.ts';

/** `file` is null to cancel what was asked under this id. */
export interface DigestRequest {
  readonly id: number;
  readonly file: File | null;
}
export type DigestAnswer =
  | { readonly id: number; readonly digest: Uint8Array }
  | { readonly id: number; readonly digest: null; readonly why: string };

type Waiting = (answer: DigestAnswer) => void;

/** One thread for all files; the second waits little, since a disk gives one of them at a time. */
let worker: Worker | undefined;
let last = 0;
const waiting = new Map<number, Waiting>();

/** `null` where the browser gives no thread to do it in. Throws {@link ApiError} when the file cannot be read. */
export async function digestOf(file: File, signal: AbortSignal): Promise<Uint8Array | null> {
  const thread = open();
  if (thread === null) return null;
  last += 1;
  const id = last;
  const cancel = (): void => thread.postMessage({ id, file: null } satisfies DigestRequest, []);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const answer = await new Promise<DigestAnswer>((resolve) => {
      waiting.set(id, resolve);
      thread.postMessage({ id, file } satisfies DigestRequest, []);
    });
    signal.throwIfAborted();
    if (answer.digest !== null) return answer.digest;
    if (unreadableNames.has(answer.why)) throw new ApiError(fileUnreadable);
    return null;
  } finally {
    signal.removeEventListener('abort', cancel);
    waiting.delete(id);
  }
}

function open(): Worker | null {
  if (worker) return worker;
  try {
    worker = new Worker(new URL('./digest-worker.ts', import.meta.url), { type: 'module' });
  } catch {
    return null;
  }
  worker.addEventListener('message', ({ data }: MessageEvent<DigestAnswer>) => waiting.get(data.id)?.(data));
  // Its script did not come: whoever waits goes on without, and the next one tries again.
  worker.addEventListener('error', () => {
    worker = undefined;
    for (const [id, resolve] of waiting) resolve({ id, digest: null, why: 'Error' });
  });
  return worker;
}

const unreadableNames = new Set(['NotReadableError', 'NotFoundError']);

const fileUnreadable: Problem = {
  code: 'file_unreadable',
  status: 0,
  title: 'This computer could not read the file',
  remedy: 'It was changed, moved or removed since you chose it. Choose it again.',
};

/** The value of a `Content-Digest` (RFC 9530). */
export function contentDigest(digest: Uint8Array): string {
  return `sha-256=:${btoa(String.fromCharCode(...digest))}:`;
}

export function hex(digest: Uint8Array): string {
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
