import type { BucketCheck } from '../check.ts';
import { judgeAbilities } from '../exposed-ways.ts';
import { attack, fsbp, prowler } from '../standards.ts';

export const bucketPublicList: BucketCheck = {
  id: 'bucket-public-list',
  subject: 'bucket',
  title: 'Anyone can list the names of the objects in the bucket',
  looksAt: 'Whether strangers can list the bucket',
  severity: 'high',
  rationale: 'Names tell much by themselves, and turn every readable object from a guess into a catalogue.',
  remedy: 'Run holdfast buckets fix BUCKET: it takes the right to list away from strangers and keeps the rest.',
  references: [fsbp('S3.2'), prowler('s3_bucket_public_list_acl'), attack('T1619')],
  reads: ['exposure'],
  judge: (subject) => judgeAbilities(subject, ['list'], 'public-list'),
};
