/** HTTP as bytes, for what `fetch` would not send. */
import { once } from 'node:events';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface RawRequest {
  readonly port: number;
  /** Address to connect to; default 127.0.0.1. */
  readonly host?: string;
  readonly method?: string;
  readonly path?: string;
  /** Any header, Host too. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** One request with just these headers. */
export function rawRequest({
  port,
  host = '127.0.0.1',
  method = 'GET',
  path = '/',
  headers = {},
  body,
}: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host, method, path, headers, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(pieces).toString('utf8'),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Sends bytes as they are and answers all that came back until the other side closed. */
export async function sendBytes(
  port: number,
  bytes: string | Buffer,
  options: { readonly halfClose?: boolean; readonly host?: string } = {},
): Promise<string> {
  const socket = connect({ port, host: options.host ?? '127.0.0.1', allowHalfOpen: true });
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  // A reset after the answer is a way of closing too.
  socket.on('error', () => {});
  await once(socket, 'connect');
  if (options.halfClose) socket.end(bytes);
  else socket.write(bytes);
  await closed(socket);
  return Buffer.concat(pieces).toString('latin1');
}

/** Resolves when the other side has ended or reset the connection. */
export async function closed(socket: Socket): Promise<void> {
  if (socket.readableEnded || socket.destroyed) return;
  await new Promise<void>((resolve) => {
    socket.once('end', resolve);
    socket.once('close', () => resolve());
  });
  socket.destroy();
}
