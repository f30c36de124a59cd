/**
 * Where Ceph 16 lets in less than the evaluator says, which judges for any store that reads policies in its own way.
 * Where it lets in more there is no excuse, and no entry here.
 */
import { isAnonymous } from '../../../src/buckets/exposure/facts.ts';
import type { ExposureFacts } from '../../../src/buckets/index.ts';

/** What Ceph has not, so that there is nothing to compare; `null`: it can be. */
export function absentFromCeph(facts: ExposureFacts): string | null {
  const { acl, accessPoints, ownership, blockPublicAccess, objectAcls, atMs } = facts;
  const acls = [...('value' in acl ? [acl.value] : []), ...objectAcls.map((object) => object.acl)];
  if (acls.some(({ grants }) => grants.some(({ grantee }) => grantee.kind === 'user' && isAnonymous(grantee.id)))) {
    return 'an id of anonymous users that can be given something';
  }
  if ('value' in accessPoints && accessPoints.value.length > 0) return 'access points';
  if ('value' in ownership && ownership.value !== null) return 'object ownership';
  for (const level of ['account', 'organization'] as const) {
    const flags = blockPublicAccess[level];
    if ('value' in flags && flags.value !== null) return `flags of the ${level}`;
  }
  return atMs === null ? null : 'a clock that a test sets';
}

const QUIRKS: readonly { readonly quirk: string; readonly seenIn: RegExp }[] = [
  { quirk: 'NotAction neither allows nor denies anything', seenIn: /"NotAction"/ },
  {
    quirk: 'a key that a request does not have fulfils no negated operator',
    seenIn: /"[^"]*Not(?:Equals|Like|IpAddress)[^"]*":\{/,
  },
  { quirk: 'Null is fulfilled by a missing key, whatever its value, and by no other', seenIn: /"Null"/ },
  { quirk: 'providers of identities are taken and let nobody in', seenIn: /"Federated"/ },
  { quirk: 'an ARN of a principal with a wildcard names nobody', seenIn: /"arn:aws:iam::\*/ },
  { quirk: 'variables for single characters are plain text', seenIn: /\$\{\*\}/ },
  { quirk: 's3:max-keys is there in listings alone', seenIn: /s3:max-keys/ },
  {
    quirk: 's3:prefix is there in listings alone',
    seenIn: /^(?=.*s3:prefix)(?=.*"(?:Not)?Action":(?!"s3:ListBucket"))/s,
  },
  { quirk: 'a prefix with nothing in it is none', seenIn: /"s3:prefix":(?:""|\[""\])/ },
  { quirk: 'the canonical id of anonymous users names nobody', seenIn: /"CanonicalUser"/ },
  { quirk: 'every request of the test has an address', seenIn: /IpAddressIfExists/ },
  { quirk: 'what is no range holds no address', seenIn: /not-an-address/ },
];

/** Why Ceph refuses what is said to get in; `null`: no reason is known. */
export function refusedByCeph({ policy }: ExposureFacts): string | null {
  const text = 'value' in policy ? (policy.value ?? '') : '';
  return QUIRKS.find(({ seenIn }) => seenIn.test(text))?.quirk ?? null;
}
