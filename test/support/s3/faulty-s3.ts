/** Stands between a store and its S3 server, on the loopback address, and spoils what a plan says. */
import { createServer, type IncomingHttpHeaders, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface S3Call {
  readonly method: string;
  /** Of the path: behind the bucket. */
  readonly key: string;
  /** `uploads`, `partNumber`, `uploadId`, `versioning`… */
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Which call this is since the plan was set, from 1. */
  readonly nth: number;
}

/** What happens to one call. */
export type S3Fault =
  /** The server never hears of it; this is the answer. */
  | { readonly answer: number; readonly code: string }
  /** The server never hears of it; the connection breaks. */
  | 'reset'
  /** The server never hears of it, and nobody says anything. */
  | 'silence'
  /** The server does it; its answer is lost. */
  | 'lost_answer'
  /** The server does it; its answer breaks off after so many bytes. */
  | { readonly cutAfter: number }
  /** The server does it; its answer stops after so many bytes and the connection stays. */
  | { readonly stallAfter: number }
  /** The server does it; its answer is dated otherwise. */
  | { readonly date: Date };

export interface FaultyS3 extends AsyncDisposable {
  readonly endpoint: string;
  /** Made to it so far. */
  readonly connections: number;
  /** Replaces the plan; `null` spoils nothing. Calls are counted anew. */
  plan(plan: ((call: S3Call) => S3Fault | undefined) | null): void;
}

export async function faultyS3(target: string): Promise<FaultyS3> {
  let plan: ((call: S3Call) => S3Fault | undefined) | null = null;
  let calls = 0;
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', target);
    calls += 1;
    const key = url.pathname.split('/').slice(2).join('/');
    const fault = plan?.({
      method: incoming.method ?? '',
      key,
      query: url.searchParams,
      headers: incoming.headers,
      nth: calls,
    });
    if (fault === 'reset') incoming.socket.destroy();
    else if (fault === 'silence') incoming.resume();
    else if (typeof fault === 'object' && 'answer' in fault) refuse(incoming, outgoing, fault);
    else forward(target, incoming, outgoing, fault);
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    plan(next) {
      plan = next;
      calls = 0;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { answer, code }: { readonly answer: number; readonly code: string },
): void {
  incoming.resume();
  incoming.on('end', () => {
    outgoing.writeHead(answer, { 'content-type': 'application/xml' });
    outgoing.end(
      incoming.method === 'HEAD' ? undefined : `<Error><Code>${code}</Code><Message>planned</Message></Error>`,
    );
  });
}

function forward(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: Exclude<S3Fault, 'reset' | 'silence' | { readonly answer: number }> | undefined,
): void {
  // The Host that was signed stays as it is.
  const onward = request(new URL(incoming.url ?? '/', target), { method: incoming.method, headers: incoming.headers });
  incoming.pipe(onward);
  // Whoever gives up in the middle, sending or reading, is gone for the server too.
  outgoing.on('close', () => void (outgoing.writableFinished || onward.destroy()));
  onward.on('error', () => incoming.socket.destroy());
  onward.on('response', (answer) => {
    if (fault === 'lost_answer') {
      answer.resume();
      answer.on('end', () => incoming.socket.destroy());
      return;
    }
    if (typeof fault === 'object' && 'date' in fault) {
      outgoing.writeHead(answer.statusCode ?? 500, { ...answer.headers, date: fault.date.toUTCString() });
      answer.pipe(outgoing);
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 500, answer.rawHeaders);
    if (fault === undefined) {
      answer.pipe(outgoing);
      return;
    }
    const stop = 'cutAfter' in fault ? fault.cutAfter : fault.stallAfter;
    let passed = 0;
    answer.on('data', (piece: Buffer) => {
      const left = stop - passed;
      if (left <= 0) return;
      passed += piece.length;
      outgoing.write(piece.subarray(0, left));
      // Once it is on its way: an ended connection takes along what waits behind it.
      if (passed >= stop && 'cutAfter' in fault) setTimeout(() => incoming.socket.destroy(), 20);
    });
  });
}
