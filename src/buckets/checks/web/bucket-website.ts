import type { BucketCheck } from '../check.ts';
import { fail, judge, pass, seen } from '../judge.ts';

export const bucketWebsite: BucketCheck = {
  id: 'bucket-website',
  subject: 'bucket',
  title: 'The bucket serves a website',
  looksAt: 'Whether website hosting is on',
  severity: 'medium',
  rationale:
    'Website hosting speaks plain HTTP only and needs public objects: it is the usual reason why a bucket was opened, long after the site has moved.',
  remedy: 'Serve the site through a content network with a private bucket behind, and switch website hosting off.',
  references: [],
  reads: ['website'],
  judge: ({ facts }) =>
    judge(facts.website, 'Website', (website) => (website === null ? pass() : fail(seen('Website', website)))),
};
