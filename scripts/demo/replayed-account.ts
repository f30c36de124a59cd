/**
 * An account of AWS as it answered once: each request that was recorded gets the reply of that time, and any other is
 * refused. Listens on the loopback address alone, and nothing of it is AWS.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface RecordedReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** By {@link requestKey}. */
export type Recording = Readonly<Record<string, RecordedReply>>;

/** Written by scripts/record-demo-account.ts. */
export const RECORDING = join(import.meta.dirname, 'account.json');
/** The longest body of a request that tells two apart. */
const MOST_BODY = 65_536;

export interface ReplayedAccount extends AsyncDisposable {
  readonly endpoint: string;
}

export async function replayAccount(path = RECORDING): Promise<ReplayedAccount> {
  const recording = JSON.parse(await readFile(path, 'utf8')) as Recording;
  const server = createServer((request, response) => {
    void (async () => {
      const reply = recording[requestKey(request, await bodyOf(request))] ?? NOT_RECORDED;
      response.writeHead(reply.status, reply.headers);
      response.end(request.method === 'HEAD' ? undefined : reply.body);
    })().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Method, path and query; of what is asked by a form or by JSON also that. */
export function requestKey({ method = '', url = '', headers }: IncomingMessage, body: string): string {
  const asked = new URL(url, 'http://account');
  asked.searchParams.delete('x-id');
  asked.searchParams.sort();
  const target = headers['x-amz-target'];
  const words = method === 'POST' ? [target, body].filter((word) => word !== undefined && word !== '') : [];
  return [method, `${asked.pathname}${asked.search}`, ...words].join(' ');
}

/** Throws where it is longer than any that is recorded. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) {
    text += String(piece);
    if (text.length > MOST_BODY) throw new Error('Replay an account: the request is longer than any that was recorded');
  }
  return text;
}

const NOT_RECORDED: RecordedReply = {
  status: 403,
  headers: { 'content-type': 'application/xml' },
  body: '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Not recorded</Message></Error>',
};
