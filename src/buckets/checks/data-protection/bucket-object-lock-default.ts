import type { BucketCheck } from '../check.ts';
import { failIf, judge, notApplicable, seen } from '../judge.ts';

export const bucketObjectLockDefault: BucketCheck = {
  id: 'bucket-object-lock-default',
  subject: 'bucket',
  title: 'Object Lock is on, and locks nothing by itself',
  looksAt: 'Whether new objects are locked by default',
  severity: 'low',
  rationale: 'Without a default retention only those objects are locked whose writer thinks of it.',
  remedy: 'Set a default retention: governance while you try it, compliance when nobody shall be able to undo it.',
  references: [],
  reads: ['objectLock'],
  judge: ({ facts }) =>
    judge(facts.objectLock, 'Object Lock', (lock) => {
      if (lock?.ObjectLockEnabled !== 'Enabled') return notApplicable('Object Lock is off');
      return failIf(
        lock.Rule?.DefaultRetention === undefined,
        seen('Default retention', lock.Rule?.DefaultRetention ?? 'none'),
      );
    }),
};
