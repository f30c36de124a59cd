import type { BucketCheck } from '../check.ts';
import { evidenceOf, unlessUnknown } from '../exposed-ways.ts';
import { fail, pass } from '../judge.ts';
import { fsbp } from '../standards.ts';

export const bucketLatentExposure: BucketCheck = {
  id: 'bucket-latent-exposure',
  subject: 'bucket',
  title: 'The bucket is one switch away from being open to everyone',
  looksAt: 'Whether only a flag of Block Public Access keeps strangers out',
  severity: 'medium',
  rationale:
    'A public policy or ACL still stands and is only held back by a flag. Whoever takes the flag away, as templates and consoles do with one line, opens the bucket at once.',
  remedy: 'Take the public statement or grant out as well: holdfast buckets fix BUCKET --check bucket-latent-exposure.',
  references: [fsbp('S3.8')],
  reads: ['exposure'],
  judge({ exposure }) {
    const held = exposure.ways.filter(({ level, stoppedBy }) => level === 'public' && stoppedBy.length > 0);
    if (held.length > 0) return fail(...evidenceOf(held));
    return unlessUnknown(exposure, 'latent', pass());
  },
};
