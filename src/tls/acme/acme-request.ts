/** One request to a certificate authority: bounded in time and size, over TLS that is checked. */
import type { IncomingHttpHeaders } from 'node:http';
import { httpsOnUse } from '../../base/http/node-http.ts';
import { acmeErrors } from './errors.ts';

export interface AcmeAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface AcmeRequest {
  readonly url: string;
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** A signed message. */
  readonly body?: string;
  /** Whom to trust in place of the usual authorities, PEM; `null`: those. */
  readonly ca: Buffer | null;
  readonly userAgent: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const MAX_BYTES = 262_144;

/** Throws `acme_unreachable`, `acme_answer_invalid`; a status is an answer, whatever it says. */
export async function askAcme(request: AcmeRequest): Promise<AcmeAnswer> {
  const { url, method, body, ca, userAgent } = request;
  const attempted = `Ask ${hostOf(url)}`;
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(request.timeoutMs)]);
  const { promise, resolve, reject } = Promise.withResolvers<AcmeAnswer>();
  const failed = (cause: Error): void => {
    const detail = (cause as NodeJS.ErrnoException).code ?? cause.name;
    reject(acmeErrors('acme_unreachable', { attempted, detail, cause }));
  };
  const sent = httpsOnUse().request(
    url,
    {
      method,
      ...(ca && { ca }),
      signal,
      // One answer each, seldom: nothing is worth keeping open.
      agent: false,
      headers: {
        'user-agent': userAgent,
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/jose+json', 'content-length': String(Buffer.byteLength(body)) }),
      },
    },
    (answer) => {
      const pieces: Buffer[] = [];
      let size = 0;
      answer.on('data', (piece: Buffer) => {
        size += piece.length;
        if (size <= MAX_BYTES) return void pieces.push(piece);
        reject(acmeErrors('acme_answer_invalid', { attempted, detail: 'an answer is too large' }));
        answer.destroy();
      });
      answer.on('error', failed);
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(pieces) });
      });
    },
  );
  sent.on('error', failed);
  sent.end(body);
  return await promise;
}

/** Of an answer that is a JSON object; else an empty one. */
export function jsonOf({ body }: Pick<AcmeAnswer, 'body'>): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'the certificate authority';
}

/** Seconds or a date (RFC 9110 section 10.2.3); `null`: neither. */
export function retryAfterMs(headers: IncomingHttpHeaders, nowMs: number): number | null {
  const text = headers['retry-after'];
  if (text === undefined) return null;
  if (/^[0-9]{1,9}$/.test(text)) return Number(text) * 1000;
  const until = Date.parse(text);
  return Number.isNaN(until) ? null : Math.max(0, until - nowMs);
}
