/**
 * Whether what came back is an answer of S3 at all. The SDK takes any 200 for one: the login page of a network, a proxy,
 * the console beside a store would be an empty list, a stored object, a bucket with nothing open.
 */
import { refusalOf } from './sdk-refusal.ts';

/** Thrown in the place of such an answer; its name is what `refusalOf` tells. */
export class ForeignAnswer extends Error {
  override readonly name = 'AnswerNotS3';
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(status: number, cause?: unknown) {
    super('What answered is no S3 store', { cause });
    this.$metadata = { httpStatusCode: status };
  }
}

/** What every store says, whichever made it: of several fields one at least. Commands that may be answered with nothing are not here. */
const SAID: Readonly<Record<string, readonly string[]>> = {
  CompleteMultipartUploadCommand: ['ETag'],
  CopyObjectCommand: ['CopyObjectResult'],
  CreateMultipartUploadCommand: ['UploadId'],
  GetBucketAclCommand: ['Owner', 'Grants'],
  GetObjectCommand: ['ETag'],
  HeadObjectCommand: ['ETag'],
  ListBucketsCommand: ['Owner', 'Buckets'],
  ListMultipartUploadsCommand: ['Bucket', 'IsTruncated', 'MaxUploads'],
  ListObjectVersionsCommand: ['Name', 'IsTruncated', 'MaxKeys'],
  ListObjectsV2Command: ['Name', 'IsTruncated', 'MaxKeys'],
  ListPartsCommand: ['Bucket', 'IsTruncated', 'MaxParts'],
  PutObjectCommand: ['ETag'],
  UploadPartCommand: ['ETag'],
  UploadPartCopyCommand: ['CopyPartResult'],
};

interface Answer {
  readonly response: unknown;
  readonly output: object;
}

type Next<Input, Result extends Answer> = (input: Input) => Promise<Result>;

/** For the `initialize` step of a client's middleware. Throws {@link ForeignAnswer}. */
export function refuseForeignAnswers<Input, Result extends Answer>(
  next: Next<Input, Result>,
  { commandName = '' }: { readonly commandName?: string },
): Next<Input, Result> {
  return async (input) => {
    let result: Result;
    try {
      result = await next(input);
    } catch (error) {
      throw isForeign(error, commandName) ? new ForeignAnswer(refusalOf(error)?.status ?? 0, error) : error;
    }
    const fields = SAID[commandName] ?? [];
    const output = result.output as Readonly<Record<string, unknown>> & { readonly Body?: { destroy?(): void } };
    const saysNothing = fields.length > 0 && fields.every((field) => output[field] === undefined);
    if (!saysNothing && !isPage(result.response)) return result;
    // Nobody reads it now, and unread it would keep its connection.
    output.Body?.destroy?.();
    throw new ForeignAnswer(200);
  };
}

/**
 * It could not be read, or leads elsewhere by a page, or says that there is nothing and not what: a gateway whose store is
 * gone must not look like a store that has lost something. Other refusals keep the meaning of their number: a proxy that is
 * overloaded, or takes no body of that size, says so with one.
 */
function isForeign(error: unknown, commandName: string): boolean {
  const refusal = refusalOf(error);
  if (refusal === null || refusal.status === null) return false;
  const { name, status } = refusal;
  if (status < 300) return true;
  if (status < 400) return isPage((error as { readonly $response?: unknown }).$response);
  // The answer to a HEAD has no body that could name it.
  return status === 404 && UNNAMED.has(name) && !commandName.startsWith('Head');
}

/** What the SDK calls an answer that names no error. */
const UNNAMED: ReadonlySet<string> = new Set(['Error', 'NotFound', 'Unknown', 'UnknownError']);

/**
 * No object of ours is a page, and no store answers with one of its own. What calls itself a page and is empty is none. Of a bucket
 * that the guard looks into any object may be one: a part of an object (206) is what was asked for, and stores number their answers.
 */
function isPage(response: unknown): boolean {
  const { statusCode, headers = {} } = (response ?? {}) as {
    readonly statusCode?: number;
    readonly headers?: Readonly<Record<string, string>>;
  };
  if (statusCode === 206 || headers['x-amz-request-id'] !== undefined) return false;
  const isEmpty = statusCode === 204 || headers['content-length'] === '0';
  return !isEmpty && /^(text\/html|application\/xhtml)/i.test(headers['content-type'] ?? '');
}
