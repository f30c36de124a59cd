/** What goes wrong on the way to the other side, told in two words: again, or never again. */
import { HoldfastError } from '../../base/errors.ts';
import { visible } from '../../base/text/visible.ts';
import { channelErrors } from './errors.ts';
import type { ChannelSettings } from './settings.ts';

interface Failure {
  /** “Send to mail.example:587”: never a secret, never the receiver. */
  readonly attempted: string;
  readonly detail: string;
  readonly remedy?: string;
  readonly cause?: unknown;
}

/** To be tried again, after `retryAfterMs` where the other side or reason says when. */
export function unavailable(failure: Failure, retryAfterMs: number | null = null): HoldfastError {
  return channelErrors('channel_unavailable', {
    ...failure,
    extra: retryAfterMs === null ? {} : { retryAfterMs },
  });
}

/** Never to be tried again. */
export function refused(failure: Failure): HoldfastError {
  return channelErrors('channel_refused', failure);
}

/** What somebody else's server said, as far as it may stand in a message: one plain line. */
export function quotedAnswer(text: string): string {
  return visible(text.replaceAll(/\s+/g, ' ').trim()).slice(0, 200);
}

/**
 * Runs `work` until it ends or its signal does: names that are asked for, and some libraries, heed no signal. Taking too
 * long becomes `channel_unavailable`; when the caller ends it, its reason is thrown.
 */
export async function withinTime(
  attempted: string,
  timeoutMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  signal.throwIfAborted();
  const deadline = AbortSignal.timeout(timeoutMs);
  const either = AbortSignal.any([signal, deadline]);
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (): void => reject(either.reason as Error);
  either.addEventListener('abort', end, { once: true });
  try {
    await Promise.race([work(either), ended]);
  } catch (cause) {
    signal.throwIfAborted();
    if (!deadline.aborted) throw cause;
    throw unavailable({ attempted, detail: `no answer within ${timeoutMs} ms`, cause });
  } finally {
    either.removeEventListener('abort', end);
  }
}

/** Failures of Node's own, by code, that are mended by a person and not by waiting. */
const TO_BE_MENDED = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ELOOP', 'EISDIR', 'ENOTDIR', 'ENXIO']);
const CERTIFICATE = /CERT|^UNABLE_TO_|^ERR_TLS_|SELF_SIGNED/;
/** No TLS at all on that port, a version too old, no cipher in common. */
const NOT_TLS = /^ERR_SSL_|^ETLS$/;

/** Gives what the system says a code of ours; everything else, such as mistakes of this program, passes as it is. */
export function systemFailure(
  cause: unknown,
  attempted: string,
  { channelMendRetryMs }: Pick<ChannelSettings, 'channelMendRetryMs'>,
  code: unknown = (cause as { code?: unknown } | null)?.code,
): unknown {
  if (!(cause instanceof Error) || cause instanceof HoldfastError || typeof code !== 'string') return cause;
  if (CERTIFICATE.test(code)) {
    const detail = `its certificate is not trusted: ${code}`;
    const remedy =
      'Check the name of the host. Where its certificate comes from an authority of your own, give that one as “ca”.';
    return unavailable({ attempted, detail, remedy, cause }, channelMendRetryMs);
  }
  if (NOT_TLS.test(code)) {
    const detail = `no TLS could be agreed on: ${code}`;
    return unavailable(
      { attempted, detail, remedy: 'Check the port, and whether it speaks TLS.', cause },
      channelMendRetryMs,
    );
  }
  if (code.startsWith('ERR_')) return cause;
  return unavailable({ attempted, detail: code, cause }, TO_BE_MENDED.has(code) ? channelMendRetryMs : null);
}
