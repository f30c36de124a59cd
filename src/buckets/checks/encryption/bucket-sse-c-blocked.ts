import type { BucketCheck } from '../check.ts';
import { defaultOf } from '../encryption-default.ts';
import { failIf, judge, seen } from '../judge.ts';
import { attack } from '../standards.ts';

export const bucketSseCBlocked: BucketCheck = {
  id: 'bucket-sse-c-blocked',
  subject: 'bucket',
  title: "Objects can be encrypted with a caller's own key (SSE-C)",
  looksAt: 'Whether SSE-C is blocked',
  severity: 'low',
  rationale:
    'With stolen credentials an attacker rewrites every object under a key that only he has. Blocking SSE-C, which hardly anyone uses, takes this away.',
  remedy: 'Block SSE-C in the default encryption: holdfast buckets fix BUCKET --check bucket-sse-c-blocked.',
  references: [attack('T1486')],
  reads: ['encryption'],
  judge: ({ facts }) =>
    judge(facts.encryption, 'Default encryption', (encryption) => {
      const { blocked } = defaultOf(encryption);
      return failIf(!blocked.includes('SSE-C'), seen('Blocked encryption types', blocked.join(', ') || 'none'));
    }),
};
