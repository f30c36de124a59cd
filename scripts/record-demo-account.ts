/**
 * Makes scripts/demo/account.json: buckets in an account of their own at moto, and what an audit of them was answered.
 * Needs `npm run services:install -- moto`. Run it again when an audit asks for more than it did.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateBucketCommand,
  PutBucketAclCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutBucketWebsiteCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { motoEndpoint } from '../test/support/aws/moto.ts';
import { motoAccount } from '../test/support/aws/moto-account.ts';
import { bodyOf, RECORDING, requestKey, type RecordedReply } from './demo/replayed-account.ts';

/** Of nobody. */
const ACCOUNT = '210012345678';
const BLOCKED = {
  ...{ BlockPublicAcls: true, IgnorePublicAcls: true },
  ...{ BlockPublicPolicy: true, RestrictPublicBuckets: true },
};
const KEPT_HEADERS = ['content-type', 'x-amz-bucket-region'];

if (motoEndpoint === null) throw new Error('Record an account: moto is not running: npm run services:install -- moto');
const { at } = await motoAccount(ACCOUNT);
const s3 = new S3Client({ ...at, forcePathStyle: true });
await fillAccount();

const recording: Record<string, RecordedReply> = {};
const proxy = createServer((request, response) => {
  void (async () => {
    const body = await bodyOf(request);
    const { method = 'GET', url = '/' } = request;
    const headers = Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) =>
        typeof value === 'string' && !/^(host|connection|content-length|accept-encoding)$/.test(name)
          ? [[name, value]]
          : [],
      ),
    );
    const reply = await fetch(`${motoEndpoint}${url}`, { method, headers, ...(body === '' ? {} : { body }) });
    const recorded = {
      status: reply.status,
      headers: Object.fromEntries(
        KEPT_HEADERS.flatMap((name) => {
          const value = reply.headers.get(name);
          return value === null ? [] : [[name, value]];
        }),
      ),
      body: await reply.text(),
    };
    recording[requestKey(request, body)] = recorded;
    response.writeHead(recorded.status, recorded.headers);
    response.end(method === 'HEAD' ? undefined : recorded.body);
  })().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
}).listen(0, '127.0.0.1');
await once(proxy, 'listening');
const folder = await mkdtemp(join(tmpdir(), 'holdfast-record-'));
try {
  await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, '../src/entry/holdfast.js'), 'buckets', 'audit', '--fail-on', 'none'],
    {
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        XDG_CONFIG_HOME: folder,
        XDG_STATE_HOME: folder,
        AWS_REGION: at.region,
        AWS_ENDPOINT_URL: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
        AWS_ACCESS_KEY_ID: at.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: at.credentials.secretAccessKey,
        AWS_SESSION_TOKEN: at.credentials.sessionToken,
      },
    },
  );
} finally {
  proxy.close();
  proxy.closeAllConnections();
  s3.destroy();
  await rm(folder, { recursive: true, force: true });
}
const sorted = Object.fromEntries(Object.entries(recording).toSorted(([a], [b]) => (a < b ? -1 : 1)));
await writeFile(RECORDING, `${JSON.stringify(sorted, null, 2)}\n`);
console.log(`${RECORDING}: ${Object.keys(sorted).length} replies`);

/** A public policy, a public ACL, a policy that is held back, a website, and a bucket that is as it shall be. */
async function fillAccount(): Promise<void> {
  const everyone = (bucket: string, action: string): string =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'Everyone', Effect: 'Allow', Principal: '*', Action: action, Resource: `arn:aws:s3:::${bucket}/*` },
      ],
    });
  const tlsOnly = (bucket: string): string =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          ...{ Sid: 'OnlyTls', Effect: 'Deny', Principal: '*', Action: 's3:*' },
          Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    });
  for (const Bucket of [
    'lovelace-plans',
    'lovelace-drafts',
    'lovelace-dropbox',
    'lovelace-website',
    'lovelace-payroll',
  ]) {
    const isOwned = Bucket !== 'lovelace-dropbox';
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        ObjectOwnership: isOwned ? 'BucketOwnerEnforced' : 'ObjectWriter',
      }),
    );
    const TagSet = [{ Key: 'owner', Value: 'ada.lovelace@example.org' }];
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  }
  const policies: readonly (readonly [string, string])[] = [
    ['lovelace-plans', everyone('lovelace-plans', 's3:GetObject')],
    ['lovelace-drafts', everyone('lovelace-drafts', 's3:GetObject')],
    ['lovelace-website', everyone('lovelace-website', 's3:GetObject')],
    ['lovelace-payroll', tlsOnly('lovelace-payroll')],
  ];
  for (const [Bucket, Policy] of policies) await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  await s3.send(new PutBucketAclCommand({ Bucket: 'lovelace-dropbox', ACL: 'public-read-write' }));
  const WebsiteConfiguration = { IndexDocument: { Suffix: 'index.html' } };
  await s3.send(new PutBucketWebsiteCommand({ Bucket: 'lovelace-website', WebsiteConfiguration }));
  for (const Bucket of ['lovelace-drafts', 'lovelace-payroll']) {
    await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: BLOCKED }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  }
}
