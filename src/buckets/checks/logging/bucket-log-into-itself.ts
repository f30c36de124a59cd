import type { BucketCheck } from '../check.ts';
import { failIf, judge, notApplicable, seen } from '../judge.ts';

export const bucketLogIntoItself: BucketCheck = {
  id: 'bucket-log-into-itself',
  subject: 'bucket',
  title: 'The bucket logs into itself',
  looksAt: 'Whether the access log goes to another bucket',
  severity: 'medium',
  rationale:
    'Each log file that is written is logged again, without end; and who can delete the files can delete their trace.',
  remedy: 'Send the log to another bucket.',
  references: [],
  reads: ['logging'],
  judge: ({ facts }) =>
    judge(facts.logging, 'Access log', (logging) =>
      logging?.TargetBucket
        ? failIf(logging.TargetBucket === facts.bucket, seen('Access log', logging.TargetBucket))
        : notApplicable('access is not logged'),
    ),
};
