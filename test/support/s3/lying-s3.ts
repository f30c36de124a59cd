/** An S3 store of nothing but answers: as many buckets as a test wants, each with nothing set, and any refusal. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LyingS3Call {
  readonly method: string;
  /** Empty for the list of buckets. */
  readonly bucket: string;
  /** `acl`, `policy`, `publicAccessBlock`…, or empty. */
  readonly question: string;
  /** The account that the bucket must belong to; `null`: any. */
  readonly expectedOwner: string | null;
  /** How often this very thing was asked before. */
  readonly before: number;
}

export interface LyingS3 extends AsyncDisposable {
  readonly endpoint: string;
  readonly calls: LyingS3Call[];
}

/** `refuse` answers with a status and a code instead of “not set”; `bodies` by question with a 200. */
export async function lyingS3(options: {
  readonly buckets: number;
  readonly refuse?: (call: LyingS3Call) => readonly [status: number, code: string] | undefined;
  readonly bodies?: Readonly<Record<string, string>>;
  /** What it answers with a 200 to just this, before all else. */
  readonly answer?: (call: LyingS3Call) => string | undefined;
  /** Waited for before anything is answered. */
  readonly hold?: (call: LyingS3Call) => Promise<void> | undefined;
  /** Where it stands in for all of AWS: the account of whoever asks. */
  readonly account?: string;
  /** Answers with the first page whatever is asked for. */
  readonly forgetsToken?: boolean;
}): Promise<LyingS3> {
  // It takes any; the SDK wants some, and finds them where it looks first.
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
  const calls: LyingS3Call[] = [];
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://store');
    const bucket = url.pathname.slice(1).split('/')[0] ?? '';
    const question = [...url.searchParams.keys()].find((name) => name in NOT_SET || name in EMPTY) ?? '';
    const id = `${bucket}?${url.search}`;
    const owner = request.headers['x-amz-expected-bucket-owner'];
    const expectedOwner = typeof owner === 'string' ? owner : null;
    const method = request.method ?? '';
    const call = { method, bucket, question, expectedOwner, before: asked.get(id) ?? 0 };
    asked.set(id, call.before + 1);
    calls.push(call);
    request.resume();
    if (options.account !== undefined && bucket === '' && method === 'POST') {
      return void response.writeHead(200, { 'content-type': 'text/xml' }).end(identityOf(options.account));
    }
    const held = options.hold?.(call);
    if (held) void held.then(() => answer(call, url, response));
    else answer(call, url, response);
  });
  const answer = (call: LyingS3Call, url: URL, response: ServerResponse): void => {
    const { bucket, question } = call;
    const refused = options.refuse?.(call);
    if (refused) return error(response, ...refused);
    const given = options.answer?.(call);
    if (given !== undefined) {
      const type = given.startsWith('<html') ? 'text/html' : 'application/xml';
      return void response.writeHead(200, { 'content-type': type }).end(given);
    }
    if (bucket === '') return list(response, url.searchParams, options);
    const body = options.bodies?.[question] ?? EMPTY[question];
    if (body !== undefined) return void response.writeHead(200, { 'content-type': 'application/xml' }).end(body);
    return error(response, ...(NOT_SET[question] ?? ([501, 'NotImplemented'] as const)));
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const NOT_SET: Readonly<Record<string, readonly [number, string]>> = {
  policy: [404, 'NoSuchBucketPolicy'],
  policyStatus: [404, 'NoSuchBucketPolicy'],
  publicAccessBlock: [404, 'NoSuchPublicAccessBlockConfiguration'],
  ownershipControls: [404, 'OwnershipControlsNotFoundError'],
  encryption: [404, 'ServerSideEncryptionConfigurationNotFoundError'],
  lifecycle: [404, 'NoSuchLifecycleConfiguration'],
  replication: [404, 'ReplicationConfigurationNotFoundError'],
  website: [404, 'NoSuchWebsiteConfiguration'],
  cors: [404, 'NoSuchCORSConfiguration'],
  'object-lock': [404, 'ObjectLockConfigurationNotFoundError'],
  tagging: [404, 'NoSuchTagSet'],
};
const EMPTY: Readonly<Record<string, string>> = {
  acl: `<AccessControlPolicy><Owner><ID>${'a'.repeat(64)}</ID></Owner><AccessControlList/></AccessControlPolicy>`,
  location: '<LocationConstraint>eu-central-1</LocationConstraint>',
  versioning: '<VersioningConfiguration/>',
  logging: '<BucketLoggingStatus/>',
  notification: '<NotificationConfiguration/>',
};

function identityOf(account: string): string {
  const arn = `arn:aws:iam::${account}:user/audit`;
  const result = `<UserId>AIDA</UserId><Account>${account}</Account><Arn>${arn}</Arn>`;
  return `<GetCallerIdentityResponse><GetCallerIdentityResult>${result}</GetCallerIdentityResult></GetCallerIdentityResponse>`;
}

function list(
  response: ServerResponse,
  query: URLSearchParams,
  { buckets, forgetsToken }: { readonly buckets: number; readonly forgetsToken?: boolean },
): void {
  const most = Math.min(Number(query.get('max-buckets') ?? 10_000), 10_000);
  const from = forgetsToken ? 0 : Number(query.get('continuation-token') ?? 0);
  const names = Array.from({ length: Math.min(most, buckets - from) }, (_, index) => `bucket-${from + index}`);
  const next = from + names.length;
  const items = names.map((name) => `<Bucket><Name>${name}</Name><BucketRegion>eu-central-1</BucketRegion></Bucket>`);
  const token = next < buckets || forgetsToken ? `<ContinuationToken>${next}</ContinuationToken>` : '';
  const owner = `<Owner><ID>${'a'.repeat(64)}</ID></Owner>`;
  response.writeHead(200, { 'content-type': 'application/xml' });
  response.end(`<ListAllMyBucketsResult>${owner}<Buckets>${items.join('')}</Buckets>${token}</ListAllMyBucketsResult>`);
}

function error(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}
