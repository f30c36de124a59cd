/** What a client sent and nobody has read yet: in order, and so much of it that a fast sender waits. */
import type { Socket } from 'node:net';
import { openFraming } from './framing.ts';
import { isOtherProtocol } from './speech.ts';

export interface Inbox extends Disposable {
  /** The next message; `null` when there will be none. */
  next(): Promise<Buffer | null>;
  /** Forgets what came so far. */
  clear(): void;
}

export interface InboxLimits {
  /** A message ends when no byte comes for so long: the original clients send no line feed. */
  readonly quietMs: number;
  /** More than this without an end closes the connection. */
  readonly maxFrameBytes: number;
  /** Messages that wait before the socket is not read any more. */
  readonly maxWaiting: number;
}

/** `onOverflow`: more than `maxFrameBytes` came without an end; `onOther`: the first bytes are of another protocol. */
export function openInbox(
  socket: Socket,
  { quietMs, maxFrameBytes, maxWaiting }: InboxLimits,
  { onOverflow, onOther }: { readonly onOverflow: () => void; readonly onOther: () => void },
): Inbox {
  const framing = openFraming(maxFrameBytes);
  const waiting: Buffer[] = [];
  let reader: ((message: Buffer | null) => void) | undefined;
  let ended = false;
  let first = true;
  let quiet: NodeJS.Timeout | undefined;
  let late: NodeJS.Immediate | undefined;

  const add = (message: Buffer): void => {
    if (first && isOtherProtocol(message)) {
      end();
      onOther();
      return;
    }
    first = false;
    if (ended) return;
    if (reader) {
      const read = reader;
      reader = undefined;
      read(message);
    } else {
      waiting.push(message);
      if (waiting.length >= maxWaiting) socket.pause();
    }
  };
  /** A timer that was cleared cannot be refreshed. */
  const stopWaiting = (): void => {
    clearTimeout(quiet);
    clearImmediate(late);
    quiet = undefined;
  };
  const stop = (): void => {
    ended = true;
    stopWaiting();
    reader?.(null);
    reader = undefined;
  };
  const end = (): void => {
    waiting.length = 0;
    stop();
  };
  const flush = (): void => {
    const rest = framing.flush();
    if (rest) add(rest);
  };
  // A busy server sees the time pass before it sees the bytes that came in it: it looks for those first.
  const passed = (): void => {
    late = setImmediate(flush);
  };

  socket.on('data', (bytes: Buffer) => {
    if (ended) return;
    clearImmediate(late);
    const messages = framing.push(bytes);
    if (messages === null) {
      end();
      onOverflow();
      return;
    }
    for (const message of messages) add(message);
    if (!framing.pending || ended) stopWaiting();
    else if (quiet) quiet.refresh();
    else quiet = setTimeout(passed, quietMs);
  });
  socket.on('end', () => {
    if (!ended) flush();
    stop();
  });
  // What came before it broke was said.
  socket.on('close', stop);

  return {
    next() {
      const message = waiting.shift();
      if (message) {
        if (waiting.length < maxWaiting && socket.isPaused()) socket.resume();
        return Promise.resolve(message);
      }
      if (ended) return Promise.resolve(null);
      return new Promise((resolve) => (reader = resolve));
    },
    clear() {
      waiting.length = 0;
      framing.flush();
      stopWaiting();
      socket.resume();
    },
    [Symbol.dispose]: end,
  };
}
