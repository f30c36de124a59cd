/**
 * What the evaluator says, held against what Ceph's gateway does: policies, ACLs and flags are put on real buckets, and
 * real anonymous requests are made. Every action that strangers are said to have must be let in by the request that is
 * given as its proof; every other one must be refused, whatever the request carries.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  PutBucketPolicyCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3ServiceException,
  type Grant,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import {
  askOverHttp,
  exposureOf,
  probeAnonymously,
  withProbe,
  type ExposureFacts,
  type ProvingRequest,
} from '../../src/buckets/index.ts';
import type { Acl } from '../../src/buckets/exposure/facts.ts';
import { requestFor } from '../../src/buckets/exposure/proof/proving-request.ts';
import { corpus } from '../../src/buckets/exposure/testing/test-corpus.ts';
import { factsOf } from '../../src/buckets/exposure/testing/test-facts.ts';
import { buckets as generated } from '../../src/buckets/exposure/testing/test-universe.ts';
import { s3Server, testBucket, type TestBucket } from '../support/s3/server.ts';
import { absentFromCeph, refusedByCeph } from '../support/s3/ceph-exposure-quirks.ts';

const ceph = s3Server('ceph-rgw');
const SEED = 20_261_128;
const GENERATED = 40;
const AT_ONCE = 12;
/** Of the user that the services make. */
const OWNER = 'holdfast';

/** Objects that every bucket has, in every corner that a policy of the corpus speaks of. */
const KEYS = ['any-name', 'public/a.jpg', 'secret/a'];
const ACTIONS = [
  's3:GetObject',
  's3:ListBucket',
  's3:PutObject',
  's3:DeleteObject',
  's3:GetBucketAcl',
  's3:GetObjectAcl',
];

/** How a stranger comes: the gateway takes address and scheme from these headers, as behind a proxy. */
const COMING: readonly Readonly<Record<string, string>>[] = [
  { 'x-forwarded-for': '1.1.1.1' },
  { 'x-forwarded-for': '93.184.216.34', 'x-forwarded-proto': 'https', referer: 'https://www.example.com/page' },
];

interface Case {
  readonly id: string;
  readonly facts: ExposureFacts;
}

function cases(): Case[] {
  const random = fc.sample(generated, { numRuns: GENERATED, seed: SEED });
  return [...corpus(), ...random.map((facts, index) => ({ id: `generated/${index}`, facts }))].filter(
    ({ facts }) => absentFromCeph(facts) === null,
  );
}

/** As it is on this store, in this bucket: names and ARNs are of the bucket, and no account stands around it. */
function placed({ facts }: Case, bucket: string): ExposureFacts {
  const text = 'value' in facts.policy ? facts.policy.value : null;
  const policy = text === null ? null : stillTheOwners(text.replaceAll(facts.bucket, bucket));
  return { ...facts, bucket, endpoint: ceph.endpoint, accountId: '', region: null, policy: { value: policy } };
}

/** Ceph keeps even the owner from taking back a policy that denies everything, so a star spells out what is asked here. */
function stillTheOwners(text: string): string {
  let document: { Statement?: unknown };
  try {
    document = JSON.parse(text) as typeof document;
  } catch {
    return text;
  }
  if (!Array.isArray(document.Statement)) return text;
  const Statement = document.Statement.map((statement: { Effect: string; Action?: string | string[] }) => {
    const patterns = [statement.Action ?? []].flat();
    const all = statement.Effect === 'Deny' && patterns.some((pattern) => /^(?:\*|s3:\*|s3:D.*\*)$/i.test(pattern));
    return all
      ? { ...statement, Action: [...patterns.filter((pattern) => !pattern.endsWith('*')), ...SPELLED_OUT] }
      : statement;
  });
  return JSON.stringify({ ...document, Statement });
}

const SPELLED_OUT = ['s3:Get*', 's3:List*', 's3:PutObject*', 's3:DeleteObject*', 's3:PutBucketAcl'];

async function takeBack({ client, name: Bucket }: TestBucket): Promise<void> {
  await client.send(new DeleteBucketPolicyCommand({ Bucket }));
  await client.send(new DeletePublicAccessBlockCommand({ Bucket }));
}

/** Throws what the gateway answers where it does not take it. */
async function put({ client, name: Bucket }: TestBucket, facts: ExposureFacts): Promise<void> {
  const acl = 'value' in facts.acl ? facts.acl.value : null;
  await client.send(new PutBucketAclCommand({ Bucket, AccessControlPolicy: written(acl) }));
  for (const { key: Key, acl: own } of facts.objectAcls) {
    await client.send(new PutObjectAclCommand({ Bucket, Key, AccessControlPolicy: written(own) }));
  }
  const Policy = 'value' in facts.policy ? facts.policy.value : null;
  if (Policy !== null) await client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  const flags = 'value' in facts.blockPublicAccess.bucket ? facts.blockPublicAccess.bucket.value : null;
  if (flags === null) return;
  const PublicAccessBlockConfiguration = {
    BlockPublicAcls: flags.blockPublicAcls,
    IgnorePublicAcls: flags.ignorePublicAcls,
    BlockPublicPolicy: flags.blockPublicPolicy,
    RestrictPublicBuckets: flags.restrictPublicBuckets,
  };
  await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
}

function written(acl: Acl | null) {
  const ID = OWNER;
  const Grants: Grant[] = (acl?.grants ?? []).map(({ grantee: { kind, id }, permission }) => ({
    Grantee: kind === 'group' ? { Type: 'Group', URI: id } : { Type: 'CanonicalUser', ID: kind === 'user' ? ID : id },
    Permission: permission,
  }));
  return {
    Owner: { ID },
    Grants: [{ Grantee: { Type: 'CanonicalUser' as const, ID }, Permission: 'FULL_CONTROL' as const }, ...Grants],
  };
}

/** Whether it was let in: that there is no such thing is learned inside only. */
async function getsIn(
  { method, path }: Pick<ProvingRequest, 'method' | 'path'>,
  headers: Readonly<Record<string, string>>,
): Promise<boolean> {
  const answer = await fetch(`${ceph.endpoint}${path}`, { method, headers, ...(method === 'PUT' && { body: 'x' }) });
  await answer.arrayBuffer();
  return ![401, 403, 405].includes(answer.status);
}

/** Headers that make true what a proof needs; `null`: it cannot be made so from here. */
function comingAs({ signed, needs, headers, path }: ProvingRequest): Readonly<Record<string, string>> | null {
  const coming: Record<string, string> = { 'x-forwarded-for': '1.1.1.1', ...headers };
  for (const need of needs) {
    if (need.startsWith('comes from ')) coming['x-forwarded-for'] = need.slice('comes from '.length);
    else if (need === 'comes over TLS') coming['x-forwarded-proto'] = 'https';
    else if (need !== 'comes without TLS') return null;
  }
  // A version has an id that the test does not know.
  return signed || path.includes('versionId=ID') ? null : coming;
}

async function differences(bucket: TestBucket, each: Case): Promise<string[] | null> {
  const facts = placed(each, bucket.name);
  const { verdict, ways } = exposureOf(facts);
  // Nothing is said of what cannot be judged.
  if (verdict === 'unknown') return [];
  const open = ways.filter(({ level, stoppedBy }) => level === 'public' && stoppedBy.length === 0);
  const proofs = open.flatMap(({ request }) => (request === null ? [] : [request]));
  await takeBack(bucket);
  // Whoever writes an object anonymously owns it, and everybody is anonymous: each case begins with the owner's.
  const keys = new Set([...KEYS, ...facts.objectAcls.map(({ key }) => key), ...proofs.flatMap(keyOf)]);
  await Promise.all(
    [...keys].map((Key) => bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key, Body: 'x' }))),
  );
  try {
    await put(bucket, facts);
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 400) return null;
    throw error;
  }
  const found: string[] = [];
  const said = new Set(open.flatMap(({ allowed }) => allowed));
  const others = ACTIONS.filter((action) => !said.has(action)).flatMap((action) =>
    (action.includes('Bucket') ? KEYS.slice(0, 1) : KEYS).map((key) =>
      requestFor(facts, { action, key, signed: false }),
    ),
  );
  await Promise.all(
    others.flatMap((request) =>
      COMING.map(async (coming) => {
        if (await getsIn(request, coming)) found.push(`${request.method} ${request.path} gets in, though ${verdict}`);
      }),
    ),
  );
  for (const request of proofs) {
    const coming = comingAs(request);
    if (coming === null || refusedByCeph(facts) !== null) continue;
    if (!(await getsIn(request, coming))) found.push(`${request.method} ${request.path} is refused, though ${verdict}`);
  }
  return found;
}

function keyOf({ path }: ProvingRequest): string[] {
  const key = decodeURIComponent((path.split('?')[0] ?? '').split('/').slice(2).join('/'));
  return key === '' ? [] : [key];
}

test('what strangers can do is what anonymous requests to Ceph can do', { skip: ceph.skip }, async (context) => {
  const waiting = cases();
  const told: string[] = [];
  const notTaken: string[] = [];
  let judged = 0;
  const work = async (): Promise<void> => {
    await using bucket = await testBucket(ceph);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const found = await differences(bucket, next);
      if (found === null) notTaken.push(next.id);
      else judged += 1;
      if (found !== null && found.length > 0) told.push(`${next.id}: ${found.join('; ')}`);
    }
    await takeBack(bucket);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  context.diagnostic(`${judged} buckets judged, ${notTaken.length} policies not taken: ${notTaken.join(' ')}`);
  assert.deepEqual(told, []);
});

test(
  'a probe finds what only known names open, and what can be written, and leaves nothing behind',
  { skip: ceph.skip },
  async () => {
    await using bucket = await testBucket(ceph);
    const { client, name } = bucket;
    const target = { bucket: name, endpoint: ceph.endpoint, region: null, partition: 'aws', keys: ['canary.txt'] };
    const options = { signal: new AbortController().signal, writes: true };
    const ask = askOverHttp(10_000);
    await client.send(new PutObjectCommand({ Bucket: name, Key: 'canary.txt', Body: 'x' }));
    assert.deepEqual((await probeAnonymously(target, ask, options)).strangersMay, []);

    const objects = `arn:aws:s3:::${name}/*`;
    const letIn = async (Action: string): Promise<void> => {
      const Statement = [{ Effect: 'Allow', Principal: '*', Action, Resource: objects }];
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
      await client.send(new PutBucketPolicyCommand({ Bucket: name, Policy }));
    };
    await letIn('s3:GetObject');
    const read = await probeAnonymously(target, ask, options);
    assert.deepEqual(read.strangersMay, ['read']);
    // Nothing was read of the policy, and the probe makes up for it.
    const unread = exposureOf(factsOf({ bucket: name, policy: { unread: 'access denied' } }));
    assert.deepEqual([unread.verdict, withProbe(unread, read).verdict], ['unknown', 'public-read']);

    await letIn('s3:PutObject');
    assert.deepEqual((await probeAnonymously(target, ask, options)).strangersMay, ['write']);
    const { KeyCount } = await client.send(new ListObjectsV2Command({ Bucket: name }));
    assert.equal(KeyCount, 1);
  },
);
