import type { Agent, ClientRequest, IncomingMessage, request as makeRequest } from 'node:http';
import { httpOnUse, httpsOnUse } from '../../base/http/node-http.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import type { HoldfastError } from '../../base/errors.ts';
import type { ClientLimits } from '../settings.ts';

export interface ExchangeRequest {
  readonly method: string;
  /** Below /api/v1. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes?: Buffer;
  /** The next piece is asked for when nothing reads the last one any more. */
  readonly stream?: { readonly body: AsyncIterable<Uint8Array>; readonly size: number | undefined };
  readonly signal: AbortSignal;
  /** The answer may take as long as that of an upload. */
  readonly slow?: boolean;
}

/** One server over kept connections. Nothing is followed or repeated here: a token goes to one address only. */
export interface Exchange extends Disposable {
  /** Resolves with the head of the answer; an answer that comes before the body was sent counts too. */
  send(request: ExchangeRequest): Promise<IncomingMessage>;
  /** The body of an answer; throws when it ends early. */
  body(reply: IncomingMessage, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

interface ExchangeOptions {
  readonly url: string;
  readonly limits: ClientLimits;
}

export function openExchange({ url, limits }: ExchangeOptions): Exchange {
  const base = new URL(url);
  const secure = base.protocol === 'https:';
  const attempted = `Ask ${url}`;
  let transport: { agent: Agent; request: typeof makeRequest } | undefined;

  const open = (): { agent: Agent; request: typeof makeRequest } => {
    if (transport) return transport;
    const options = { keepAlive: true, maxSockets: 64, scheduling: 'lifo' } as const;
    const { Agent, request } = secure ? httpsOnUse() : httpOnUse();
    return (transport = { agent: new Agent(options), request });
  };

  const start = async (
    call: ExchangeRequest,
  ): Promise<{ request: ClientRequest; answer: Promise<IncomingMessage> }> => {
    const { agent, request: makeRequest } = open();
    call.signal.throwIfAborted();
    const size = call.bytes?.length ?? call.stream?.size;
    const hasBody = call.bytes !== undefined || call.stream !== undefined;
    const request = makeRequest({
      agent,
      method: call.method,
      protocol: base.protocol,
      hostname: base.hostname.replace(/^\[|\]$/g, ''),
      port: base.port || (secure ? 443 : 80),
      path: `${base.pathname.replace(/\/$/, '')}/api/v1${call.path}`,
      headers: { ...call.headers, ...(hasBody && size !== undefined && { 'content-length': String(size) }) },
      signal: call.signal,
      timeout: call.slow ? limits.storedTimeoutMs : limits.stallTimeoutMs,
    });
    request.on('timeout', () => request.destroy(commandErrors('server_stalled', { attempted })));
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      request.on('response', resolve);
      request.on('error', reject);
    });
    // The request may fail while its body is still being sent; whoever awaits the answer sees it then.
    answer.catch(() => undefined);
    return { request, answer };
  };

  return {
    async send(call) {
      try {
        const { request, answer } = await start(call);
        if (!call.stream) request.end(call.bytes);
        else
          await sendStream(request, answer, call.stream.body, limits).catch((error: unknown) => {
            request.destroy();
            throw error;
          });
        return await answer;
      } catch (error) {
        throw told(error, call.signal, attempted);
      }
    },
    async *body(reply, signal) {
      let stalled = false;
      const { socket } = reply;
      const onTimeout = (): void => void (stalled = true);
      socket.once('timeout', onTimeout);
      try {
        yield* reply as AsyncIterable<Buffer>;
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw commandErrors(stalled ? 'server_stalled' : 'connection_lost', { attempted, cause: error });
      } finally {
        // The connection is kept and carries many more answers.
        socket.off('timeout', onTimeout);
      }
      if (!reply.complete) throw commandErrors('connection_lost', { attempted });
    },
    [Symbol.dispose]() {
      transport?.agent.destroy();
    },
  };
}

/** Resolves when all is sent or an answer is there; what `body` throws comes through as it is. */
async function sendStream(
  request: ClientRequest,
  answer: Promise<IncomingMessage>,
  body: AsyncIterable<Uint8Array>,
  limits: ClientLimits,
): Promise<void> {
  let over = false;
  const ended = answer.then(
    () => (over = true),
    () => (over = true),
  );
  for await (const piece of body) {
    // Refused or broken before all was sent: the rest stays here.
    if (over) return;
    const isWritten = new Promise((resolve) => request.write(piece, resolve));
    await Promise.race([isWritten, ended]);
  }
  if (over) return;
  request.setTimeout(limits.storedTimeoutMs);
  request.end();
}

function isOurs(error: unknown): error is HoldfastError {
  return (error as HoldfastError | undefined)?.name === 'HoldfastError';
}

const CERTIFICATE = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED|ERR_TLS_CERT|ERR_SSL|HOSTNAME_MISMATCH|EPROTO)/;

/** What happened, in the person's words. An abort keeps its reason: Ctrl-C, or a transfer that another one ended. */
function told(error: unknown, signal: AbortSignal, attempted: string): unknown {
  if (signal.aborted) return signal.reason ?? error;
  if (isOurs(error)) return error;
  const { code = '', message = '' } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code.startsWith('HPE_')) {
    return commandErrors(code.startsWith('HPE_') ? 'reply_unreadable' : 'connection_lost', { attempted, cause: error });
  }
  if (CERTIFICATE.test(code)) {
    return commandErrors('server_certificate_refused', { attempted, detail: code, cause: error });
  }
  if (/^E[A-Z]+$/.test(code))
    return commandErrors('server_unreachable', { attempted, detail: reason(code, message), cause: error });
  return error;
}

function reason(code: string, message: string): string {
  if (code === 'ECONNREFUSED') return 'nothing listens at that address';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name is not known';
  if (code === 'ETIMEDOUT') return 'it does not answer';
  return message || code;
}
