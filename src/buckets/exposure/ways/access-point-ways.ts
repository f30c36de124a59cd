import { compile, type CompiledPolicy } from '../../policy/compiled.ts';
import { isPublicToAws } from '../../policy/public-to-aws.ts';
import { readPolicy } from '../../policy/reading/read-policy.ts';
import { accessPointTarget } from '../../policy/scope.ts';
import type { AccessPoint } from '../facts.ts';
import { flagsOf } from '../flags.ts';
import { waysOfStatement, type Passage } from './policy-ways.ts';
import type { Unknown, Way } from '../ways.ts';

export interface Judged {
  readonly ways: readonly Way[];
  readonly unknowns: readonly Unknown[];
}

/**
 * The ways through one access point: its own policy must let in, and the bucket's as well, which most leave to the
 * access points of their account. One that only a network of the owner's reaches is no stranger's.
 */
export function accessPointWays(accessPoint: AccessPoint, bucketPolicy: CompiledPolicy, bucket: Passage): Judged {
  const { name, arn, networkOrigin, policy, blockPublicAccess } = accessPoint;
  const part = `policy of the access point ${name}`;
  const flags = flagsOf(bucket.facts, blockPublicAccess);
  const open = bucketPolicy.allows.length > 0 && flags.restrictPublicBuckets.length === 0 && networkOrigin !== 'vpc';
  const couldBe = open ? 'public-write' : bucketPolicy.allows.length > 0 ? 'shared' : 'private';
  if ('unread' in policy) return { ways: [], unknowns: [{ part, reason: policy.unread, couldBe }] };
  if (policy.value === null) return { ways: [], unknowns: [] };
  const read = readPolicy(policy.value);
  if ('problem' in read) return { ways: [], unknowns: [{ part, reason: read.problem, couldBe }] };
  const own = compile(read, accessPointTarget(arn), bucket.known);
  const given = new Map([
    ...bucket.given,
    ['s3:dataaccesspointarn', arn],
    ['s3:dataaccesspointaccount', arn.split(':')[4] ?? ''],
    ['s3:accesspointnetworkorigin', networkOrigin === 'vpc' ? 'VPC' : 'Internet'],
  ] as const);
  const isPublic = own.allows.some((allow) =>
    isPublicToAws(allow, own, { given, atMs: bucket.facts.atMs, budget: bucket.budget }),
  );
  const passage: Passage = {
    ...bucket,
    given,
    denies: [...own.denies, ...bucketPolicy.denies],
    from: 'access-point',
    through: name,
    // Of several Regions: they take nothing but SigV4A.
    signed: name.endsWith('.mrap'),
    stopped: isPublic ? flags.restrictPublicBuckets : bucket.stopped,
    stoppable: isPublic || bucket.stoppable,
  };
  const ways = own.allows.flatMap((allow) =>
    bucketPolicy.allows.flatMap((behind) => waysOfStatement(allow, [behind], passage)),
  );
  return {
    ways: networkOrigin === 'vpc' ? ways.filter(({ level }) => level === 'shared') : ways,
    unknowns: [],
  };
}
