/** For each check that can be mended without asking anybody: how the settings of the bucket have to be. */
import { accessFlags } from '../checks/access-flags.ts';
import { isToEveryone } from '../checks/everyone.ts';
import { coversWholeBucket, enabledRules } from '../checks/lifecycle-rules.ts';
import { statementsOf } from '../checks/policy-statements.ts';
import { repairPolicy } from '../exposure/repair/repair-policy.ts';
import type { Acl, BucketFacts, Encryption, PublicAccessBlock } from '../facts/bucket-facts.ts';
import { exposureFactsOf, type JudgedPlace } from '../facts/exposure-facts.ts';
import { known } from '../facts/fact.ts';

/** The facts as they shall be; a text says why it cannot be done here. */
export type Fixer = (facts: BucketFacts, place: JudgedPlace) => BucketFacts | string;

export const allFlags: PublicAccessBlock = Object.fromEntries(accessFlags.map((flag) => [flag, true]));

const ABORT_AFTER_DAYS = 7;

/** The one public statement and the public grants go; everything else stays. */
const closePublic: Fixer = (facts, place) => withoutPublicGrants(repaired(facts, place));

const fixOwnership: Fixer = (facts) => {
  const acl = facts.acl.known ? facts.acl.value : null;
  if (acl === null) return 'its ACL could not be read, so that nobody knows who would lose access';
  const others = (acl.Grants ?? []).filter((grant) => grant.Grantee?.ID !== acl.Owner?.ID && !isToEveryone(grant));
  if (others.length > 0) return 'its ACL names others: move their rights into the policy first';
  return { ...withoutPublicGrants(facts), ownership: known('BucketOwnerEnforced') };
};

export const fixers: Readonly<Record<string, Fixer>> = {
  'bucket-public-write': closePublic,
  'bucket-public-read': closePublic,
  'bucket-public-list': closePublic,
  'bucket-public-settings': closePublic,
  'bucket-latent-exposure': closePublic,
  'bucket-acl-public-grant': (facts) => withoutPublicGrants(facts),
  'object-acl-public': fixOwnership,
  'bucket-ownership-enforced': fixOwnership,
  'bucket-block-public-access': (facts) => ({ ...facts, publicAccessBlock: known(allFlags) }),
  'bucket-default-encryption': (facts) => withEncryption(facts, (rule) => rule),
  'bucket-key': (facts) => withEncryption(facts, (rule) => ({ ...rule, BucketKeyEnabled: true })),
  'bucket-sse-c-blocked': (facts) =>
    withEncryption(facts, (rule) => ({ ...rule, BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] } })),
  'bucket-versioning': (facts) => {
    const before = facts.versioning.known ? facts.versioning.value : {};
    return { ...facts, versioning: known({ ...before, Status: 'Enabled' }) };
  },
  'bucket-lifecycle-abort-multipart': withAbortRule,
  'bucket-tls-only': withTlsOnly,
};

function repaired(facts: BucketFacts, place: JudgedPlace): BucketFacts {
  const repair = repairPolicy(exposureFactsOf(facts, place));
  return repair === null ? facts : { ...facts, policy: known(repair.policy) };
}

function withoutPublicGrants(facts: BucketFacts): BucketFacts {
  if (!facts.acl.known) return facts;
  const { Grants = [], ...acl }: Acl = facts.acl.value;
  const kept = Grants.filter((grant) => !isToEveryone(grant));
  return kept.length === Grants.length ? facts : { ...facts, acl: known({ ...acl, Grants: kept }) };
}

type Rule = NonNullable<Encryption['Rules']>[number];

/** What is not to be changed stays: leaving a part out may reset it. */
function withEncryption(facts: BucketFacts, change: (rule: Rule) => Rule): BucketFacts {
  const before = facts.encryption.known ? facts.encryption.value : null;
  const usual: Rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } };
  const rules = before?.Rules?.length ? before.Rules : [usual];
  return { ...facts, encryption: known({ ...before, Rules: rules.map(change) }) };
}

function withAbortRule(facts: BucketFacts): BucketFacts | string {
  if (!facts.lifecycle.known) return 'its lifecycle could not be read, and a new one would replace it';
  const before = facts.lifecycle.value;
  const done = enabledRules(before).some((rule) => rule.AbortIncompleteMultipartUpload && coversWholeBucket(rule));
  if (done) return facts;
  const rule = {
    ID: 'holdfast-abort-unfinished-uploads',
    Status: 'Enabled',
    Filter: { Prefix: '' },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: ABORT_AFTER_DAYS },
  };
  return { ...facts, lifecycle: known({ ...before, Rules: [...(before?.Rules ?? []), rule] }) };
}

function withTlsOnly(facts: BucketFacts, { account }: JudgedPlace): BucketFacts | string {
  if (!facts.policy.known) return 'its policy could not be read, and a new one would replace it';
  const before = facts.policy.value;
  const statements = before === null ? [] : statementsOf(before);
  if (statements === null) return 'its policy cannot be understood';
  const arn = `arn:${account.partition}:s3:::${facts.bucket}`;
  const statement = {
    Sid: 'HoldfastOnlyTls',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  const document = before === null ? { Version: '2012-10-17' } : (JSON.parse(before) as object);
  return { ...facts, policy: known(JSON.stringify({ ...document, Statement: [...statements, statement] })) };
}
