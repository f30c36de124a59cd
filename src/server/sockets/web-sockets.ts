/**
 * Requests that become WebSockets. They pass the application like all others first (edge, login, limits), so that there
 * is one place that decides who may speak; only then does the library take the socket over. It is loaded with the first
 * of them: 14 MiB and a tenth of a second that a server without one does not spend.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';
import type { WebSocketPeer } from '../../base/http/web-socket.ts';
import { type BurstCollection, collectAfterBursts } from '../../base/memory/burst-collection.ts';
import { httpOnUse } from '../../base/http/node-http.ts';
import type { Settings } from '../../base/settings.ts';
import { serverErrors } from '../errors.ts';
import { openPings, type Pings } from './web-socket-pings.ts';
import type { serverSettings } from '../settings.ts';

export interface WebSockets {
  /** Adds {@link FastifyRequest.acceptWebSocket}; call before the routes that use it. */
  addTo(app: FastifyInstance): void;
  /**
   * Takes the upgrades of a listening server; every other request stays with its handler. `onTaken` hears of sockets
   * that are no HTTP connections any more.
   */
  listenOn(server: Server, handler: RequestListener, onTaken: (socket: Duplex) => void): void;
  /** Whether this request asks for what only the upgrade path answers; for the server's options. */
  readonly wants: (request: IncomingMessage) => boolean;
  /** How many are open. */
  count(): number;
  /** Ends all of them in order: told why, then cut when `graceMs` is over. */
  close(graceMs: number): Promise<void>;
}

/** Handshakes leave twice as much behind as an idle connection holds. */
const BURSTS = { size: 500, quietMs: 5000 };

type Upgrading = { readonly socket: Duplex; readonly head: Buffer; readonly onTaken: (socket: Duplex) => void };

export function openWebSockets(settings: Settings<typeof serverSettings>): WebSockets {
  const upgrading = new WeakMap<IncomingMessage, Upgrading>();
  const open = new Set<WebSocket>();
  const pings = openPings(settings.webSocketPingMs);
  const bursts = collectAfterBursts(BURSTS);
  const paths = new Set<string>();
  let engine: Promise<WebSocketServer> | undefined;
  let closing = false;

  const accept = async (request: FastifyRequest, reply: FastifyReply): Promise<WebSocketPeer> => {
    const wanted = upgrading.get(request.raw);
    if (!wanted || !isHandshake(request.raw)) {
      reply.headers({ Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' });
      throw serverErrors('web_socket_expected');
    }
    const server = await (engine ??= loadEngine(settings.maxWebSocketMessageBytes));
    const { socket, head, onTaken } = wanted;
    // Looked at here because the library would destroy the socket, and never say so.
    if (closing || !socket.readable || !socket.writable) throw serverErrors('shutting_down');
    reply.hijack();
    upgrading.delete(request.raw);
    reply.raw.detachSocket(socket as never);
    onTaken(socket);
    return keptOpen({ open, pings, bursts }, await upgraded(server, request.raw, socket, head));
  };

  return {
    addTo(app) {
      app.addHook('onRoute', ({ url, config }) => {
        if (config?.webSocket === true) paths.add(url);
      });
      app.decorateRequest('acceptWebSocket');
      app.addHook('onRequest', (request, reply, done) => {
        if (request.routeOptions.config?.webSocket === true) request.acceptWebSocket = () => accept(request, reply);
        done();
      });
    },
    wants: ({ method, headers, url = '' }) =>
      method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' && paths.has(url.replace(/\?.*$/, '')),
    listenOn(server, handler, onTaken) {
      server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        // What is answered instead of an upgrade is the last answer on this connection.
        const response = new (httpOnUse().ServerResponse)(request);
        response.shouldKeepAlive = false;
        socket.on('error', destroyItself);
        upgrading.set(request, { socket, head, onTaken });
        response.assignSocket(socket as never);
        response.once('finish', () => socket.end());
        handler(request, response);
      });
    },
    count: () => open.size,
    async close(graceMs) {
      closing = true;
      const sockets = [...open];
      const all = Promise.all(
        sockets.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()))),
      );
      // RFC 6455 section 7.4.1: the server is going away.
      for (const socket of sockets) socket.close(1001, 'the server is being stopped');
      const timer = setTimeout(() => sockets.forEach((socket) => socket.terminate()), graceMs);
      await all;
      clearTimeout(timer);
      pings[Symbol.dispose]();
      bursts[Symbol.dispose]();
    },
  };
}

function upgraded(server: WebSocketServer, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<WebSocket> {
  return new Promise((resolve) => server.handleUpgrade(request, socket, head, resolve));
}

interface Kept {
  readonly open: Set<WebSocket>;
  readonly pings: Pings;
  readonly bursts: BurstCollection;
}

/**
 * By itself, since what is called for as long as a connection lasts keeps everything that stands around it: the request
 * with the session's opened key among that.
 */
function keptOpen({ open, pings, bursts }: Kept, webSocket: WebSocket): WebSocketPeer {
  open.add(webSocket);
  bursts.happened();
  webSocket.on('close', () => {
    open.delete(webSocket);
    bursts.happened();
  });
  webSocket.on('error', nothing);
  pings.add(webSocket);
  return new Peer(webSocket);
}

function destroyItself(this: Duplex): void {
  this.destroy();
}

/** RFC 6455 section 4.2.1: what a handshake must bring, beyond what made it an upgrade. */
function isHandshake({ headers }: IncomingMessage): boolean {
  return headers['sec-websocket-version'] === '13' && /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '');
}

/** How long the other side may take to agree to the end; then it is cut. */
const CLOSE_MS = 10_000;

async function loadEngine(maxPayload: number): Promise<WebSocketServer> {
  const { WebSocketServer } = await import('ws');
  // Compression costs memory for every connection, and what is sent here is short.
  return new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload });
}

/** A connection that lasts has few functions of its own, since there are thousands: those of this class are shared. */
class Peer implements WebSocketPeer {
  readonly #webSocket: WebSocket;

  constructor(webSocket: WebSocket) {
    this.#webSocket = webSocket;
  }

  send(text: string): Promise<void> {
    return new Promise((resolve, reject) => this.#webSocket.send(text, (error) => (error ? reject(error) : resolve())));
  }

  close(code: number, reason: string): void {
    const webSocket = this.#webSocket;
    webSocket.close(code, reason);
    const timer = setTimeout(() => webSocket.terminate(), CLOSE_MS).unref();
    webSocket.once('close', () => clearTimeout(timer));
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  onText(listener: (text: string) => void): void {
    this.#webSocket.on('message', (data, isBinary) => {
      // Whoever was told that it is over is heard no more, however long they take to agree.
      if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
      if (isBinary) this.#webSocket.close(1003, 'texts only');
      else listener((data as Buffer).toString('utf8'));
    });
  }

  onClosed(listener: () => void): void {
    if (this.#webSocket.readyState === this.#webSocket.CLOSED) listener();
    // It comes once; `once` would keep two more functions for it.
    else this.#webSocket.on('close', listener);
  }
}

// Its own errors (a frame that is none, a message too large) end it with a close frame; there is nothing to add.
const nothing = (): void => undefined;
