/** What DynamoDB and its SDK throw becomes a code of ours, and tells whether the same call may be made again. */
import { HoldfastError } from '../../../base/errors.ts';
import { storageErrors } from '../../errors.ts';

/** `conflict`: another transaction has the item just now; `throttled`: too much asked; `away`: no proper answer. */
export type Transient = 'conflict' | 'throttled' | 'away';

const THROTTLED = new Set([
  'ProvisionedThroughputExceededException',
  'ProvisionedThroughputExceeded',
  'ThrottlingException',
  'ThrottlingError',
  'Throttling',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
]);

const BUSY = new Set(['TransactionConflict', 'TransactionConflictException', 'TransactionInProgressException']);

const DENIED: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'ExpiredTokenException',
  'ExpiredToken',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'KMSAccessDeniedException',
  'MissingAuthenticationTokenException',
  'MissingAuthenticationToken',
  'NotAuthorized',
  'OptInRequired',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

/** `null`: trying again would change nothing. */
export function transientKind(error: unknown): Transient | null {
  if (error instanceof HoldfastError) return null;
  const name = nameOf(error);
  const reasons = cancellationCodes(error);
  if (reasons) {
    if (reasons.includes('ConditionalCheckFailed')) return null;
    if (reasons.some((code) => BUSY.has(code))) return 'conflict';
    return reasons.some((code) => THROTTLED.has(code)) ? 'throttled' : null;
  }
  if (THROTTLED.has(name)) return 'throttled';
  if (BUSY.has(name)) return 'conflict';
  const { status, clockSkewCorrected } = metadataOf(error);
  // The SDK has set its clock by the answer's date: the next signature counts.
  if (clockSkewCorrected) return 'away';
  if (DENIED.has(name) || isCredentialsTrouble(name)) return null;
  // No status: the connection failed or ended, or the answer took too long.
  return status === undefined || status >= 500 || status === 429 || isGarbled(error, status) ? 'away' : null;
}

/** Gives an error of DynamoDB or its SDK a code of ours; what has one passes as it is. */
export function dynamoError(error: unknown, attempted: string): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const name = nameOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const detail = message.startsWith(name) ? message : `${name}: ${message}`;
  const index = cancellationCodes(error)?.indexOf('ConditionalCheckFailed') ?? -1;
  if (index >= 0) return storageErrors('record_conflict', { attempted, extra: { index }, cause: error });
  if (name === 'ResourceNotFoundException') return storageErrors('records_missing', { attempted, cause: error });
  if (DENIED.has(name) || isCredentialsTrouble(name)) {
    return storageErrors('records_denied', { attempted, detail, remedy: remedyOf(name), cause: error });
  }
  return storageErrors('records_unavailable', { attempted, detail, remedy: AWAY, cause: error });
}

const AWAY =
  'Repeat the action in a moment. If it stays, see the log of the server, the health of DynamoDB in its region, and the quotas of the table.';

function remedyOf(name: string): string {
  if (name === 'AccessDeniedException') {
    return 'Give the role of the server the permissions that `holdfast doctor` prints.';
  }
  if (/signature/i.test(name)) return 'Set the clock of this machine, and look at the AWS credentials of the server.';
  return 'Renew the AWS credentials of the server (AWS_PROFILE, the environment or the role of the machine).';
}

function isCredentialsTrouble(name: string): boolean {
  return name === 'CredentialsProviderError' || name === 'TokenProviderError';
}

/** A proxy answered in its own words. */
function isGarbled(error: unknown, status: number): boolean {
  return error instanceof SyntaxError && status !== 400;
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Error';
  return error.name === 'Error' && 'code' in error ? String(error.code) : error.name;
}

function metadataOf(error: unknown): { readonly status?: number; readonly clockSkewCorrected?: boolean } {
  const metadata =
    error instanceof Error && '$metadata' in error
      ? (error.$metadata as { httpStatusCode?: number; clockSkewCorrected?: boolean } | undefined)
      : undefined;
  return {
    ...(metadata?.httpStatusCode === undefined ? {} : { status: metadata.httpStatusCode }),
    ...(metadata?.clockSkewCorrected === undefined ? {} : { clockSkewCorrected: metadata.clockSkewCorrected }),
  };
}

/** Why each operation of a transaction did not happen, in its order; `undefined` for any other error. */
function cancellationCodes(error: unknown): string[] | undefined {
  if (nameOf(error) !== 'TransactionCanceledException') return undefined;
  const { CancellationReasons: reasons = [] } = error as { CancellationReasons?: { Code?: string }[] };
  return reasons.map(({ Code }) => Code ?? 'None');
}
