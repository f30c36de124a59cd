import type { BucketCheck } from '../check.ts';
import { unlessUnknown } from '../exposed-ways.ts';
import { fail, judge, notApplicable, pass, seen, unknown } from '../judge.ts';
import { secretInName, secretInText } from '../secret-patterns.ts';
import { attack } from '../standards.ts';

export const objectSecretsPublic: BucketCheck = {
  id: 'object-secrets-public',
  subject: 'bucket',
  title: 'Strangers can read objects that look like secrets',
  looksAt: 'Whether sampled objects that strangers can read hold secrets',
  severity: 'critical',
  rationale: 'Keys, backups and state files in a public bucket are found by programs within hours, and used.',
  remedy: 'Count what is named here as known to strangers: make the bucket private, then change every secret in it.',
  references: [attack('T1552.001')],
  reads: ['exposure', 'objects'],
  judge({ facts, exposure, strangersRead }) {
    if (!facts.objects.known && facts.objects.reason === 'not_asked') {
      return notApplicable('no objects were sampled; --sample N looks at some');
    }
    if (!exposure.strangersMay.includes('read')) {
      return unlessUnknown(exposure, 'public-read', notApplicable('strangers cannot read the bucket'));
    }
    return judge(facts.objects, 'Objects', (sampled) => {
      const objects = sampled.filter(({ key }) => strangersRead(key));
      const found = objects.flatMap(({ key, head }) => {
        const what = secretInName(key) ?? (head.known ? secretInText(head.value) : null);
        return what === null ? [] : [seen(what, key)];
      });
      if (found.length > 0) return fail(...found.slice(0, 16));
      const read = objects.filter(({ head }) => head.known).length;
      const lookedAt = seen(
        'Objects looked at that strangers can read',
        read === objects.length ? `${read}` : `${read} of ${objects.length}`,
      );
      // Of what could not be read it is not said that it holds none.
      if (read < objects.length) return unknown(lookedAt);
      return objects.length < sampled.length ? unlessUnknown(exposure, 'public-read', pass(lookedAt)) : pass(lookedAt);
    });
  },
};
