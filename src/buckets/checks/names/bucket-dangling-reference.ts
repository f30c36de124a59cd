import type { BucketCheck } from '../check.ts';
import { whyUnread } from '../../facts/fact.ts';
import { fail, judge, pass, seen, unknown } from '../judge.ts';
import { prowler } from '../standards.ts';

export const bucketDanglingReference: BucketCheck = {
  id: 'bucket-dangling-reference',
  subject: 'bucket',
  title: 'The bucket names another bucket that is not there, or not yours any more',
  looksAt: 'Whether buckets that are named in settings exist, and are whose they were',
  severity: 'high',
  rationale: 'A name that was freed can be taken by anybody, who then gets the logs, the copies, or the visitors.',
  remedy: 'Take the reference out, or make the bucket again before somebody else does.',
  references: [prowler('cloudfront_distributions_s3_origin_non_existent_bucket')],
  reads: ['references', 'logging', 'replication', 'policy', 'website'],
  judge: ({ facts }) =>
    judge(facts.references, 'References', (references) => {
      const wrong = references.filter(({ exists, isTaken }) => isTaken === true || (exists.known && !exists.value));
      if (wrong.length > 0) {
        return fail(
          ...wrong
            .slice(0, 16)
            .map(({ name, where, isTaken }) =>
              seen(`In ${where}${isTaken === true ? ', somebody else’s now' : ''}`, name),
            ),
        );
      }
      const unsure = references
        .filter(({ exists }) => !exists.known)
        .map(({ name, where }) => seen(`In ${where}`, name));
      // A setting that could not be read may name any bucket.
      const unread = [facts.logging, facts.replication, facts.policy, facts.website].flatMap((fact) =>
        fact.known || fact.reason === 'not_implemented' ? [] : [seen('A setting', whyUnread(fact))],
      );
      return unsure.length + unread.length > 0 ? unknown(...unsure.slice(0, 16), ...unread) : pass();
    }),
};
