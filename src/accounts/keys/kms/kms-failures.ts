import { accountErrors } from '../../errors.ts';

const GONE = new Set(['DisabledException', 'KMSInvalidStateException', 'NotFoundException', 'KeyUnavailableException']);
/** Of another key, or another context: KMS tells neither which nor what was right. */
const OTHER = new Set(['IncorrectKeyException', 'InvalidCiphertextException']);
const DENIED = new Set([
  'AccessDeniedException',
  'AccessDenied',
  'CredentialsProviderError',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'TokenProviderError',
  'UnrecognizedClientException',
]);

/** Gives what KMS, or the way to it, has failed with a code of ours. */
export function kmsFailure(error: unknown, attempted: string): Error {
  const { name = 'unknown error', $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  const failure = { attempted, detail: status === undefined ? name : `${name}, ${status}`, cause: error };
  if (OTHER.has(name)) {
    return accountErrors('workspace_key_mismatch', {
      ...failure,
      detail: 'it was wrapped by another key of KMS, or for another workspace',
      remedy:
        'Name the key of KMS that it was wrapped with in HOLDFAST_WORKSPACE_KEY, and the records that belong to it.',
    });
  }
  if (GONE.has(name)) return accountErrors('workspace_key_kms_unusable', failure);
  if (DENIED.has(name) || status === 401 || status === 403) return accountErrors('workspace_key_kms_denied', failure);
  return accountErrors('workspace_key_kms_unreachable', failure);
}
