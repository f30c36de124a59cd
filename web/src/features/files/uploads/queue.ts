/**
 * What is being uploaded: two files at once, in the order in which they were given. Each file has its own result; one that
 * fails keeps no other from being stored. How bytes and folders get to the server is handed in.
 */
import type { StoredView } from '../../../../../src/files/wire.ts';
import { type Problem, problemOf, unreachable } from '../../../base/requests/problem.ts';

export type UploadState = 'waiting' | 'sending' | 'stored' | 'failed' | 'cancelled';

export interface Upload {
  readonly id: number;
  readonly driveId: string;
  /** The folder that it was given to; `segments` are the folders below it that it lies in. */
  readonly folderId: string;
  readonly segments: readonly string[];
  readonly file: File;
  readonly state: UploadState;
  readonly sentBytes: number;
  readonly problem?: Problem;
  readonly outcome?: StoredView['outcome'];
  /** The same for every attempt: an answer that was lost does not store the file twice. */
  readonly idempotencyKey: string;
}

export interface NewUpload extends Pick<Upload, 'driveId' | 'folderId' | 'segments' | 'file'> {}

export interface UploadWatch {
  readonly onProgress: (sentBytes: number) => void;
  readonly signal: AbortSignal;
}

export interface QueueDeps {
  readonly send: (upload: Upload, folderId: string, watch: UploadWatch) => Promise<StoredView>;
  /** The id of a folder below another, made where it is not there. */
  readonly folderFor: (driveId: string, folderId: string, segments: readonly string[]) => Promise<string>;
  readonly onStored: (upload: Upload, stored: StoredView) => void;
  readonly onChange: () => void;
  readonly newKey: () => string;
}

export interface UploadQueue {
  readonly uploads: ReadonlyMap<number, Upload>;
  add(files: readonly NewUpload[]): void;
  cancel(id: number): void;
  cancelAll(): void;
  /** Those that failed and for which it makes sense. */
  retry(which: (upload: Upload) => boolean): void;
  /** Forgets what is done, whatever came of it. */
  clearDone(): void;
  /** A line broke: nothing is begun until something is tried again. */
  isHeld(): boolean;
}

/** What arrived was stored, and is something else than this computer read. */
export const STORED_DIFFERS = 'stored_differs';
/** What was on its way when the line went. */
export const CONNECTION_BROKE = 'connection_broke';

/** The line is gone, or the server: the next file would fail alike. */
export function isBrokenLine(problem: Problem | undefined): boolean {
  return problem?.code === CONNECTION_BROKE || problem?.code === unreachable.code;
}

/** More would only share the same line, and keep more of the server's attention from others. */
const AT_ONCE = 2;

export function openUploadQueue(deps: QueueDeps): UploadQueue {
  const uploads = new Map<number, Upload>();
  const running = new Map<number, AbortController>();
  /** After a broken line: the others wait, instead of failing one after the other. */
  let held = false;
  let last = 0;

  const change = (id: number, to: Partial<Upload>): void => {
    const upload = uploads.get(id);
    if (upload) uploads.set(id, { ...upload, ...to });
    deps.onChange();
  };

  const run = async (upload: Upload): Promise<void> => {
    const { id } = upload;
    const abort = new AbortController();
    running.set(id, abort);
    change(id, { state: 'sending', sentBytes: 0 });
    try {
      const folderId = await deps.folderFor(upload.driveId, upload.folderId, upload.segments);
      abort.signal.throwIfAborted();
      const onProgress = (sentBytes: number): void => change(id, { sentBytes });
      const stored = await deps.send(upload, folderId, { onProgress, signal: abort.signal });
      held = false;
      change(id, { state: 'stored', sentBytes: upload.file.size, outcome: stored.outcome });
      deps.onStored(upload, stored);
    } catch (error) {
      const problem = problemOf(error);
      held ||= !abort.signal.aborted && isBrokenLine(problem);
      change(id, abort.signal.aborted ? { state: 'cancelled' } : { state: 'failed', problem });
    } finally {
      running.delete(id);
      next();
    }
  };

  const next = (): void => {
    for (const upload of uploads.values()) {
      if (held || running.size >= AT_ONCE) return;
      if (upload.state === 'waiting') void run(upload);
    }
  };

  const cancel = (id: number): void => {
    const abort = running.get(id);
    if (abort) abort.abort();
    else if (uploads.get(id)?.state === 'waiting') change(id, { state: 'cancelled' });
  };

  return {
    uploads,
    add(files) {
      for (const file of files) {
        last += 1;
        uploads.set(last, { ...file, id: last, state: 'waiting', sentBytes: 0, idempotencyKey: deps.newKey() });
      }
      deps.onChange();
      next();
    },
    cancel,
    cancelAll() {
      for (const id of uploads.keys()) cancel(id);
    },
    isHeld: () => held,
    retry(which) {
      held = false;
      for (const upload of uploads.values()) {
        if ((upload.state !== 'failed' && upload.state !== 'cancelled') || !which(upload)) continue;
        const { problem, ...rest } = upload;
        // What was stored wrongly is there: storing it anew is another act.
        const idempotencyKey = problem?.code === STORED_DIFFERS ? deps.newKey() : upload.idempotencyKey;
        uploads.set(upload.id, { ...rest, idempotencyKey, state: 'waiting', sentBytes: 0 });
      }
      deps.onChange();
      next();
    },
    clearDone() {
      for (const { id, state } of uploads.values()) if (state !== 'waiting' && state !== 'sending') uploads.delete(id);
      deps.onChange();
    },
  };
}

export interface UploadSummary {
  readonly files: number;
  readonly waiting: number;
  readonly stored: number;
  readonly newVersions: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Of those that are not cancelled. */
  readonly totalBytes: number;
  readonly sentBytes: number;
}

export function summarise(uploads: Iterable<Upload>): UploadSummary {
  const sum = { files: 0, waiting: 0, stored: 0, newVersions: 0, failed: 0, cancelled: 0, totalBytes: 0, sentBytes: 0 };
  for (const { state, outcome, file, sentBytes } of uploads) {
    sum.files += 1;
    if (state === 'waiting' || state === 'sending') sum.waiting += 1;
    else sum[state] += 1;
    if (outcome === 'new_version') sum.newVersions += 1;
    if (state === 'cancelled' || state === 'failed') continue;
    sum.totalBytes += file.size;
    sum.sentBytes += sentBytes;
  }
  return sum;
}
