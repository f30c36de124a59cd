/** Knows which request runs on which socket: for closing what stalls, what lingers, and what outlives a shutdown. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** An answer was given before the whole body came (a refused upload): so much of the rest is read and thrown away. */
const DRAIN_BYTES = 16 * 1024 * 1024;
const DRAIN_MS = 5000;

export interface Exchanges {
  readonly handler: RequestListener;
  readonly running: (socket: Duplex) => readonly [IncomingMessage, ServerResponse] | undefined;
  /** A second status line on this socket would corrupt the answer that is on its way. */
  readonly answerBegan: (socket: Duplex) => boolean;
  /** Resolves when no request runs any more. */
  readonly idle: () => Promise<void>;
}

export function watchExchanges(handler: RequestListener): Exchanges {
  const bySocket = new Map<Duplex, readonly [IncomingMessage, ServerResponse]>();
  const waiting: (() => void)[] = [];
  return {
    handler(request, response) {
      const exchange = [request, response] as const;
      bySocket.set(request.socket, exchange);
      // Each comes once by itself; to be told of it just once would take as long as all the rest here.
      response.on('finish', () => drainRest(request));
      response.on('close', () => {
        if (bySocket.get(request.socket) === exchange) bySocket.delete(request.socket);
        if (bySocket.size === 0) for (const resolve of waiting.splice(0)) resolve();
      });
      return handler(request, response);
    },
    running: (socket) => bySocket.get(socket),
    answerBegan: (socket) => bySocket.get(socket)?.[1].headersSent ?? false,
    idle: () => (bySocket.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}

/** Closing at once would reset the connection, and the client, still sending, would never see the answer. */
function drainRest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  let drained = 0;
  const stop = (): void => void request.socket.destroy();
  const timer = setTimeout(stop, DRAIN_MS);
  request.on('data', (piece: Buffer) => {
    drained += piece.length;
    if (drained > DRAIN_BYTES) stop();
  });
  request.once('close', () => clearTimeout(timer));
  request.resume();
}
