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

/** What a connection is at. */
interface Connection {
  exchange: readonly [IncomingMessage, ServerResponse] | null;
}

/**
 * Of each connection there is one record that stays as long as it does. A `Map` whose entries come and go with every request is moved into
 * a new table every few of them, and each of its tables leads to the next: once one is old, V8 keeps all that follow, and the
 * requests and answers in them, until it collects everything.
 */
export function watchExchanges(handler: RequestListener): Exchanges {
  const connections = new WeakMap<Duplex, Connection>();
  let running = 0;
  const waiting: (() => void)[] = [];
  const connectionOf = (socket: Duplex): Connection => {
    const known = connections.get(socket);
    if (known) return known;
    const connection: Connection = { exchange: null };
    connections.set(socket, connection);
    return connection;
  };
  return {
    handler(request, response) {
      const connection = connectionOf(request.socket);
      const exchange = [request, response] as const;
      connection.exchange = exchange;
      running += 1;
      // Each comes once by itself; to be told of it just once would take as long as all the rest here.
      response.on('finish', () => drainRest(request));
      response.on('close', () => {
        running -= 1;
        if (connection.exchange === exchange) connection.exchange = null;
        if (running === 0) for (const resolve of waiting.splice(0)) resolve();
      });
      return handler(request, response);
    },
    running: (socket) => connections.get(socket)?.exchange ?? undefined,
    answerBegan: (socket) => connections.get(socket)?.exchange?.[1].headersSent ?? false,
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
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
