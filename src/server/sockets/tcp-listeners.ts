/** Sockets for protocols that are no HTTP: plain on loopback, over TLS elsewhere, handed to whoever speaks them. */
import { createServer, type Server, type Socket } from 'node:net';
import { isLoopback } from '../../base/http/addresses.ts';
import { tlsOnUse } from '../../base/http/node-http.ts';
import type { Log } from '../../base/log.ts';
import type { CertificateSource } from '../../tls/index.ts';
import { limitPerPlace } from './connections-per-place.ts';
import { listenOn, type ListenPlace } from './listen.ts';
import { makeTlsServer } from './tls-server.ts';

export interface TcpListenOptions extends ListenPlace {
  /** For addresses off loopback; `null`: plain there too, which whoever speaks must know. */
  readonly tls: CertificateSource | null;
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
  /** How many connections are open now. */
  count(): number;
}

/** Throws `port_taken`, `port_denied`, `address_not_available`, `tls_unreadable`. Disposing accepts nothing more. */
export async function openTcpListeners(options: TcpListenOptions): Promise<TcpListeners> {
  const { tls, log } = options;
  const exempt = (address: string | undefined): boolean => address !== undefined && isLoopback(address);
  const countConnection = limitPerPlace({ limit: options.maxConnectionsPerPlace, exempt, log });
  const encryptedOn = (host: string): boolean => tls !== null && !isLoopback(host);
  let count = 0;
  const make = (host: string): Server => {
    const way = { loopback: isLoopback(host), encrypted: encryptedOn(host) };
    const accept = (socket: Socket): void => {
      count += 1;
      socket.once('close', () => (count -= 1));
      options.onConnection(socket, way);
    };
    const open = { allowHalfOpen: true };
    const server =
      way.encrypted && tls
        ? makeTlsServer(tls, (options) => tlsOnUse().createServer({ ...open, ...options }, accept), null)
        : createServer(open, accept);
    // Before a TLS handshake, which costs more than the connection.
    server.prependListener('connection', countConnection);
    server.maxConnections = options.maxConnections;
    return server;
  };
  const { servers, addresses } = await listenOn(make, options);
  return {
    addresses: addresses.map(({ host, port }) => ({ host, port, encrypted: encryptedOn(host) })),
    count: () => count,
    async [Symbol.asyncDispose]() {
      // What is connected is ended by whoever speaks with it.
      for (const server of servers) server.close();
    },
  };
}
