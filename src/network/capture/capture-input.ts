import { open } from 'node:fs/promises';
import { HoldfastError } from '../../base/errors.ts';
import { networkErrors } from '../errors.ts';
import type { ReadInto } from './byte-window.ts';

export interface CaptureInput extends AsyncDisposable {
  readonly read: ReadInto;
  /** For people. */
  readonly name: string;
  /** 0: not known before the end. */
  readonly bytes: number;
}

/** Throws `network_capture_unreadable`. */
export async function openCaptureFile(path: string): Promise<CaptureInput> {
  const file = await open(path).catch((cause: Error) => {
    throw unreadable(path, cause);
  });
  const { size } = await file.stat();
  return {
    name: path,
    bytes: size,
    async read(into, at) {
      try {
        return (await file.read(into, at, into.length - at)).bytesRead;
      } catch (cause) {
        throw unreadable(path, cause as Error);
      }
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}

/**
 * What a pipe or a program gives, piece by piece. Once `over` is aborted it is as though it had ended, whatever is still to
 * come. It is not waited for then, nor when it is disposed of: whoever holds the other end may say nothing for hours.
 */
export function openCaptureStream(stream: AsyncIterable<Uint8Array>, name: string, over?: AbortSignal): CaptureInput {
  const pieces = stream[Symbol.asyncIterator]();
  let piece: Uint8Array = new Uint8Array(0);
  let end: (() => void) | undefined;
  over?.addEventListener('abort', () => end?.(), { once: true });
  const next = (): Promise<IteratorResult<Uint8Array, unknown>> =>
    new Promise((resolve, reject) => {
      end = () => resolve({ done: true, value: undefined });
      if (over?.aborted) end();
      else pieces.next().then(resolve, reject);
    });
  return {
    name,
    bytes: 0,
    async read(into, at) {
      while (piece.length === 0) {
        const { done, value } = await next().catch((cause: Error) => {
          throw unreadable(name, cause);
        });
        if (done) return 0;
        piece = value;
      }
      const taken = piece.subarray(0, into.length - at);
      into.set(taken, at);
      piece = piece.subarray(taken.length);
      return taken.length;
    },
    async [Symbol.asyncDispose]() {
      // It queues behind a `next` that is on its way.
      void pieces.return?.().catch(() => undefined);
    },
  };
}

export function unreadable(name: string, cause: Error) {
  if (cause instanceof HoldfastError) return cause;
  return networkErrors('network_capture_unreadable', { attempted: `Read “${name}”`, detail: cause.message, cause });
}
