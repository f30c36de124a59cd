import { isAnyOrigin } from '../any-origin.ts';
import type { BucketCheck } from '../check.ts';
import { failIf, judge, seen } from '../judge.ts';

const WRITES = ['PUT', 'POST', 'DELETE'];

export const bucketCorsWrite: BucketCheck = {
  id: 'bucket-cors-write',
  subject: 'bucket',
  title: 'Scripts of any website may send writes to the bucket',
  looksAt: 'Whether CORS allows writes from any origin',
  severity: 'low',
  rationale: 'A signed address or a login that leaks into a page can then be used from any other page.',
  remedy: 'Name the origins that upload; * is needed for reading public files at most.',
  references: [],
  reads: ['cors'],
  judge: ({ facts }) =>
    judge(facts.cors, 'CORS', (cors) => {
      const wide = (cors?.CORSRules ?? []).filter(
        ({ AllowedOrigins = [], AllowedMethods = [] }) =>
          AllowedOrigins.some(isAnyOrigin) && AllowedMethods.some((method) => WRITES.includes(method)),
      );
      return failIf(wide.length > 0, ...wide.slice(0, 8).map((rule) => seen('Rule', rule)));
    }),
};
