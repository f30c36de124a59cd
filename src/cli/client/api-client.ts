import type { IncomingMessage } from 'node:http';
import type { ApiClient } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { openExchange, type Exchange } from './http-exchange.ts';
import { openLiveConnection } from './live-connection.ts';
import { problemOf } from '../problem.ts';
import { clientLimits, type ClientLimits } from '../settings.ts';

export interface ApiClientOptions {
  /** As made by `serverUrl`. */
  readonly url: string;
  readonly token?: string;
  readonly userAgent: string;
  readonly signal: AbortSignal;
  readonly limits?: ClientLimits;
}

/** Disposing closes kept connections, so that the program can end. */
export function openApiClient(options: ApiClientOptions): ApiClient & Disposable {
  const limits = options.limits ?? clientLimits;
  const exchange: Exchange = openExchange({ ...options, limits });
  const headers: Record<string, string> = {
    accept: 'application/json, application/problem+json',
    'user-agent': options.userAgent,
    ...(options.token !== undefined && { authorization: `Bearer ${options.token}` }),
  };

  const json = async <Reply>(reply: IncomingMessage): Promise<Reply> => {
    const status = reply.statusCode ?? 0;
    const bytes = await readLimited(reply, limits.maxReplyBytes, options.url);
    if (status < 200 || status > 299) throw problemOf(reply, bytes, options.url);
    if (status === 204 || bytes.length === 0) return undefined as Reply;
    try {
      return JSON.parse(bytes.toString('utf8')) as Reply;
    } catch (cause) {
      throw commandErrors('reply_unreadable', { attempted: `Read the answer of ${options.url}`, cause });
    }
  };

  return {
    url: options.url,
    async get(path) {
      return await json(await exchange.send({ method: 'GET', path, headers, signal: options.signal }));
    },
    async post(path, body, call = {}) {
      const bytes = Buffer.from(JSON.stringify(body ?? {}));
      const sent = { ...headers, 'content-type': 'application/json', ...call.headers };
      const { signal } = options;
      return await json(
        await exchange.send({ method: 'POST', path, headers: sent, bytes, signal, slow: call.slow ?? false }),
      );
    },
    async delete(path, { headers: extra, slow = false } = {}) {
      const sent = { ...headers, ...extra };
      return await json(await exchange.send({ method: 'DELETE', path, headers: sent, signal: options.signal, slow }));
    },
    async upload(method, path, { body, size, headers: extra, signal }) {
      const sent = { ...headers, 'content-type': 'application/octet-stream', ...extra };
      const stream = { body, size };
      return await json(
        await exchange.send({ method, path, headers: sent, stream, signal: both(options.signal, signal) }),
      );
    },
    async download(path, { headers: extra, signal } = {}) {
      const sent = { ...headers, accept: '*/*', ...extra };
      const either = both(options.signal, signal);
      const reply = await exchange.send({ method: 'GET', path, headers: sent, signal: either });
      const status = reply.statusCode ?? 0;
      if (status !== 200 && status !== 206) {
        throw problemOf(reply, await readLimited(reply, limits.maxReplyBytes, options.url), options.url);
      }
      return { status, headers: reply.headers, body: exchange.body(reply, either) };
    },
    live: () => openLiveConnection(options.url, headers, options.signal),
    [Symbol.dispose]() {
      exchange[Symbol.dispose]();
    },
  };
}

function both(first: AbortSignal, second: AbortSignal | undefined): AbortSignal {
  return second ? AbortSignal.any([first, second]) : first;
}

async function readLimited(reply: IncomingMessage, limit: number, url: string): Promise<Buffer> {
  const attempted = `Read the answer of ${url}`;
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of reply) {
      const bytes = piece as Buffer;
      size += bytes.length;
      if (size > limit)
        throw commandErrors('reply_unreadable', { attempted, detail: `it is longer than ${limit} bytes` });
      pieces.push(bytes);
    }
  } catch (cause) {
    if (size > limit) throw cause;
    throw commandErrors('connection_lost', { attempted, cause });
  }
  return Buffer.concat(pieces);
}
