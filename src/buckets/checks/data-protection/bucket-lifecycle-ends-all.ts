import type { BucketCheck } from '../check.ts';
import { failIf, judge, seen } from '../judge.ts';
import { coversWholeBucket, enabledRules } from '../lifecycle-rules.ts';
import { attack } from '../standards.ts';

/** Shorter than this nobody notices in time. */
const SOON_DAYS = 7;

export const bucketLifecycleEndsAll: BucketCheck = {
  id: 'bucket-lifecycle-ends-all',
  subject: 'bucket',
  title: 'A lifecycle rule deletes every object of the bucket within days',
  looksAt: 'Whether a rule ends the whole bucket soon',
  severity: 'high',
  rationale:
    'One rule empties a bucket without a single delete request, and without a line in most logs. It is also how attackers put a date to a ransom note.',
  remedy: 'If you did not write the rule, remove it today. If you did, narrow it to a prefix or accept this finding.',
  references: [attack('T1485.001')],
  reads: ['lifecycle'],
  judge: ({ facts }) =>
    judge(facts.lifecycle, 'Lifecycle', (lifecycle) => {
      const soon = enabledRules(lifecycle).filter(
        (rule) => rule.Expiration?.Days !== undefined && rule.Expiration.Days <= SOON_DAYS && coversWholeBucket(rule),
      );
      return failIf(soon.length > 0, ...soon.map((rule) => seen(`Rule ${rule.ID ?? ''}`.trim().slice(0, 128), rule)));
    }),
};
