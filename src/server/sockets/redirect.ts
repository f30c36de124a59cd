/** What answers in clear beside a server with TLS: sends browsers to it, and proves to a certificate authority who we are. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { hostInUrl, parseHost, plainAddress } from '../../base/http/addresses.ts';
import { httpOnUse } from '../../base/http/node-http.ts';
import type { Log } from '../../base/log.ts';
import type { Settings } from '../../base/settings.ts';
import { limitPerPlace } from './connections-per-place.ts';
import { listenOn, type ListenPlace } from './listen.ts';
import type { serverSettings } from '../settings.ts';

export interface RedirectOptions extends Pick<ListenPlace, 'hosts' | 'port' | 'opened'> {
  /** Where people reach the server; `null`: by whatever loopback name or address of it they dialled. */
  readonly publicUrl: URL | null;
  /** Port of the server with TLS, for when there is no public address. */
  readonly securePort: number;
  /** What to answer for a token of RFC 8555 section 8.3; `null`: none is asked for. */
  readonly challengeAnswer: (token: string) => string | null;
  readonly settings: Settings<typeof serverSettings>;
  readonly log: Log;
}

export interface Redirect extends AsyncDisposable {
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
}

const CHALLENGES = '/.well-known/acme-challenge/';
/** A year would be kept by browsers after this server has moved. */
const NO_STORE = { 'cache-control': 'no-store', connection: 'close', 'content-type': 'text/plain; charset=utf-8' };

/** Throws `port_taken`, `port_denied`, `address_not_available`, `socket_unusable`. */
export async function openRedirect(options: RedirectOptions): Promise<Redirect> {
  const { settings, log } = options;
  const handler: RequestListener = (request, response) => answer(request, response, options);
  const countConnection = limitPerPlace({ limit: settings.maxConnectionsPerPlace, exempt: () => false, log });
  const make = () => {
    const server = httpOnUse().createServer(
      {
        maxHeaderSize: settings.maxRequestHeaderBytes,
        headersTimeout: settings.requestHeadersTimeoutMs,
        requestTimeout: settings.requestHeadersTimeoutMs,
        connectionsCheckingInterval: Math.min(1000, settings.requestHeadersTimeoutMs),
        requireHostHeader: false,
      },
      handler,
    );
    server.prependListener('connection', countConnection);
    server.maxConnections = settings.maxConnections;
    server.on('clientError', (_error: Error, socket: Socket) => socket.destroy());
    return server;
  };
  const { hosts, port, opened } = options;
  const otherPort = (taken: number): string => `HOLDFAST_REDIRECT_PORT=${taken < 65_535 ? taken + 1 : 8080}`;
  const { servers, addresses } = await listenOn(make, { hosts, port, ...(opened && { opened }), log, otherPort });
  return {
    addresses,
    async [Symbol.asyncDispose]() {
      await Promise.all(
        servers.map((server) => {
          const closed = new Promise<void>((resolve) => server.close(() => resolve()));
          server.closeAllConnections();
          return closed;
        }),
      );
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, options: RedirectOptions): void {
  const { method = '', url = '' } = request;
  const say = (status: number, text: string, headers: Readonly<Record<string, string>> = {}): void => {
    response.writeHead(status, { ...NO_STORE, ...headers }).end(method === 'HEAD' ? '' : text);
  };
  // A password that came in clear is known to whoever listened; sending it again would not take that back.
  if (method !== 'GET' && method !== 'HEAD') {
    return say(403, 'This server is used over https only. What was sent here could be read on its way.\n');
  }
  if (url.startsWith(CHALLENGES)) {
    const text = options.challengeAnswer(url.slice(CHALLENGES.length));
    if (text !== null) return say(200, text, { 'content-type': 'application/octet-stream' });
  }
  const origin = secureOrigin(request, options);
  if (origin === null) return say(421, 'This server does not answer under this host name.\n');
  if (!/^\/[\x21-\x7e]*$/.test(url)) return say(400, 'This is no path.\n');
  return say(308, `This server is used over https: ${origin}\n`, { location: `${origin}${url}` });
}

/** A Host header names where a browser is sent, so that only names of our own are taken from it. */
function secureOrigin(request: IncomingMessage, { publicUrl, securePort }: RedirectOptions): string | null {
  const given = parseHost(request.headers.host ?? '');
  if (!given) return null;
  if (publicUrl && given.host === parseHost(publicUrl.host)?.host) {
    return publicUrl.protocol === 'https:' ? publicUrl.origin : null;
  }
  const isOwn =
    ['localhost', '127.0.0.1', '::1'].includes(given.host) ||
    given.host === plainAddress(request.socket.localAddress ?? '');
  if (!isOwn) return null;
  return `https://${hostInUrl(given.host)}${securePort === 443 ? '' : `:${securePort}`}`;
}
