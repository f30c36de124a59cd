/** A proxy on loopback that loses, delays and falsifies what goes between a client and the server behind it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with one exchange. */
export type HttpFault =
  /** The connection ends before the server has heard of it. */
  | 'reset before'
  /** The server has answered, and the connection ends before the client hears it. */
  | 'reset after'
  /** The server never hears of it, and the client no answer. */
  | 'silence before'
  /** The server has answered, and the client hears nothing. */
  | 'silence after'
  /** The server's answer, with these headers in the place of its own. */
  | { readonly changed: Readonly<Record<string, string>> }
  /** This answer, and the server never hears of it. */
  | { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> };

export interface FaultedExchange {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Which exchange it is, from 1. */
  readonly nth: number;
}

export interface FaultProxy extends AsyncDisposable {
  readonly url: string;
  /** Exchanges so far. */
  readonly exchanges: number;
}

/** Passes everything on for which `plan` names no fault. */
export async function faultProxy(
  behind: string,
  plan: (exchange: FaultedExchange) => HttpFault | undefined,
): Promise<FaultProxy> {
  let exchanges = 0;
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await bytesOf(incoming);
    exchanges += 1;
    const fault = plan({ headers: incoming.headers, body: body.toString(), nth: exchanges });
    if (fault === 'silence before') return;
    if (fault === 'reset before') return void incoming.socket.destroy();
    if (typeof fault === 'object' && 'status' in fault) {
      outgoing.writeHead(fault.status, { ...fault.headers, 'content-length': Buffer.byteLength(fault.body) });
      return void outgoing.end(fault.body);
    }
    const { method, headers } = incoming;
    const forwarded = request(new URL(incoming.url ?? '/', behind), { method, headers });
    // Also of an answer that breaks off, when nobody waits for one any more.
    forwarded.on('error', () => undefined);
    forwarded.end(body);
    const [reply] = (await once(forwarded, 'response')) as [IncomingMessage];
    const bytes = await bytesOf(reply);
    if (fault === 'silence after') return;
    if (fault === 'reset after') return void incoming.socket.destroy();
    const changed = typeof fault === 'object' && 'changed' in fault ? fault.changed : {};
    outgoing.writeHead(reply.statusCode ?? 500, { ...reply.headers, ...changed });
    outgoing.end(bytes);
  };
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get exchanges() {
      return exchanges;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}
