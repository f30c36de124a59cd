/**
 * HTTP over bare sockets, for both peers alike: node:http as a client would take as long as the servers it measures.
 * Run as a process of its own (`node lean-client.ts`, jobs over the IPC channel), so that it never shares their loop.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Target {
  readonly port: number;
  /** Sent with every request, the line ends left out. */
  readonly headers: readonly string[];
}

export type ClientJob =
  | {
      /** Bodies of random bytes, each to a request of its own, `connections` at a time. */
      readonly kind: 'send';
      readonly target: Target;
      readonly method: 'PUT' | 'POST';
      readonly connections: number;
      readonly bytes: number;
      /** One request each: path, and headers of its own. */
      readonly requests: readonly { readonly path: string; readonly headers: readonly string[] }[];
      /** Answers come back, for the ids in them. */
      readonly keepAnswers: boolean;
    }
  | {
      readonly kind: 'fetch';
      readonly target: Target;
      readonly connections: number;
      readonly bytes: number;
      readonly paths: readonly string[];
    };

export interface ClientResult {
  readonly ms: number;
  readonly answers: readonly string[];
  readonly error?: string;
}

/** Random, and long enough that nothing on the way could know it from before. */
const NOISE = randomBytes(16 * 1024 * 1024);
const PIECE = 256 * 1024;

/** One kept-alive connection; one request at a time. */
class Connection {
  readonly #socket: Socket;
  #ended: Error | undefined;
  #wake: (() => void) | undefined;
  readonly #waiting: Buffer[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      this.#waiting.push(bytes);
      this.#wake?.();
    });
    const end = (error?: Error): void => {
      this.#ended ??= error ?? new Error('the connection was closed');
      this.#wake?.();
    };
    socket.on('error', end).on('close', () => end());
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Connection(socket);
  }

  close(): void {
    this.#socket.destroy();
  }

  async #read(): Promise<Buffer> {
    for (;;) {
      const bytes = this.#waiting.shift();
      if (bytes) return bytes;
      if (this.#ended) throw this.#ended;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** The head, and the body in small bodies; of large ones only the length is counted. */
  async ask(
    head: string,
    bodyBytes: number,
    noiseAt: number,
  ): Promise<{ status: number; body: Buffer; bytes: number }> {
    await this.#send(head, bodyBytes, noiseAt);
    let seen = await this.#read();
    let end = seen.indexOf('\r\n\r\n');
    while (end === -1) {
      seen = Buffer.concat([seen, await this.#read()]);
      end = seen.indexOf('\r\n\r\n');
    }
    const text = seen.toString('latin1', 0, end);
    const status = Number(text.slice(9, 12));
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? (status === 204 ? 0 : Number.NaN));
    if (Number.isNaN(length)) throw new Error(`an answer without a length: ${text}`);
    const first = seen.subarray(end + 4);
    const kept: Buffer[] = [first];
    let bytes = first.length;
    while (bytes < length) {
      const piece = await this.#read();
      bytes += piece.length;
      if (length <= PIECE) kept.push(piece);
    }
    return { status, body: Buffer.concat(kept), bytes };
  }

  async #send(head: string, bodyBytes: number, noiseAt: number): Promise<void> {
    const first = Math.min(bodyBytes, PIECE);
    this.#socket.cork();
    this.#socket.write(head);
    if (first > 0) this.#socket.write(NOISE.subarray(noiseAt, noiseAt + first));
    this.#socket.uncork();
    for (let sent = first; sent < bodyBytes;) {
      const at = (noiseAt + sent) % (NOISE.length - PIECE);
      const piece = NOISE.subarray(at, at + Math.min(PIECE, bodyBytes - sent));
      sent += piece.length;
      if (!this.#socket.write(piece)) await once(this.#socket, 'drain');
      if (this.#ended) throw this.#ended;
    }
  }
}

async function run(job: ClientJob): Promise<ClientResult> {
  const { port, headers } = job.target;
  const common = [`Host: localhost:${port}`, ...headers].join('\r\n');
  const open = await Promise.all(Array.from({ length: job.connections }, () => Connection.open(port)));
  const answers: string[] = [];
  let next = 0;
  const started = performance.now();
  const work = async (connection: Connection): Promise<void> => {
    for (;;) {
      const index = next++;
      if (job.kind === 'send') {
        const request = job.requests[index];
        if (!request) return;
        const head = [`${job.method} ${request.path} HTTP/1.1`, common, ...request.headers].join('\r\n');
        const noiseAt = (index * 4096) % (NOISE.length / 2);
        const { status, body } = await connection.ask(
          `${head}\r\nContent-Length: ${job.bytes}\r\n\r\n`,
          job.bytes,
          noiseAt,
        );
        if (status !== 201) throw new Error(`${job.method} ${request.path} answered ${status}: ${body.toString()}`);
        if (job.keepAnswers) answers[index] = body.toString();
      } else {
        const path = job.paths[index];
        if (path === undefined) return;
        const { status, bytes } = await connection.ask(`GET ${path} HTTP/1.1\r\n${common}\r\n\r\n`, 0, 0);
        if (status !== 200 || bytes !== job.bytes) throw new Error(`GET ${path}: ${status}, ${bytes} bytes`);
      }
    }
  };
  await Promise.all(open.map(work));
  const ms = performance.now() - started;
  for (const connection of open) connection.close();
  return { ms, answers };
}

process.on('message', (job: ClientJob) => {
  run(job).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ ms: 0, answers: [], error: String(error) } satisfies ClientResult),
  );
});
process.on('disconnect', () => process.exit());
