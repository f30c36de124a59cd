/** A line to a server that is cut within what goes over it, whatever the protocol. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface CutLine extends AsyncDisposable {
  readonly port: number;
  /** Bytes that went to the server. */
  readonly sentBytes: number;
  /** Cut after so many bytes more to the server; those behind them, and their answers, never arrive. */
  cutAfter(bytes: number): void;
  /** Cut in place of the answer to what was sent after so many bytes more: the server acts on it, and nobody hears. */
  loseAnswerAfter(bytes: number): void;
  /** Whoever connects from now on gets through. */
  mend(): void;
}

export async function cutLine(port: number): Promise<CutLine> {
  const sockets = new Set<Socket>();
  let sent = 0;
  let cutAt = Infinity;
  let deafAt = Infinity;
  let isCut = false;
  const cut = (): void => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  const line = createServer((client) => {
    if (isCut) return void client.destroy();
    const server = connect(port, '127.0.0.1');
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.on('data', (bytes) => {
      const taken = bytes.subarray(0, Math.max(0, cutAt - sent));
      sent += bytes.length;
      server.write(taken);
      if (sent >= cutAt) cut();
    });
    server.on('data', (bytes) => {
      if (sent < deafAt) client.write(bytes);
      else cut();
    });
  });
  line.listen(0, '127.0.0.1');
  await once(line, 'listening');
  return {
    port: (line.address() as AddressInfo).port,
    get sentBytes() {
      return sent;
    },
    cutAfter: (bytes) => void (cutAt = sent + bytes),
    loseAnswerAfter: (bytes) => void (deafAt = sent + bytes),
    mend() {
      cutAt = Infinity;
      deafAt = Infinity;
      isCut = false;
    },
    async [Symbol.asyncDispose]() {
      cut();
      line.close();
      await once(line, 'close');
    },
  };
}
