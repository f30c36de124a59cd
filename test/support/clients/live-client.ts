/** A client of `/api/v1/live`. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface LiveClient extends AsyncDisposable {
  /** Resolves with the next message that fits, messages that came already included. */
  next(fits?: (message: LiveText) => boolean): Promise<LiveText>;
  /** Everything that came so far, in order. */
  readonly heard: LiveText[];
  send(data: string | Buffer): void;
  /** Resolves when it is over. */
  readonly ended: Promise<{ readonly code: number; readonly reason: string }>;
}

export type LiveText = { readonly type: string } & Readonly<Record<string, unknown>>;

export class RefusedUpgrade extends Error {
  readonly status: number;
  readonly body: string;
  constructor(status: number, body: string) {
    super(`The upgrade was answered ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** Throws {@link RefusedUpgrade} when the server answers something else. */
export async function connectLive(
  url: string,
  headers: Readonly<Record<string, string>>,
  path = '/api/v1/live',
): Promise<LiveClient> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${path}`, { headers });
  const heard: LiveText[] = [];
  const taken = new Set<LiveText>();
  const news = new EventTarget();
  const ended = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => {
      resolve({ code, reason: reason.toString() });
      news.dispatchEvent(new Event('news'));
    });
  });
  socket.on('message', (data) => {
    heard.push(JSON.parse((data as Buffer).toString('utf8')) as LiveText);
    news.dispatchEvent(new Event('news'));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.on('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.once('close', () =>
        reject(new RefusedUpgrade(response.statusCode ?? 0, Buffer.concat(pieces).toString('utf8'))),
      );
    });
  });
  return {
    heard,
    ended,
    send: (data) => socket.send(data),
    async next(fits = () => true) {
      for (;;) {
        const found = heard.find((message) => !taken.has(message) && fits(message));
        if (found) {
          taken.add(found);
          return found;
        }
        if (socket.readyState === socket.CLOSED) throw new Error('The connection ended');
        await once(news, 'news');
      }
    },
    async [Symbol.asyncDispose]() {
      socket.terminate();
      await ended;
    },
  };
}
