/**
 * The one way to the server. The session is a cookie that the browser adds and no script sees; nothing secret passes
 * through here but what a person typed.
 */
import { ApiError, problemFrom, unreachable, unreachableWithInput } from './problem.ts';
import { noteSignedOut, readInSession } from './session.ts';

export interface RequestOptions {
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Asks without knowing whether anybody is logged in: a 401 is an answer and no event. */
  readonly mayBeSignedOut?: boolean;
  /** Goes on when the page is left. */
  readonly keepalive?: boolean;
}

/** Throws {@link ApiError}. `path` is below `/api/v1`. */
export async function request<Reply>(method: string, path: string, options: RequestOptions = {}): Promise<Reply> {
  const { json, headers, signal, mayBeSignedOut = false, keepalive = false } = options;
  const unanswered = (cause: unknown): never => {
    if (signal?.aborted) throw cause;
    throw new ApiError(json === undefined ? unreachable : unreachableWithInput);
  };
  // Whoever is not sure of a session is answered without one too.
  const send = method === 'GET' && !mayBeSignedOut ? readInSession : fetch;
  const response = await send(`/api/v1${path}`, {
    method,
    credentials: 'same-origin',
    keepalive,
    headers: { accept: 'application/json', ...(json === undefined ? {} : jsonType), ...headers },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch(unanswered);
  if (response.status === 204) return undefined as Reply;
  // One that broke off is no answer, whatever its status was.
  const body: unknown = await response
    .json()
    .catch((cause: unknown) => (cause instanceof SyntaxError ? null : unanswered(cause)));
  if (response.ok) return body as Reply;
  if (response.status === 401 && !mayBeSignedOut) noteSignedOut(body);
  throw new ApiError(problemFrom(response.status, body, response.headers.get('retry-after')));
}

/** What a file holds, as a whole. Throws {@link ApiError}, and whatever the signal throws. */
export async function requestBytes(path: string, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const init: RequestInit = { credentials: 'same-origin', ...(signal === undefined ? {} : { signal }) };
  try {
    const response = await readInSession(`/api/v1${path}`, init);
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    const body: unknown = await response.json().catch(() => null);
    if (response.status === 401) noteSignedOut(body);
    throw new ApiError(problemFrom(response.status, body, response.headers.get('retry-after')));
  } catch (cause) {
    if (signal?.aborted || cause instanceof ApiError) throw cause;
    throw new ApiError(unreachable);
  }
}

/** An answer that comes line by line, each a JSON text, as it is found. Throws {@link ApiError}. */
export async function* requestLines<Line>(path: string, signal: AbortSignal): AsyncGenerator<Line> {
  const unanswered = (cause: unknown): never => {
    if (signal.aborted) throw cause;
    throw new ApiError(unreachable);
  };
  const response = await readInSession(`/api/v1${path}`, { credentials: 'same-origin', signal }).catch(unanswered);
  if (!response.ok || !response.body) {
    const body: unknown = await response.json().catch(() => null);
    if (response.status === 401) noteSignedOut(body);
    throw new ApiError(problemFrom(response.status, body, response.headers.get('retry-after')));
  }
  let rest = '';
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(unanswered);
      const lines = (rest + (value ?? '')).split('\n');
      rest = done ? '' : (lines.pop() ?? '');
      for (const line of lines) if (line !== '') yield JSON.parse(line) as Line;
      if (done) return;
    }
  } finally {
    // Whoever stops early wants no more of it, and the server need look no further.
    reader.cancel().catch(() => undefined);
  }
}

const jsonType = { 'content-type': 'application/json' };

/** Names an act, so that repeating it after a lost answer does not do it twice. */
export function newIdempotencyKey(): string {
  // Unlike randomUUID this is there on plain HTTP too.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
