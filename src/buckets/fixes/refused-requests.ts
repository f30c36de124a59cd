/**
 * Whose requests a fix would refuse although nobody is shut out by name: the owner's own programs among them. Pure, told
 * from the settings before and after.
 */
import { defaultOf } from '../checks/encryption-default.ts';
import { refusesPlainHttp } from '../checks/plain-http.ts';
import type { BucketFacts, PublicAccessBlock } from '../facts/bucket-facts.ts';
import type { Fact } from '../facts/fact.ts';

/** One plain sentence for each kind of request. */
export function refusedRequests(before: BucketFacts, after: BucketFacts): readonly string[] {
  const begins = (isOn: (facts: BucketFacts) => boolean): boolean => !isOn(before) && isOn(after);
  const isEnforced = begins(hasNoAcls);
  const kinds: readonly (readonly [isNew: boolean, who: string])[] = [
    [begins(hasOnlyTls), 'Whoever comes over plain HTTP, your own people and programs too, is refused.'],
    [
      isEnforced,
      'Uploads that bring an ACL are refused, your own too, but for the one that gives all to the bucket’s owner.',
    ],
    [isEnforced, 'Whoever is let in by ACLs of single objects is not any more: these are not all looked at.'],
    [
      begins((facts) => blocks('BlockPublicAcls', facts.publicAccessBlock)) && !hasNoAcls(after),
      'Uploads that bring a public ACL are refused, your own too.',
    ],
    [
      begins((facts) => blocks('IgnorePublicAcls', facts.publicAccessBlock)) && !hasNoAcls(after),
      'Whoever reads objects by public ACLs of their own cannot any more: these are not all looked at.',
    ],
    [begins(hasNoSseC), 'Uploads under a key that the uploader brings (SSE-C) are refused, your own too.'],
  ];
  return kinds.flatMap(([isNew, who]) => (isNew ? [who] : []));
}

function hasOnlyTls({ policy, bucket }: BucketFacts): boolean {
  return policy.known && refusesPlainHttp(policy.value, bucket);
}

function hasNoAcls({ ownership }: BucketFacts): boolean {
  return ownership.known && ownership.value === 'BucketOwnerEnforced';
}

function blocks(flag: keyof PublicAccessBlock, block: Fact<PublicAccessBlock | null>): boolean {
  return block.known && block.value?.[flag] === true;
}

function hasNoSseC({ encryption }: BucketFacts): boolean {
  return encryption.known && defaultOf(encryption.value).blocked.includes('SSE-C');
}
