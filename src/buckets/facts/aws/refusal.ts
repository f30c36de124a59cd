/** What the SDK's errors mean for a guard, whatever class they are of. */
import { refusalOf, type Refusal } from '../../../base/aws/sdk-refusal.ts';
import type { Verdict } from '../pace.ts';
import type { UnreadReason } from '../fact.ts';

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
