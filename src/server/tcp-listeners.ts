/** Sockets for protocols that are no HTTP: plain on loopback, over TLS elsewhere, handed to whoever speaks them. */
import { createServer, type Server, type Socket } from 'node:net';
import { isLoopback } from '../base/http/addresses.ts';
import { tlsOnUse } from '../base/http/node-http.ts';
import type { Log } from '../base/log.ts';
import { limitPerPlace } from './connections-per-place.ts';
import { serverErrors } from './errors.ts';
import { listenOn, type ListenPlace } from './listen.ts';

export interface TcpListenOptions extends ListenPlace {
  /** For addresses off loopback; `null`: plain there too, which whoever speaks must know. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null;
  /** Further ones are closed before a TLS handshake. */
  readonly maxConnections: number;
  /** Of one address (IPv6: one /64); loopback is not counted. */
  readonly maxConnectionsPerPlace: number;
  readonly log: Log;
  /** Called with each connection, whose other side may end its half first. */
  readonly onConnection: (socket: Socket, way: TcpWay) => void;
}

export interface TcpWay {
  /** It came to an address of this machine that others cannot reach. */
  readonly loopback: boolean;
  readonly encrypted: boolean;
}

export interface TcpListeners extends AsyncDisposable {
  readonly addresses: readonly { readonly host: string; readonly port: number; readonly encrypted: boolean }[];
}

const TLS_HANDSHAKE_TIMEOUT_MS = 10_000;

/** Throws `port_taken`, `port_denied`, `address_not_available`, `tls_unreadable`. Disposing accepts nothing more. */
export async function openTcpListeners(options: TcpListenOptions): Promise<TcpListeners> {
  const { tls, log } = options;
  const exempt = (address: string | undefined): boolean => address !== undefined && isLoopback(address);
  const countConnection = limitPerPlace({ limit: options.maxConnectionsPerPlace, exempt, log });
  const encryptedOn = (host: string): boolean => tls !== null && !isLoopback(host);
  const make = (host: string): Server => {
    const way = { loopback: isLoopback(host), encrypted: encryptedOn(host) };
    const accept = (socket: Socket): void => options.onConnection(socket, way);
    const server = way.encrypted && tls ? makeTlsServer(tls, accept) : createServer({ allowHalfOpen: true }, accept);
    // Before a TLS handshake, which costs more than the connection.
    server.prependListener('connection', countConnection);
    server.maxConnections = options.maxConnections;
    return server;
  };
  const { servers, addresses } = await listenOn(make, options);
  return {
    addresses: addresses.map(({ host, port }) => ({ host, port, encrypted: encryptedOn(host) })),
    async [Symbol.asyncDispose]() {
      // What is connected is ended by whoever speaks with it.
      for (const server of servers) server.close();
    },
  };
}

function makeTlsServer(tls: NonNullable<TcpListenOptions['tls']>, accept: (socket: Socket) => void): Server {
  try {
    const limits = { minVersion: 'TLSv1.2', handshakeTimeout: TLS_HANDSHAKE_TIMEOUT_MS, allowHalfOpen: true } as const;
    const server = tlsOnUse().createServer({ ...limits, ...tls }, accept);
    server.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy());
    return server;
  } catch (cause) {
    throw serverErrors('tls_unreadable', { attempted: 'Load the TLS certificate', cause });
  }
}
