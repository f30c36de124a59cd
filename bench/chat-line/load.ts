/**
 * The clients of bench/chat-line.ts, the same for both protocols: `load.ts line|irc PORT CLIENTS`. Connects all, tells so, and
 * answers each {@link Asked} with {@link Figures}.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export type Protocol = 'line' | 'irc';
export type Ready = { readonly ready: true };
/** `everyMs` 0: all at once. */
export type Asked = { readonly messages: number; readonly everyMs: number };
export type Figures = { readonly deliveriesPerSecond: number; readonly p50Ms: number; readonly p99Ms: number };

/** How many clients look at each line; all of them count. */
const LOOKING = 40;
const TEXT_BYTES = 64;
const MARK = '#message-';
const ID_DIGITS = 6;
const LF = 0x0a;
/** Handshakes at the same time. */
const CONNECTING = 50;
const ROOM = '#room';

const [protocol = 'line', port = '0', clientCount = '0'] = process.argv.slice(2) as [Protocol, string, string];
const CLIENTS = Number(clientCount);
/** All equally long, so that lines are. */
const nameOf = (index: number): string => `c${String(index).padStart(5, '0')}`;

interface Run {
  readonly sentMs: number[];
  readonly delaysMs: number[];
  /** Lines that are still to come. */
  left: number;
  lastMs: number;
  readonly done: () => void;
}
let run: Run | undefined;

/** What a line of a message holds behind whatever the protocol puts in front. */
function textOf(id: number): string {
  return `${MARK}${String(id).padStart(ID_DIGITS, '0')} `.padEnd(TEXT_BYTES, 'x');
}

async function connected(index: number): Promise<Socket> {
  const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
  const name = nameOf(index);
  let heard = '';
  const hears = async (text: string): Promise<void> => {
    while (!heard.includes(text)) {
      const [bytes] = (await once(socket, 'data')) as [Buffer];
      heard += bytes.toString('latin1');
    }
  };
  await once(socket, 'connect');
  if (protocol === 'line') {
    await hears('NICKNAME');
    socket.write(`${name}\n`);
    await hears('Connected to server!\n');
  } else {
    socket.write(`NICK ${name}\r\nUSER ${name} 0 * :${name}\r\n`);
    await hears(' 001 ');
    socket.write(`JOIN ${ROOM}\r\n`);
    await hears(' 366 ');
  }
  return socket;
}

/** Counts the lines of messages, and looks at each where it is told to. */
function listen(socket: Socket, looks: boolean): void {
  let rest = '';
  socket.on('data', (bytes: Buffer) => {
    if (!run) return;
    const nowMs = performance.now();
    let lines = 0;
    for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) lines += 1;
    run.left -= lines;
    run.lastMs = nowMs;
    if (looks) {
      const whole = `${rest}${bytes.toString('latin1')}`.split('\n');
      rest = whole.pop() ?? '';
      for (const line of whole) {
        const at = line.indexOf(MARK) + MARK.length;
        run.delaysMs.push(nowMs - (run.sentMs[Number(line.slice(at, at + ID_DIGITS))] ?? Number.NaN));
      }
    }
    if (run.left <= 0) run.done();
  });
  socket.on('close', () => {
    process.stderr.write('A client was closed by the server\n');
    process.exit(1);
  });
}

async function measure(sockets: readonly Socket[], { messages, everyMs }: Asked): Promise<Figures> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // ngIRCd does not send a message back to its sender.
  const lines = messages * (protocol === 'line' ? CLIENTS : CLIENTS - 1);
  run = { sentMs: [], delaysMs: [], left: lines, lastMs: 0, done: resolve };
  const startedMs = performance.now();
  for (let id = 0; id < messages; id += 1) {
    if (everyMs > 0) await pause(Math.max(0, startedMs + id * everyMs - performance.now()));
    const text = textOf(id);
    run.sentMs.push(performance.now());
    sockets[id % CLIENTS]?.write(protocol === 'line' ? `${text}\n` : `PRIVMSG ${ROOM} :${text}\r\n`);
  }
  await promise;
  const { delaysMs, lastMs, left } = run;
  run = undefined;
  if (left !== 0 || delaysMs.some(Number.isNaN)) throw new Error('Other lines came than were sent');
  const sorted = delaysMs.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
  return { deliveriesPerSecond: lines / ((lastMs - startedMs) / 1000), p50Ms: at(0.5), p99Ms: at(0.99) };
}

const sockets: Socket[] = [];
while (sockets.length < CLIENTS) {
  const from = sockets.length;
  const some = Array.from({ length: Math.min(CONNECTING, CLIENTS - from) }, (_, each) => connected(from + each));
  sockets.push(...(await Promise.all(some)));
}
// Joins are still on their way to those who came first.
for (const socket of sockets) socket.on('data', () => {});
await pause(2_000);
for (const [index, socket] of sockets.entries()) {
  socket.removeAllListeners('data');
  listen(socket, index % Math.ceil(CLIENTS / LOOKING) === 0);
}
process.on('message', (asked: Asked) => {
  void measure(sockets, asked).then((figures) => process.send?.(figures));
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true } satisfies Ready);
