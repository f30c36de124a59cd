/** The sockets we listen on: one HTTP or HTTPS server per address, all with one handler. */
import type { RequestListener, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { httpOnUse, httpsOnUse } from '../../base/http/node-http.ts';
import type { Settings } from '../../base/settings.ts';
import type { Log } from '../../base/log.ts';
import { refuseBrokenRequests } from '../requests/broken-requests.ts';
import { limitPerPlace } from './connections-per-place.ts';
import type { EdgeRules } from '../access/edge.ts';
import { watchExchanges } from '../requests/exchanges.ts';
import { listenOn } from './listen.ts';
import type { serverSettings } from '../settings.ts';
import { endStalledTransfers } from '../requests/stalled-transfers.ts';
import { makeTlsServer } from './tls-server.ts';
import type { CertificateSource } from '../../tls/index.ts';
import type { WebSockets } from './web-sockets.ts';

export interface ListenOptions {
  /** `null`: 127.0.0.1 and ::1, of which the second may be lacking. */
  readonly hosts: readonly string[] | null;
  /** 0: any free port, the same on every address. */
  readonly port: number;
  /** See {@link ListenPlace}. */
  readonly opened?: readonly number[];
  /** `null`: plain HTTP. */
  readonly tls: CertificateSource | null;
  readonly edge: Pick<EdgeRules, 'trustedProxies'>;
  readonly settings: Settings<typeof serverSettings>;
  readonly webSockets: Pick<WebSockets, 'wants' | 'listenOn'>;
  readonly log: Log;
}

export interface Listeners extends AsyncDisposable {
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
  readonly port: number;
  /** Connections that are open; those that became WebSockets are none any more. */
  count(): number;
  /** Stops accepting, lets running requests finish for `shutdownTimeoutMs`, then closes what is left. */
  close(): Promise<void>;
}

/** Throws `port_taken`, `port_denied`, `address_not_available`, `tls_unreadable`; then nothing is left open. */
export async function openListeners(handler: RequestListener, options: ListenOptions): Promise<Listeners> {
  const exchanges = watchExchanges(handler);
  const { settings, edge, log } = options;
  const countConnection = limitPerPlace({ limit: settings.maxConnectionsPerPlace, exempt: edge.trustedProxies, log });
  const sockets = new Set<Socket>();
  const make = (): Server => {
    const server = makeServer(exchanges.handler, options);
    // Before a TLS handshake, which costs more than the connection.
    server.prependListener('connection', countConnection);
    server.on(options.tls ? 'secureConnection' : 'connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    options.webSockets.listenOn(server, handler, (socket) => sockets.delete(socket as Socket));
    refuseBrokenRequests(server, exchanges.answerBegan);
    endStalledTransfers(server, exchanges.running, options.settings.transferStallTimeoutMs);
    return server;
  };
  const { hosts, port, opened } = options;
  const otherPort = (taken: number): string => `--port ${taken < 65_535 ? taken + 1 : 8080}`;
  const { servers, addresses } = await listenOn(make, { hosts, port, ...(opened && { opened }), log, otherPort });

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const closed = Promise.all(servers.map(closeServer));
    for (const socket of sockets) endAfterExchange(socket, exchanges.running(socket)?.[1]);
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, options.settings.shutdownTimeoutMs);
    await Promise.race([exchanges.idle(), late]);
    clearTimeout(timer);
    for (const server of servers) server.closeAllConnections();
    await closed;
  };
  return {
    addresses,
    port: addresses[0]?.port ?? options.port,
    count: () => sockets.size,
    close: () => (closing ??= close()),
    [Symbol.asyncDispose]: () => (closing ??= close()),
  };
}

function makeServer(handler: RequestListener, { tls, settings, webSockets }: ListenOptions): Server {
  const limits: ServerOptions = {
    maxHeaderSize: settings.maxRequestHeaderBytes,
    headersTimeout: settings.requestHeadersTimeoutMs,
    // No limit on the whole of a request: uploads take as long as they take (see stalled-transfers.ts).
    requestTimeout: 0,
    keepAliveTimeout: settings.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(1000, settings.requestHeadersTimeoutMs),
    // HTTP/1.0 comes without a Host; the edge refuses it with a reason.
    requireHostHeader: false,
    // Whatever else asks to be upgraded is answered as if it had not (RFC 9110 section 7.8).
    shouldUpgradeCallback: webSockets.wants,
    noDelay: true,
  };
  const server = tls
    ? makeTlsServer(tls, (options) => httpsOnUse().createServer({ ...limits, ...options }, handler), 'http/1.1')
    : httpOnUse().createServer(limits, handler);
  // The edge counts them; the default here would silently drop what is beyond.
  server.maxHeadersCount = 0;
  server.maxConnections = settings.maxConnections;
  // Without a listener Node invites the body before the request was allowed; the application does it after.
  server.on('checkContinue', handler);
  return server;
}

/** Closes what only waits for a next request; Node's own "idle" leaves out connections that never sent one. */
function endAfterExchange(socket: Socket, response: ServerResponse | undefined): void {
  if (response) response.once('close', () => socket.destroySoon());
  else socket.destroy();
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
