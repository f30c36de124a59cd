import type { ExposureFacts } from './facts.ts';
import type { Flags } from './flags.ts';
import type { Unknown } from './ways.ts';

/**
 * What could not be read beside the policy, with the worst that it could hide behind the flags that are on. `delegates`:
 * whether the policy may leave something to access points, which on their own let in nobody from elsewhere.
 */
export function unreadParts(
  { acl, accessPoints, ownership }: ExposureFacts,
  flags: Flags,
  delegates: boolean,
): Unknown[] {
  const unknowns: Unknown[] = [];
  const enforced = flags.aclsDisabled.length > 0;
  const ignored = flags.ignorePublicAcls.length > 0;
  if ('unread' in acl) {
    unknowns.push({
      part: 'ACL',
      reason: acl.unread,
      couldBe: enforced ? 'private' : ignored ? 'shared' : 'public-write',
    });
  } else if (ignored && !enforced) {
    const reason = 'while IgnorePublicAcls is on, S3 shows the ACL without its public grants';
    unknowns.push({ part: 'ACL', reason, couldBe: 'latent' });
  }
  if ('unread' in ownership) {
    const reason = `${ownership.unread}; ACLs are taken to count`;
    unknowns.push({ part: 'object ownership', reason, couldBe: 'private' });
  }
  if ('unread' in accessPoints) {
    const couldBe = !delegates ? 'private' : flags.restrictPublicBuckets.length > 0 ? 'shared' : 'public-write';
    unknowns.push({ part: 'access points', reason: accessPoints.unread, couldBe });
  }
  return unknowns;
}
