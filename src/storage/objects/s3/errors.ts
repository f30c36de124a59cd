import { HoldfastError } from '../../../base/errors.ts';
import { storageErrors } from '../../errors.ts';

type StorageCode = keyof typeof storageErrors.entries;

/** What stores call their errors, and what we call them. What is not listed is told by the HTTP status. */
const CODES: Readonly<Record<string, StorageCode>> = {
  NoSuchKey: 'object_not_found',
  NoSuchVersion: 'object_not_found',
  NotFound: 'object_not_found',
  NoSuchUpload: 'upload_not_found',
  InvalidPart: 'upload_parts_invalid',
  InvalidPartOrder: 'upload_parts_invalid',
  EntityTooSmall: 'upload_parts_invalid',
  EntityTooLarge: 'object_too_large',
  InvalidRange: 'range_invalid',
  KeyTooLongError: 'object_key_invalid',
  PreconditionFailed: 'object_exists',
  NoSuchBucket: 'store_unavailable',
  InvalidBucketName: 'store_url_invalid',
  PermanentRedirect: 'store_url_invalid',
  AuthorizationHeaderMalformed: 'store_url_invalid',
  QuotaExceeded: 'store_full',
  InsufficientStorage: 'store_full',
  XMinioStorageFull: 'store_full',
  // The next try comes with the clock corrected by the answer.
  RequestTimeTooSkewed: 'store_unavailable',
  RequestTimeout: 'store_unavailable',
  SlowDown: 'store_unavailable',
  InternalError: 'store_unavailable',
  AnswerNotS3: 'store_unavailable',
  // What the client itself reports.
  TimeoutError: 'store_unavailable',
  // versitygw's word for an access key that it does not know, with the status of an object that is not there.
  XAdminUserNotFound: 'store_denied',
  CredentialsProviderError: 'store_denied',
  TokenProviderError: 'store_denied',
};

const READ_AGAIN =
  'A file of credentials is read again by itself; with what the environment gave the server has to be started again.';

/** Its first copies are gone with it, or the second ones. */
export const BUCKET_IS_GONE =
  'Make the bucket, or correct its name in HOLDFAST_OBJECTS or HOLDFAST_BACKUP. If it was there and was deleted, make it again, and start the server once with --adopt-store primary (objects) or --adopt-store backup (second copies): everything is copied into it again from the other store.';

const UNKNOWN_KEY = `The store does not know the access key: look whether it was removed there, and give the server one that is in force. ${READ_AGAIN}`;

const REMEDIES: Readonly<Partial<Record<string, string>>> = {
  NoSuchBucket: BUCKET_IS_GONE,
  AnswerNotS3:
    'What answered is no S3 store: a page to log in to the network, a proxy, or the console beside the store. Look at the endpoint in the address of the store, and at the way there. Nothing of this answer was believed.',
  PermanentRedirect: 'The bucket lies in another Region: name it in the address of the store (?region=).',
  AuthorizationHeaderMalformed: 'The bucket lies in another Region: name it in the address of the store (?region=).',
  CredentialsProviderError:
    'Give the server credentials by any way of the AWS chain: a role of the machine, AWS_PROFILE, or AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY. Where the address of the store names a profile (profile=NAME), that profile has to stand in the shared AWS files of the user that runs the server (~/.aws/credentials, or what AWS_SHARED_CREDENTIALS_FILE names): no other credentials are tried.',
  ExpiredToken: `The credentials have expired: renew them, or give the server a role that renews itself. ${READ_AGAIN}`,
  InvalidToken: `The session token of the credentials is not good: renew them. ${READ_AGAIN}`,
  InvalidAccessKeyId: UNKNOWN_KEY,
  XAdminUserNotFound: UNKNOWN_KEY,
  SignatureDoesNotMatch: `The secret key does not fit the access key: check the credentials of the server. ${READ_AGAIN}`,
  SlowDown:
    'The store asks for fewer requests at a time. Repeat the action in a moment; if it stays, lower HOLDFAST_S3_PARTS_AT_ONCE, or ask whoever runs the store.',
  'KMS.NotFoundException':
    'The key of the key service is not there: correct kmsKey= in the address of the store, or leave it out for the key of the account.',
  'KMS.DisabledException': 'The key of the key service is switched off: switch it on, or name another one (kmsKey=).',
  'KMS.KMSInvalidStateException':
    'The key of the key service cannot be used, perhaps because it is to be deleted: call that off, or what it encrypts is lost; or name another one (kmsKey=).',
  UserSuspended: 'The store has suspended the account of the access key: ask whoever runs the store.',
};

/** Where the name says nothing more: the sentences of the codes are about disks. */
const USUAL_REMEDIES: Readonly<Partial<Record<StorageCode, string>>> = {
  store_unavailable:
    'Repeat the action in a moment. If it stays, look whether the store is up and can be reached from the server: `holdfast doctor` tries it.',
  store_denied: 'Give the credentials of the server the rights that `holdfast doctor` prints.',
};

/** The fields of an SDK error that count, whatever class it is of. */
export interface S3Failure {
  /** `NoSuchKey`, `SlowDown`, `TimeoutError`, or a system code such as `ECONNRESET`. */
  readonly name: string;
  /** `null` when no answer came. */
  readonly status: number | null;
}

/** `null` for what is no failure of a store: mistakes of this program, reasons of aborts, broken sources. */
export function s3Failure(error: unknown): S3Failure | null {
  if (!(error instanceof Error) || error instanceof HoldfastError) return null;
  const { $metadata, code, Code } = error as {
    $metadata?: { httpStatusCode?: number };
    code?: unknown;
    Code?: unknown;
  };
  const status = $metadata?.httpStatusCode ?? null;
  if (typeof Code === 'string' && status !== null) return { name: Code, status };
  if (status !== null || error.name in CODES) return { name: error.name, status };
  if (typeof code !== 'string') return null;
  // Node's own argument errors (ERR_…) are mistakes of this program, not of the store, except for this one. HPE_…: what
  // came back is no HTTP.
  const isSystem =
    /^(E|HPE_)[A-Z0-9_]+$/.test(code) && (!code.startsWith('ERR_') || code === 'ERR_STREAM_PREMATURE_CLOSE');
  if (isSystem) return { name: code, status };
  return null;
}

/** Gives what a store or the way to it has failed with a code of ours; everything else passes as it is. */
export function s3Error(error: unknown, attempted: string): unknown {
  const failure = s3Failure(error);
  if (!failure) return error;
  const { name, status } = failure;
  const code = CODES[name] ?? codeOfStatus(status);
  const remedy = REMEDIES[name] ?? USUAL_REMEDIES[code];
  return storageErrors(code, {
    attempted,
    detail: status === null ? name : `${name}, ${status}`,
    cause: error,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

function codeOfStatus(status: number | null): StorageCode {
  switch (status) {
    case 404:
      return 'object_not_found';
    case 412:
      return 'object_exists';
    case 413:
      return 'object_too_large';
    case 416:
      return 'range_invalid';
    case 507:
      return 'store_full';
    case 408:
    case 409:
    case 429:
    case null:
      return 'store_unavailable';
    default:
      // 400, 403, 405, 501: it was understood and will not be done. Below 400: what came with it could not be read.
      return status < 400 || (status >= 500 && status !== 501) ? 'store_unavailable' : 'store_denied';
  }
}
