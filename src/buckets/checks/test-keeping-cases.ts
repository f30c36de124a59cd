/** For each check of what is kept of a bucket, copied and told of it what the bucket has to look like to get each verdict. */
import { known, unread } from '../facts/fact.ts';
import type { Cases } from './test-cases.ts';
import { ACCOUNT, PARTNER, type FactChanges } from './test-subject.ts';

const denied = unread('denied', 'AccessDenied, 403');
const lifecycle = (...rules: readonly object[]): FactChanges => ({ lifecycle: known({ Rules: rules }) });
/** A rule names the account only where copies change their owner. */
const copiedTo = (bucket: string, Account?: string): FactChanges => ({
  replication: known({
    Rules: [
      {
        Status: 'Enabled',
        Destination: { Bucket: `arn:aws:s3:::${bucket}`, ...(Account !== undefined && { Account }) },
      },
    ],
  }),
});
const topic = (account: string): FactChanges => ({
  notification: known({ TopicConfigurations: [{ TopicArn: `arn:aws:sns:eu-central-1:${account}:t` }] }),
});

export const keepingCases: Readonly<Record<string, Cases<FactChanges>>> = {
  'bucket-versioning': {
    fail: [{ versioning: known({}) }, { versioning: known({ Status: 'Suspended' }) }],
    unknown: [{ versioning: denied }],
  },
  'bucket-mfa-delete': {
    good: { lifecycle: known(null) },
    fail: [{ lifecycle: known(null), versioning: known({ Status: 'Enabled' }) }],
    unknown: [
      { lifecycle: known(null), versioning: denied },
      { lifecycle: denied, versioning: known({ Status: 'Enabled' }) },
    ],
    not_applicable: [{}, { lifecycle: known(null), versioning: known({}) }],
  },
  'bucket-object-lock': { fail: [{ objectLock: known(null) }], unknown: [{ objectLock: denied }] },
  'bucket-object-lock-default': {
    fail: [{ objectLock: known({ ObjectLockEnabled: 'Enabled' }) }],
    unknown: [{ objectLock: denied }],
    not_applicable: [{ objectLock: known(null) }],
  },
  'bucket-lifecycle': {
    fail: [{ lifecycle: known(null) }, lifecycle({ Status: 'Disabled' })],
    unknown: [{ lifecycle: denied }],
  },
  'bucket-lifecycle-abort-multipart': {
    fail: [
      { lifecycle: known(null) },
      lifecycle({
        Status: 'Enabled',
        Filter: { Prefix: 'a/' },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      }),
    ],
    pass: [lifecycle({ Status: 'Enabled', Prefix: '', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } })],
    unknown: [{ lifecycle: denied }],
  },
  'bucket-lifecycle-old-versions': {
    fail: [{ lifecycle: known(null) }],
    unknown: [{ lifecycle: denied }, { versioning: denied }],
    not_applicable: [{ versioning: known({}) }],
  },
  'bucket-lifecycle-ends-all': {
    fail: [lifecycle({ ID: 'all', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } })],
    pass: [
      lifecycle({ Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 1 } }),
      lifecycle({ Status: 'Enabled', Filter: {}, Expiration: { Days: 400 } }),
    ],
    unknown: [{ lifecycle: denied }],
  },
  'bucket-replication': { fail: [{ replication: known(null) }], unknown: [{ replication: denied }] },
  'bucket-replication-other-account': {
    fail: [copiedTo('copies', PARTNER), copiedTo('theirs')],
    pass: [copiedTo('copies'), copiedTo('elsewhere', ACCOUNT), { replication: known(null) }],
    unknown: [{ replication: denied }, copiedTo('elsewhere')],
  },
  'bucket-access-logging': { fail: [{ logging: known(null) }], unknown: [{ logging: denied }] },
  'bucket-log-into-itself': {
    fail: [{ logging: known({ TargetBucket: 'plans' }) }],
    unknown: [{ logging: denied }],
    not_applicable: [{ logging: known(null) }],
  },
  'bucket-log-target-open': {
    fail: [{ logging: known({ TargetBucket: 'open-logs' }) }],
    unknown: [
      { logging: known({ TargetBucket: 'elsewhere' }) },
      { logging: known({ TargetBucket: 'unread-logs' }) },
      { logging: denied },
    ],
    not_applicable: [{ logging: known(null) }],
  },
  'bucket-event-notifications': {
    fail: [{ notification: known({}) }],
    pass: [topic(ACCOUNT)],
    unknown: [{ notification: denied }],
  },
  'bucket-events-other-account': {
    fail: [topic(PARTNER)],
    pass: [topic(ACCOUNT)],
    unknown: [{ notification: denied }],
  },
};
