import type { BucketCheck } from '../check.ts';
import { evidenceOf } from '../exposed-ways.ts';
import { fail, judge, notApplicable, pass, seen, unknown } from '../judge.ts';
import { prowler } from '../standards.ts';

export const objectAclPublic: BucketCheck = {
  id: 'object-acl-public',
  subject: 'bucket',
  title: 'Objects of the bucket are open to everyone by ACLs of their own',
  looksAt: 'Whether ACLs of sampled objects let strangers in',
  severity: 'high',
  rationale: 'An object can be public in a private bucket, and neither the ACL nor the policy of the bucket shows it.',
  remedy:
    'Switch ACLs off for the bucket (BucketOwnerEnforced), which ends all of them at once: holdfast buckets fix BUCKET --check object-acl-public.',
  references: [prowler('s3_bucket_object_public')],
  reads: ['exposure', 'objects', 'ownership'],
  judge({ facts, exposure }) {
    if (facts.ownership.known && facts.ownership.value === 'BucketOwnerEnforced') {
      return notApplicable('ACLs are switched off for the bucket');
    }
    if (!facts.objects.known && facts.objects.reason === 'not_asked') {
      return notApplicable('no objects were sampled; --sample N looks at some');
    }
    return judge(facts.objects, 'Objects', (objects) => {
      const open = exposure.ways.filter(
        ({ from, level, stoppedBy }) => from === 'object-acl' && level === 'public' && stoppedBy.length === 0,
      );
      if (open.length > 0) return fail(...evidenceOf(open));
      const unread = objects.filter(({ acl }) => !acl.known);
      if (unread.length > 0)
        return unknown(seen('ACLs that could not be read', `${unread.length} of ${objects.length}`));
      return pass(seen('Objects looked at', String(objects.length)));
    });
  },
};
