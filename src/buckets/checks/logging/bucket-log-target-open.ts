import type { BucketCheck } from '../check.ts';
import { fail, judge, notApplicable, pass, seen, unknown, unlooked } from '../judge.ts';
import { prowler } from '../standards.ts';

export const bucketLogTargetOpen: BucketCheck = {
  id: 'bucket-log-target-open',
  subject: 'bucket',
  title: 'The access log lies in a bucket that is open to everyone',
  looksAt: 'Whether the bucket with the access log is closed to strangers',
  severity: 'critical',
  rationale: 'The log holds every key and signed address of the bucket it is about.',
  remedy: 'Make the bucket with the log private: holdfast buckets fix LOG-BUCKET.',
  references: [prowler('cloudtrail_logs_s3_bucket_is_not_publicly_accessible')],
  reads: ['logging', 'exposure'],
  judge: ({ facts, exposureOfBucket }) =>
    judge(facts.logging, 'Access log', (logging) => {
      const target = logging?.TargetBucket ?? '';
      if (target === '') return notApplicable('access is not logged');
      const exposure = exposureOfBucket(target);
      if (exposure === null) return unlooked(seen('Access log', `${target}, which was not looked at`));
      if (exposure.verdict === 'unknown') return unknown(seen('Access log', target), seen('Why', exposure.summary));
      return exposure.verdict.startsWith('public-')
        ? fail(seen('Access log', target), seen('Why', exposure.summary))
        : pass();
    }),
};
