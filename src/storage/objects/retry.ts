import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../base/log.ts';
import { isRetryable, storageErrors } from '../errors.ts';
import { isReplayable, replayableBody } from './body.ts';
import type { GetOptions, MultipartUploads, ObjectBody, ObjectStore } from './object-store.ts';

export interface RetryOptions {
  readonly log: Log;
  /** Tries in all, default 5. */
  readonly attempts?: number;
  /** Longest wait before the second try, in ms, default 100; it doubles with every further one. */
  readonly baseMs?: number;
  /** Longest wait of all, in ms, default 5,000. */
  readonly maxMs?: number;
  /** 0 to below 1; for tests. */
  readonly random?: () => number;
  /** Rejects when the signal aborts; for tests. */
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;
}

type Attempt = <Result>(
  operation: string,
  call: () => Promise<Result>,
  signal?: AbortSignal,
  mayRepeat?: () => boolean,
) => Promise<Result>;

/**
 * Tries again, after a random and growing wait, what failed with a code that `isRetryable`. Only what can be repeated
 * is: a put whose body was touched is not, unless the body is replayable and the key may be replaced; nor is the end
 * of an upload, since after a lost answer a second try could not tell success from failure. A read that breaks in the
 * middle goes on where it stopped, as long as the object is still the same.
 */
export function withRetry(store: ObjectStore, options: RetryOptions): ObjectStore {
  const attempt = attempter(options);

  const get: ObjectStore['get'] = async (key, getOptions = {}) => {
    const open = (from: GetOptions) => attempt('get', () => store.get(key, from), getOptions.signal);
    const object = await open(getOptions);
    return { ...object, body: resumingBody(object, getOptions, open, options.attempts ?? 5) };
  };

  return {
    properties: store.properties,
    get,
    async put(key, body, putOptions = {}) {
      const watched = watchUse(body);
      const mayRepeat = (): boolean => !watched.used() || (isReplayable(body) && !putOptions.createOnly);
      return attempt('put', () => store.put(key, watched.body, putOptions), putOptions.signal, mayRepeat);
    },
    head: (key, headOptions) => attempt('head', () => store.head(key, headOptions), headOptions?.signal),
    delete: (key, deleteOptions) => attempt('delete', () => store.delete(key, deleteOptions), deleteOptions?.signal),
    list: (listOptions) => attempt('list', () => store.list(listOptions), listOptions.signal),
    copy: (from, to, putOptions) =>
      attempt(
        'copy',
        () => store.copy(from, to, putOptions),
        putOptions?.signal,
        () => !putOptions?.createOnly,
      ),
    multipart: retriedUploads(store.multipart, attempt),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

function retriedUploads(uploads: MultipartUploads, attempt: Attempt): MultipartUploads {
  return {
    create: (key, options) => attempt('create', () => uploads.create(key, options), options?.signal),
    async putPart(key, uploadId, number, body, options) {
      const watched = watchUse(body);
      const mayRepeat = (): boolean => !watched.used() || isReplayable(body);
      const send = () => uploads.putPart(key, uploadId, number, watched.body, options);
      return attempt('putPart', send, options?.signal, mayRepeat);
    },
    listParts: (key, uploadId, options) =>
      attempt('listParts', () => uploads.listParts(key, uploadId, options), options?.signal),
    complete: (key, uploadId, parts, options) => uploads.complete(key, uploadId, parts, options),
    abort: (key, uploadId, options) => attempt('abort', () => uploads.abort(key, uploadId, options), options?.signal),
  };
}

function attempter(options: RetryOptions): Attempt {
  const { log, attempts = 5, baseMs = 100, maxMs = 5000, random = Math.random, sleep = abortableDelay } = options;
  return async (operation, call, signal, mayRepeat = () => true) => {
    for (let tried = 1; ; tried += 1) {
      try {
        return await call();
      } catch (error) {
        if (!isRetryable(error) || tried >= attempts || signal?.aborted || !mayRepeat()) throw error;
        const waitMs = random() * Math.min(maxMs, baseMs * 2 ** (tried - 1));
        log.warn({ operation, tried, waitMs: Math.round(waitMs) }, 'The object store failed, trying again');
        await sleep(waitMs, signal);
      }
    }
  };
}

async function abortableDelay(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** The same body, remembering whether somebody began to read it. */
function watchUse(body: AsyncIterable<Uint8Array>): { body: AsyncIterable<Uint8Array>; used: () => boolean } {
  let used = false;
  const watched = {
    [Symbol.asyncIterator]() {
      used = true;
      return body[Symbol.asyncIterator]();
    },
  };
  return { body: isReplayable(body) ? replayableBody(() => watched) : watched, used: () => used };
}

function resumingBody(
  first: ObjectBody,
  options: GetOptions,
  open: (options: GetOptions) => Promise<ObjectBody>,
  attempts: number,
): AsyncIterableIterator<Uint8Array> {
  let at = options.start ?? 0;
  let failures = 0;
  let inner = first.body[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      for (;;) {
        try {
          const step = await inner.next();
          if (!step.done) {
            at += step.value.byteLength;
            failures = 0;
          }
          return step;
        } catch (error) {
          failures += 1;
          if (!isRetryable(error) || failures >= attempts || options.signal?.aborted) throw error;
          const again = await open({ ...options, start: at });
          if (!isSame(first, again)) {
            await again.body[Symbol.asyncIterator]().return?.();
            throw storageErrors('store_unavailable', {
              detail: 'the object was replaced while it was read',
              cause: error,
            });
          }
          inner = again.body[Symbol.asyncIterator]();
        }
      }
    },
    async return() {
      return (await inner.return?.()) ?? { done: true, value: undefined };
    },
  };
}

function isSame(a: ObjectBody, b: ObjectBody): boolean {
  return a.size === b.size && a.modifiedAtMs === b.modifiedAtMs && a.versionId === b.versionId;
}
