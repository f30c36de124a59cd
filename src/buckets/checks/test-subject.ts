/** A bucket in perfect order, of which tests change one thing at a time. */
import { exposureOf } from '../exposure/exposure.ts';
import { strangersRead } from '../exposure/strangers-read.ts';
import type { AccountFacts, BucketFacts } from '../facts/bucket-facts.ts';
import { exposureFactsOf } from '../facts/exposure-facts.ts';
import { known, unread } from '../facts/fact.ts';
import type { BucketSubject } from './check.ts';

export const ACCOUNT = '123456789012';
export const PARTNER = '210987654321';
export const OWNER = 'a'.repeat(64);

const block = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };

/** `tls` alone: what a good policy holds. */
export function policyOf(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

export const onlyTls = {
  Sid: 'OnlyTls',
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: ['arn:aws:s3:::plans', 'arn:aws:s3:::plans/*'],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const oldTls = { ...onlyTls, Sid: 'OldTls', Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } } };

export const goodAccount: AccountFacts = {
  accountId: known(ACCOUNT),
  canonicalId: known(OWNER),
  partition: 'aws',
  publicAccessBlock: known(block),
  serviceNames: known([
    { name: `aws-glue-assets-${ACCOUNT}-eu-central-1`, service: 'Glue', region: 'eu-central-1', holder: known('us') },
  ]),
  dataEvents: known({ reads: ['all'], writes: ['all'], unread: [] }),
  outsideReferences: known({
    found: [{ name: 'plans', where: 'CloudFront E1, origin plans', holder: known('us'), isFreed: false }],
    unread: [],
  }),
};

export const goodFacts: BucketFacts = {
  bucket: 'plans',
  region: known('eu-central-1'),
  acl: known({
    Owner: { ID: OWNER },
    Grants: [{ Grantee: { Type: 'CanonicalUser', ID: OWNER }, Permission: 'FULL_CONTROL' }],
  }),
  policy: known(policyOf(onlyTls, oldTls)),
  policyStatus: known(false),
  publicAccessBlock: known(block),
  ownership: known('BucketOwnerEnforced'),
  encryption: known({
    Rules: [
      {
        ApplyServerSideEncryptionByDefault: {
          SSEAlgorithm: 'aws:kms',
          KMSMasterKeyID: `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1`,
        },
        BucketKeyEnabled: true,
        BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
      },
    ],
  }),
  versioning: known({ Status: 'Enabled', MFADelete: 'Enabled' }),
  logging: known({ TargetBucket: 'logs', TargetPrefix: 'plans/' }),
  lifecycle: known({
    Rules: [
      {
        ID: 'ends',
        Status: 'Enabled',
        Filter: {},
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        NoncurrentVersionExpiration: { NoncurrentDays: 90 },
      },
    ],
  }),
  replication: known({
    Role: 'r',
    Rules: [{ Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::copies', Account: ACCOUNT } }],
  }),
  notification: known({ EventBridgeConfiguration: {} }),
  website: known(null),
  cors: known(null),
  objectLock: known({ ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30 } } }),
  tags: known({}),
  accessPoints: known([]),
  objects: known([]),
  references: known([{ name: 'logs', where: 'the access log', exists: known(true) }]),
};

export type FactChanges = Partial<BucketFacts>;

/** Flags of the account are off, so that those of the bucket decide. */
const plainAccount: AccountFacts = { ...goodAccount, publicAccessBlock: known(null) };

export function subjectOf(changes: FactChanges = {}, account: AccountFacts = plainAccount): BucketSubject {
  const facts = { ...goodFacts, ...changes };
  const exposed = (each: BucketFacts) => exposureOf(exposureFactsOf(each, { account, endpoint: null, atMs: 0 }));
  return {
    facts,
    account,
    exposure: exposed(facts),
    probe: null,
    strangersRead: (key) => strangersRead(exposureFactsOf(facts, { account, endpoint: null, atMs: 0 }), key),
    isOurs: (name) => (name === 'copies' ? true : name === 'theirs' ? false : null),
    exposureOfBucket(name) {
      if (name === 'logs') return exposed({ ...goodFacts, bucket: 'logs' });
      if (name === 'unread-logs') {
        return exposed({ ...goodFacts, bucket: name, publicAccessBlock: known(null), policy: unread('denied') });
      }
      if (name !== 'open-logs') return null;
      const open = { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::open-logs/*' };
      return exposed({ ...goodFacts, bucket: name, publicAccessBlock: known(null), policy: known(policyOf(open)) });
    },
  };
}
