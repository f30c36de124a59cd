/** Requests to somebody else's server, over a connection that leads where it was checked to lead. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { httpOnUse, httpsOnUse } from '../../base/http/node-http.ts';
import { lookupOf } from './webhook-address.ts';

/**
 * The status and `Retry-After`; a redirect is not followed. The body is read where `answerBytes` says how much of it may
 * be: longer ones are empty.
 */
export async function post(
  url: URL,
  body: string,
  options: {
    readonly headers: Readonly<Record<string, string | number>>;
    readonly ca: string | null;
    readonly addresses: readonly string[];
    readonly signal: AbortSignal;
    readonly answerBytes?: number;
  },
): Promise<{ readonly status: number; readonly retryAfter: string | undefined; readonly text: string }> {
  const { headers, ca, addresses, signal, answerBytes = 0 } = options;
  const { request } = url.protocol === 'https:' ? httpsOnUse() : httpOnUse();
  const sent = request(url, {
    method: 'POST',
    headers,
    lookup: lookupOf(addresses),
    // A connection of its own, so that none is found again that led elsewhere, and no proxy of the environment.
    agent: false,
    maxHeaderSize: 16 * 1024,
    minVersion: 'TLSv1.2',
    ...(ca === null ? {} : { ca }),
    signal,
  });
  try {
    sent.end(body);
    const [answer] = (await once(sent, 'response', { signal })) as [IncomingMessage];
    const text = answerBytes === 0 ? '' : await textOf(answer, answerBytes);
    return { status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'], text };
  } finally {
    // Breaking off makes an error of its own, which tells nothing any more.
    sent.on('error', () => undefined);
    sent.destroy();
  }
}

async function textOf(answer: IncomingMessage, atMost: number): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > atMost) return '';
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

const DAY = 86_400_000;

/** RFC 9110 section 10.2.3: seconds, or a date. At most a day, so that nobody can put us off for good. */
export function retryAfterMs(value: string | undefined, nowMs: number): number | null {
  if (value === undefined) return null;
  const seconds = /^[0-9]{1,10}$/.test(value);
  // Date.parse reads far more than the dates of HTTP, `-5` among it.
  const wait = seconds ? Number(value) * 1000 : value.endsWith(' GMT') ? Date.parse(value) - nowMs : Number.NaN;
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), DAY) : null;
}
