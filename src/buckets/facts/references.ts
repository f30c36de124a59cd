/** Other buckets that the settings of a bucket name. One that is free again can be made by anybody. */
import type { BucketFacts, ReferencedBucket } from './bucket-facts.ts';
import { bucketOfHost } from '../references/named-buckets.ts';
import { unread } from './fact.ts';

type Settings = Pick<BucketFacts, 'bucket' | 'logging' | 'replication' | 'policy' | 'website'>;

export function referencesIn(facts: Settings): readonly ReferencedBucket[] {
  const { bucket, logging, replication, policy, website } = facts;
  const found: [name: string, where: string][] = [];
  if (logging.known && logging.value?.TargetBucket) found.push([logging.value.TargetBucket, 'the access log']);
  if (replication.known) {
    for (const { Status, Destination } of replication.value?.Rules ?? []) {
      const name = bucketOfArn(Destination?.Bucket ?? '');
      if (name !== null && Status === 'Enabled') found.push([name, 'the replication']);
    }
  }
  if (policy.known && policy.value !== null) {
    for (const [, name = ''] of policy.value.matchAll(
      /arn:aws[a-z-]*:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?=["/])/g,
    )) {
      found.push([name, 'the policy']);
    }
  }
  if (website.known) {
    const { RedirectAllRequestsTo, RoutingRules = [] } = website.value ?? {};
    for (const { HostName = '' } of [
      RedirectAllRequestsTo ?? {},
      ...RoutingRules.map(({ Redirect = {} }) => Redirect),
    ]) {
      const host = bucketOfHost(HostName);
      if (host !== null) found.push([host, 'the redirect of the website']);
    }
  }
  const seen = new Set<string>();
  return found.flatMap(([name, where]): ReferencedBucket[] => {
    const id = `${name} ${where}`;
    if (name === bucket || seen.has(id)) return [];
    seen.add(id);
    return [{ name, where, exists: unread('not_asked') }];
  });
}

/** `arn:aws:s3:::NAME`; `null` for anything else. */
export function bucketOfArn(arn: string): string | null {
  return /^arn:[a-z-]+:s3:::([^/*?]+)/.exec(arn)?.[1] ?? null;
}
