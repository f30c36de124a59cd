import { once } from 'node:events';
import type { WebSocket } from 'ws';
import type { LiveConnection } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';

/** Connected. Throws what the server answers in its place, `server_unreachable`, `connection_lost`. */
export async function openLiveConnection(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<LiveConnection> {
  const attempted = `Connect to ${url}`;
  signal.throwIfAborted();
  // A verb that needs no live connection loads nothing for it.
  const { WebSocket } = await import('ws');
  signal.throwIfAborted();
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/v1/live`, { headers, perMessageDeflate: false });
  const stop = (): void => socket.terminate();
  signal.addEventListener('abort', stop);
  let closedWith = 0;
  socket.once('close', (code) => {
    closedWith = code;
    signal.removeEventListener('abort', stop);
  });
  const texts = textsOf(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.on('error', (cause) => {
      reject(commandErrors('server_unreachable', { attempted, cause }));
    });
    socket.once('unexpected-response', (_request, response) => {
      const status = response.statusCode ?? 0;
      response.destroy();
      reject(commandErrors('live_refused', { attempted, detail: `it answered ${status}` }));
    });
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
  return {
    texts,
    send: (text) => socket.send(text),
    closedWith: () => closedWith,
    async [Symbol.asyncDispose]() {
      if (socket.readyState === socket.CLOSED) return;
      socket.terminate();
      await once(socket, 'close');
    },
  };
}

/** Kept from the start on, so that none is lost before somebody reads. */
function textsOf(socket: WebSocket): AsyncIterable<string> {
  const waiting: string[] = [];
  let over = false;
  let wake = (): void => {};
  socket.on('message', (data) => {
    waiting.push((data as Buffer).toString('utf8'));
    wake();
  });
  socket.once('close', () => {
    over = true;
    wake();
  });
  return {
    async *[Symbol.asyncIterator]() {
      for (;;) {
        for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) yield text;
        if (over) return;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
