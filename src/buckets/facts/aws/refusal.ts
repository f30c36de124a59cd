/** What the SDK's errors mean for a guard, whatever class they are of. */
import type { Verdict } from '../pace.ts';
import type { UnreadReason } from '../fact.ts';

export interface Refusal {
  /** `NoSuchBucketPolicy`, `AccessDenied`, or a system code such as `ECONNRESET`. */
  readonly name: string;
  /** `null` when no answer came. */
  readonly status: number | null;
}

/** `null` for mistakes of this program. */
export function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof Error)) return null;
  const { $metadata, code, Code } = error as {
    $metadata?: { httpStatusCode?: number };
    code?: unknown;
    Code?: unknown;
  };
  const status = $metadata?.httpStatusCode ?? null;
  if (typeof Code === 'string' && Code !== '') return { name: Code, status };
  if (status !== null || FROM_THE_CLIENT.has(error.name)) return { name: error.name, status };
  return typeof code === 'string' && /^E[A-Z0-9_]+$/.test(code) ? { name: code, status } : null;
}

/** Names that the SDK gives to what never reached the store. */
const FROM_THE_CLIENT = new Set(['TimeoutError', 'AbortError', 'CredentialsProviderError', 'TokenProviderError']);
const SLOW_DOWN =
  /^(SlowDown|Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|BandwidthLimitExceeded|ServiceUnavailable$|ProvisionedThroughput)/;
const AGAIN =
  /^(InternalError|RequestTimeout|OperationAborted|TimeoutError|ECONN|EPIPE|EAI_AGAIN|ETIMEDOUT|ENETUNREACH)/;

/** Whether it is worth another attempt. */
export function judgeRefusal(error: unknown): Verdict {
  const refusal = refusalOf(error);
  if (!refusal) return 'final';
  const { name, status } = refusal;
  if (SLOW_DOWN.test(name) || status === 429 || status === 503) return 'slow_down';
  if (AGAIN.test(name)) return 'again';
  return status !== null && status >= 500 && status !== 501 ? 'again' : 'final';
}

/** Why a setting could not be read. */
export function unreadReasonOf({ name, status }: Refusal): UnreadReason {
  if (name === 'NoSuchBucket') return 'gone';
  if (SLOW_DOWN.test(name) || status === 429 || status === 503) return 'throttled';
  if (/^(TimeoutError|RequestTimeout|ETIMEDOUT)/.test(name)) return 'timed_out';
  if (/^(NotImplemented|MethodNotAllowed|NotSupported|UnsupportedOperation|XNotImplemented)/.test(name)) {
    return 'not_implemented';
  }
  if (status === 501 || status === 405) return 'not_implemented';
  if (status === 403 || status === 401 || /^(AccessDenied|CredentialsProviderError|TokenProviderError)/.test(name)) {
    return 'denied';
  }
  return 'failed';
}

/** `AccessDenied, 403`. */
export function refusalText({ name, status }: Refusal): string {
  return status === null ? name : `${name}, ${status}`;
}
