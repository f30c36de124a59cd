/** A client of the chat line for tests: over plain TCP or TLS, line by line. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface LineClient extends AsyncDisposable {
  readonly socket: Socket;
  say(text: string): void;
  /** Resolves with what came before this text since the last call; rejects when the connection ends without it. */
  hears(text: string): Promise<string>;
  readonly heard: () => string;
  /** Resolves when the server has ended the connection. */
  readonly ended: Promise<void>;
}

export interface LineTarget {
  readonly port: number;
  readonly host?: string;
  /** The certificate to trust; none: plain. */
  readonly ca?: Buffer;
}

export async function connectLine({ port, host = '127.0.0.1', ca }: LineTarget): Promise<LineClient> {
  const socket = ca ? connectTls({ port, host, ca, servername: 'localhost' }) : connect({ port, host });
  let heard = '';
  let read = 0;
  let over = false;
  const news = new EventTarget();
  const changed = (): void => void news.dispatchEvent(new Event('news'));
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    heard += text;
    changed();
  });
  socket.on('error', () => {});
  const ended = new Promise<void>((resolve) => {
    socket.once('close', () => {
      over = true;
      changed();
      resolve();
    });
  });
  await Promise.race([once(socket, ca ? 'secureConnect' : 'connect'), ended]);
  return {
    socket,
    ended,
    heard: () => heard,
    say: (text) => void socket.write(`${text}\n`),
    async hears(text) {
      for (;;) {
        const at = heard.indexOf(text, read);
        if (at !== -1) {
          const before = heard.slice(read, at);
          read = at + text.length;
          return before;
        }
        if (over) throw new Error(`It ended before ${JSON.stringify(text)} came: ${JSON.stringify(heard.slice(read))}`);
        await once(news, 'news');
      }
    },
    async [Symbol.asyncDispose]() {
      socket.destroy();
      await ended;
    },
  };
}

/** With a name, as a visitor. */
export async function joinLine(target: LineTarget, name: string): Promise<LineClient> {
  const client = await connectLine(target);
  await client.hears('NICKNAME');
  client.say(name);
  await client.hears('Connected to server!\n');
  return client;
}
