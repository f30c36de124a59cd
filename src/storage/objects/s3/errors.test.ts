import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HoldfastError } from '../../../base/errors.ts';
import { isRetryable, storageErrors } from '../../errors.ts';
import { s3Error } from './errors.ts';

const answer = (name: string, httpStatusCode: number) =>
  Object.assign(new Error('words of the store'), { name, $metadata: { httpStatusCode } });
const system = (code: string) => Object.assign(new Error(code), { code });
const codeFor = (error: unknown): string => {
  const made = s3Error(error, 'Try');
  assert.ok(made instanceof HoldfastError, String(made));
  assert.equal(made.cause, error);
  return made.code;
};

test('what stores say becomes our codes, by name where it is known, else by status', () => {
  const table: readonly (readonly [string, number, string])[] = [
    ['NoSuchKey', 404, 'object_not_found'],
    ['NotFound', 404, 'object_not_found'],
    ['NoSuchBucket', 404, 'store_unavailable'],
    ['NoSuchUpload', 404, 'upload_not_found'],
    ['PreconditionFailed', 412, 'object_exists'],
    ['ConditionalRequestConflict', 409, 'store_unavailable'],
    ['InvalidRange', 416, 'range_invalid'],
    ['EntityTooLarge', 400, 'object_too_large'],
    ['AccessDenied', 403, 'store_denied'],
    ['ExpiredToken', 400, 'store_denied'],
    ['XAdminUserNotFound', 404, 'store_denied'],
    ['RequestTimeTooSkewed', 403, 'store_unavailable'],
    ['SlowDown', 503, 'store_unavailable'],
    ['InternalError', 500, 'store_unavailable'],
    ['WhoKnows', 502, 'store_unavailable'],
    ['WhoKnows', 400, 'store_denied'],
    ['NotImplemented', 501, 'store_denied'],
    ['WhoKnows', 507, 'store_full'],
    // A proxy's page, or half of an answer.
    ['Error', 200, 'store_unavailable'],
  ];
  for (const [name, status, code] of table) assert.equal(codeFor(answer(name, status)), code, `${name} ${status}`);
});

test('a connection that breaks is a store that does not answer, and worth another try', () => {
  for (const code of [
    'ECONNRESET',
    'ECONNREFUSED',
    'EPIPE',
    'ENOTFOUND',
    'HPE_INVALID_CONSTANT',
    'ERR_STREAM_PREMATURE_CLOSE',
  ]) {
    assert.ok(isRetryable(s3Error(system(code), 'Try')), code);
  }
  const timeout = Object.assign(new Error('slow'), { name: 'TimeoutError' });
  assert.ok(isRetryable(s3Error(timeout, 'Try')));
});

test('what is no failure of a store comes out as it is', () => {
  const others = [
    new Error('the source broke'),
    system('ERR_INVALID_ARG_TYPE'),
    storageErrors('object_exists'),
    'text',
  ];
  for (const error of others) assert.equal(s3Error(error, 'Try'), error);
});

test('what to do is said of a bucket and not of a disk, and of the cause where it is known', () => {
  for (const [name, status, words] of [
    ['InternalError', 500, /whether the store is up/],
    ['SlowDown', 503, /fewer requests/],
    ['AccessDenied', 403, /rights that `holdfast doctor` prints/],
    ['NoSuchBucket', 404, /--adopt-store/],
    ['InvalidAccessKeyId', 403, /does not know the access key.+has to be started again/],
    ['XAdminUserNotFound', 404, /does not know the access key/],
    ['AnswerNotS3', 200, /no S3 store/],
  ] as const) {
    const made = s3Error(answer(name, status), 'Try');
    assert.ok(made instanceof HoldfastError);
    assert.match(made.remedy, words, name);
    assert.doesNotMatch(made.remedy, /disk/, name);
  }
});
