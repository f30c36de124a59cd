/**
 * A WebSocket (RFC 6455) as features get it from the server: texts in, texts out, and an end. Which library speaks the
 * protocol is the server's business.
 */
export interface WebSocketPeer {
  /** Resolves when the text has left this process; rejects when the connection ended before. */
  send(text: string): Promise<void>;
  /** Begins an orderly end with a code of RFC 6455 section 7.4 and a reason; the other side gets some time to agree. */
  close(code: number, reason: string): void;
  /** Ends it now, without a word. */
  terminate(): void;
  /** Texts that arrive, none before this is called. */
  onText(listener: (text: string) => void): void;
  /** Called once, however it ended. */
  onClosed(listener: () => void): void;
}

/** What a route that takes WebSockets calls with its request; throws when the request is none or cannot become one. */
export type AcceptWebSocket = () => Promise<WebSocketPeer>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes requests that want to become a WebSocket. */
    webSocket?: boolean;
  }
  interface FastifyRequest {
    /** Makes the request a WebSocket; the answer is then no business of the route any more. */
    acceptWebSocket: AcceptWebSocket;
  }
}
