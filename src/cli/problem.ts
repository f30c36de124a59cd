import type { IncomingMessage } from 'node:http';
import { commandErrors } from '../base/commands/errors.ts';
import { HoldfastError } from '../base/errors.ts';

const KNOWN = new Set(['type', 'title', 'status', 'detail', 'code', 'attempted', 'remedy', 'instance']);

/** The error in an RFC 9457 answer of the server; `reply_unreadable` when something else answered. */
export function problemOf(reply: IncomingMessage, body: Buffer, url: string): HoldfastError {
  const status = reply.statusCode ?? 0;
  const problem = parse(body);
  const code = problem?.['code'];
  if (!problem || typeof code !== 'string') {
    const location = reply.headers.location;
    return commandErrors('reply_unreadable', {
      attempted: `Ask ${url}`,
      detail: location ? `status ${status}, and it points to ${location}` : `status ${status}`,
      extra: { answered: status },
    });
  }
  const text = (name: string): string | undefined => {
    const value = problem[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const retryAfter = reply.headers['retry-after'];
  const extra = Object.fromEntries(Object.entries(problem).filter(([name]) => !KNOWN.has(name)));
  const attempted = text('attempted');
  const detail = text('detail');
  return new HoldfastError(
    code,
    { status, title: text('title') ?? code, remedy: text('remedy') ?? 'See docs/errors.md for this code.' },
    {
      ...(attempted !== undefined && { attempted }),
      ...(detail !== undefined && { detail }),
      extra: retryAfter === undefined ? extra : { ...extra, retryAfter },
    },
  );
}

function parse(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
