import { isAnyOrigin } from '../any-origin.ts';
import type { BucketCheck } from '../check.ts';
import { openWays, unlessUnknown } from '../exposed-ways.ts';
import { fail, judge, pass, seen } from '../judge.ts';

export const bucketCorsPublic: BucketCheck = {
  id: 'bucket-cors-public',
  subject: 'bucket',
  title: 'Scripts of any website can use the bucket, which is open to everyone',
  looksAt: 'Whether a public bucket lets scripts of any origin in',
  severity: 'medium',
  rationale:
    'CORS alone opens nothing. On a bucket that strangers can use it lets every page in a browser do so as well.',
  remedy: 'Name the origins that need it; first make the bucket private.',
  references: [],
  reads: ['exposure', 'cors'],
  judge: ({ facts, exposure }) =>
    judge(facts.cors, 'CORS', (cors) => {
      const wide = (cors?.CORSRules ?? []).filter(({ AllowedOrigins = [] }) => AllowedOrigins.some(isAnyOrigin));
      if (wide.length === 0) return pass();
      const isOpen = openWays(exposure, ['read', 'write', 'list']).length > 0;
      if (isOpen) return fail(...wide.slice(0, 8).map((rule) => seen('Rule', rule)));
      return unlessUnknown(exposure, 'public-list', pass());
    }),
};
