/** A line front on a free port with a room in memory, and clients to talk to it; for tests. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import type { HoldfastError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { settingsOf } from '../../base/settings.ts';
import type { LineHub, LinePerson, RoomLine } from './hub.ts';
import { openLineFront } from './line-front.ts';
import type { Allowed } from './naming.ts';
import { noOtherServers, type OtherServers } from './other-servers.ts';
import { type LineSettings, lineSettings } from './settings.ts';

/** Forty-three characters behind the dot, as the real ones have. */
export const appPassword = `hfa_${'a'.repeat(22)}.${'b'.repeat(43)}`;

/** A room in memory. Two accounts, `ada` and `grace`, opened by {@link appPassword}; `everyone` is reserved. */
export interface MemoryRoom extends LineHub {
  readonly said: RoomLine[];
  /** What was said from account to account. */
  readonly kept: { readonly from: string; readonly to: string; readonly text: string }[];
  /** Forgets everybody's key. */
  lock(): void;
  /** Says something by another way in. */
  tell(line: RoomLine): void;
  /** Everybody with an account ignores these from now on. */
  ignore(...names: string[]): void;
  /** Ends what {@link appPassword} opened. */
  revoke(): void;
  /** What {@link say} rejects with from now on. */
  failWith: HoldfastError | Error | null;
}

export function memoryRoom(): MemoryRoom {
  const listeners = new Set<(lines: readonly RoomLine[]) => void>();
  const watching = new Set<() => void>();
  const unlocked = new Set<string>();
  const choosers = new Set<(names: ReadonlySet<string>) => void>();
  let ignored: ReadonlySet<string> = new Set();
  const room: MemoryRoom = {
    said: [],
    kept: [],
    failWith: null,
    async ownerOf(name) {
      if (name.toLowerCase() === 'everyone') return 'reserved';
      const handle = ['ada', 'grace'].find((each) => each === name.toLowerCase());
      return handle === undefined ? null : { accountId: `account-${handle}`, handle };
    },
    async logIn(owner, given): Promise<LinePerson | null> {
      if (room.failWith) throw room.failWith;
      if (given !== appPassword) return null;
      unlocked.add(owner.accountId);
      return { ...owner, role: 'member', appPasswordId: 'app-password-1' };
    },
    watch({ person }, onEnded) {
      const revoked = (): void => onEnded('credential');
      if (person) watching.add(revoked);
      return { [Symbol.dispose]: () => void watching.delete(revoked) };
    },
    async ignoredBy(_, listener) {
      choosers.add(listener);
      listener(ignored);
      return { [Symbol.dispose]: () => void choosers.delete(listener) };
    },
    ignore(...names) {
      ignored = new Set(names);
      for (const choose of choosers) choose(ignored);
    },
    enter: () => ({ [Symbol.dispose]() {} }),
    async say({ name }, text) {
      if (room.failWith) throw room.failWith;
      room.tell({ author: name, text, attachments: [] });
      return null;
    },
    async sayPrivately(from, to, text) {
      if (room.failWith) throw room.failWith;
      if (!unlocked.has(from.accountId)) return 'locked';
      room.kept.push({ from: from.handle, to: to.handle, text });
      return 'kept';
    },
    lock: () => unlocked.clear(),
    listen(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    tell(line) {
      room.said.push(line);
      for (const listener of listeners) listener([line]);
    },
    revoke() {
      for (const end of [...watching]) end();
    },
  };
  return room;
}

/** Remembers what was logged, whole. */
export function rememberedLog(): Log & { readonly text: () => string } {
  const lines: string[] = [];
  const write = (fields: object, message: string): void => void lines.push(`${JSON.stringify(fields)} ${message}`);
  return { info: write, warn: write, error: write, debug: write, text: () => lines.join('\n') };
}

export interface TestLine {
  readonly port: number;
  readonly room: MemoryRoom;
  readonly log: ReturnType<typeof rememberedLog>;
  /** The server's end of every connection, in the order they came. */
  readonly serverSockets: readonly Socket[];
  /** A client that has been asked for its name. */
  connect(): Promise<TestClient>;
  /** A client that has a name and was told so. */
  join(name: string): Promise<TestClient>;
  /** Ends the front, as a server does that stops. */
  stop(): Promise<void>;
}

export interface LineOptions {
  readonly settings?: Partial<LineSettings>;
  readonly allowed?: Allowed;
  readonly others?: OtherServers;
  readonly room?: MemoryRoom;
}

export async function openTestLine(t: TestContext, options: LineOptions = {}): Promise<TestLine> {
  const room = options.room ?? memoryRoom();
  const log = rememberedLog();
  const front = openLineFront({
    hub: room,
    others: options.others ?? noOtherServers,
    settings: settingsOf(lineSettings, options.settings),
    log,
  });
  const serverSockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    serverSockets.push(socket);
    front.accept(socket, options.allowed ?? { visitors: true, accounts: true });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clients: TestClient[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= Promise.resolve(front[Symbol.asyncDispose]()));
  t.after(async () => {
    for (const client of clients) client.socket.destroy();
    await stop();
    server.close();
  });
  const connectOne = async (): Promise<TestClient> => {
    const client = await connectTestClient(port);
    clients.push(client);
    await client.exactly('NICKNAME');
    return client;
  };
  return {
    port,
    room,
    log,
    serverSockets,
    connect: connectOne,
    async join(name) {
      const client = await connectOne();
      client.send(`${name}\n`);
      await client.line('Connected to server!');
      return client;
    },
    stop,
  };
}

export interface TestClient {
  readonly socket: Socket;
  send(text: string | Buffer): void;
  /** Everything that came so far. */
  readonly heard: () => string;
  /** The chunks as they arrived, as far as the system kept them apart. */
  readonly chunks: readonly string[];
  /** Resolves when the text that came since the last call of this kind is just this. Rejects when it cannot be any more. */
  exactly(text: string): Promise<void>;
  /** Resolves with what came before it when this line has come; rejects when the connection ends first. */
  line(text: string): Promise<string[]>;
  /** Resolves when the server has ended the connection, with everything it said. */
  readonly closed: Promise<string>;
}

export async function connectTestClient(port: number): Promise<TestClient> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let heard = '';
  let read = 0;
  const chunks: string[] = [];
  const news = new EventTarget();
  const changed = (): void => void news.dispatchEvent(new Event('news'));
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    heard += chunk;
    chunks.push(chunk);
    changed();
  });
  socket.on('error', () => {});
  let over = false;
  const closed = new Promise<string>((resolve) => {
    const end = (): void => {
      over = true;
      resolve(heard);
      changed();
    };
    socket.once('end', end);
    socket.once('close', end);
  });
  await once(socket, 'connect');
  /** Until `found` answers something; it is asked again whenever there is news. */
  const wait = async <Found>(what: string, found: () => Found | undefined): Promise<Found> => {
    for (;;) {
      const result = found();
      if (result !== undefined) return result;
      if (over) throw new Error(`The connection ended before ${what} came; heard ${JSON.stringify(heard.slice(read))}`);
      await once(news, 'news');
    }
  };
  return {
    socket,
    chunks,
    closed,
    heard: () => heard,
    send: (text) => void socket.write(text),
    exactly: (text) =>
      wait(JSON.stringify(text), () => {
        const rest = heard.slice(read);
        if (!text.startsWith(rest.slice(0, text.length)) || rest.length > text.length)
          throw new Error(`Expected ${JSON.stringify(text)}, heard ${JSON.stringify(rest)}`);
        if (rest !== text) return undefined;
        read += text.length;
        return null;
      }).then(() => undefined),
    line: (text) =>
      wait(JSON.stringify(text), () => {
        const rest = heard.slice(read);
        const at = `\n${rest}`.indexOf(`\n${text}\n`);
        if (at === -1) return undefined;
        read += at + text.length + 1;
        return rest.slice(0, at).split('\n').slice(0, -1);
      }),
  };
}
