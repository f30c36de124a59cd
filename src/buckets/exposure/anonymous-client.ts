import type { IncomingMessage, RequestOptions } from 'node:http';
import { httpOnUse, httpsOnUse } from '../../base/http/node-http.ts';

export interface AnonymousRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface AnonymousAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Its beginning, at most {@link BODY_LIMIT} bytes. */
  readonly body: string;
}

/** Asks without any credential. Rejects when there is no answer: no such host, no connection, too slow, aborted. */
export type AskAnonymously = (request: AnonymousRequest, signal: AbortSignal) => Promise<AnonymousAnswer>;

/** Bytes: a page of one key and every error is far below it. */
export const BODY_LIMIT = 64 * 1024;

/** Over plain sockets: no cookie, no proxy, no redirect, and a connection of its own for each request. */
export function askOverHttp(timeoutMs: number): AskAnonymously {
  return async (asked, signal) => {
    const late = AbortSignal.timeout(timeoutMs);
    const answer = await sent(asked, AbortSignal.any([signal, late]));
    try {
      return { status: answer.statusCode ?? 0, headers: answer.headers, body: await beginningOf(answer) };
    } finally {
      answer.destroy();
    }
  };
}

async function sent({ method, url, headers, body }: AnonymousRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const options: RequestOptions = { method, headers, signal, agent: false };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = url.protocol === 'https:' ? httpsOnUse().request(url, options) : httpOnUse().request(url, options);
  request.on('response', resolve).on('error', reject).end(body);
  return await promise;
}

async function beginningOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= BODY_LIMIT) break;
  }
  return Buffer.concat(chunks).subarray(0, BODY_LIMIT).toString('utf8');
}
