import type { BucketCheck } from '../check.ts';
import { failIf, judge, seen } from '../judge.ts';
import { coversWholeBucket, enabledRules } from '../lifecycle-rules.ts';

export const bucketLifecycleAbortMultipart: BucketCheck = {
  id: 'bucket-lifecycle-abort-multipart',
  subject: 'bucket',
  title: 'Parts of uploads that were broken off are kept for ever',
  looksAt: 'Whether unfinished uploads end by themselves',
  severity: 'low',
  rationale:
    'They cost as much as objects, no list shows them, and they may hold what was thought never to have arrived.',
  remedy:
    'Add a lifecycle rule that aborts them after 7 days: holdfast buckets fix BUCKET --check bucket-lifecycle-abort-multipart.',
  references: [],
  reads: ['lifecycle'],
  judge: ({ facts }) =>
    judge(facts.lifecycle, 'Lifecycle', (lifecycle) => {
      const ends = enabledRules(lifecycle).some(
        (rule) => rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation !== undefined && coversWholeBucket(rule),
      );
      return failIf(
        !ends,
        ...(ends ? [] : [seen('Lifecycle', 'no rule for the whole bucket aborts unfinished uploads')]),
      );
    }),
};
