/**
 * The line between a browser and a server, to be slow or broken as a test wants. Bytes pass as they are: it is a relay of
 * TCP connections, and what breaks on it breaks as in a network.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Line extends AsyncDisposable {
  /** Where the browser goes in place of the server. */
  readonly origin: string;
  /** After so many more bytes from the browser nothing passes to the server until the line is mended. */
  holdAfter(bytes: number): void;
  /** Breaks every connection, and refuses new ones until the line is mended. */
  cut(): void;
  mend(): void;
}

export async function lineTo(serverOrigin: string): Promise<Line> {
  const target = { host: '127.0.0.1', port: Number(new URL(serverOrigin).port) };
  const sockets = new Set<Socket>();
  const held = new Set<Socket>();
  let left = Number.POSITIVE_INFINITY;
  let isCut = false;

  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  };
  const relay = createServer((browser) => {
    if (isCut) {
      browser.resetAndDestroy();
      return;
    }
    const server = connect(target);
    track(browser);
    track(server);
    browser.on('data', (bytes: Buffer) => {
      server.write(bytes);
      left -= bytes.length;
      if (left > 0) return;
      browser.pause();
      held.add(browser);
    });
    server.pipe(browser);
    browser.on('close', () => server.destroy());
    server.on('close', () => browser.destroy());
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const address = relay.address();
  if (address === null || typeof address === 'string') throw new Error('Open a line: no address');
  const breakAll = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };

  return {
    origin: `http://localhost:${address.port}`,
    holdAfter: (bytes) => void (left = bytes),
    cut() {
      isCut = true;
      breakAll();
    },
    mend() {
      isCut = false;
      left = Number.POSITIVE_INFINITY;
      for (const socket of held) socket.resume();
      held.clear();
    },
    async [Symbol.asyncDispose]() {
      relay.close();
      breakAll();
      await once(relay, 'close');
    },
  };
}
