import type { BucketCheck } from '../check.ts';
import { failIf, judge, notApplicable, seen } from '../judge.ts';
import { enabledRules } from '../lifecycle-rules.ts';
import { fsbp } from '../standards.ts';

export const bucketLifecycleOldVersions: BucketCheck = {
  id: 'bucket-lifecycle-old-versions',
  subject: 'bucket',
  title: 'Old versions are kept for ever',
  looksAt: 'Whether old versions end by themselves',
  severity: 'low',
  rationale: 'A bucket with versions only ever grows, and what was deleted on purpose is still in it.',
  remedy: 'Add a lifecycle rule that ends versions some time after they were replaced.',
  references: [fsbp('S3.10')],
  reads: ['lifecycle', 'versioning'],
  judge: ({ facts }) =>
    judge(facts.versioning, 'Versioning', ({ Status }) => {
      if (Status !== 'Enabled') return notApplicable('the bucket keeps no versions');
      return judge(facts.lifecycle, 'Lifecycle', (lifecycle) => {
        const ends = enabledRules(lifecycle).some(({ NoncurrentVersionExpiration }) => NoncurrentVersionExpiration);
        return failIf(!ends, ...(ends ? [] : [seen('Lifecycle', 'no rule ends old versions')]));
      });
    }),
};
