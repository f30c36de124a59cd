/** The words of the server as people read them. */
import type { BucketView, PlaceView } from './api.ts';

export type Verdict = BucketView['verdict'];

/** Worst first. */
export const verdicts = [
  'public-write',
  'public-read',
  'public-list',
  'unknown',
  'latent',
  'shared',
  'private',
] as const satisfies readonly Verdict[];

export const verdictWords: Readonly<Record<Verdict, { readonly label: string; readonly about: string }>> = {
  'public-write': { label: 'Open to write', about: 'Strangers can write, delete, or change who gets in.' },
  'public-read': { label: 'Open to read', about: 'Strangers can read objects.' },
  'public-list': { label: 'Names are open', about: 'Strangers can see names of objects, or settings.' },
  unknown: {
    label: 'Could not tell',
    about: 'Nothing public was seen, and something that could make it public could not be read.',
  },
  latent: { label: 'One switch away', about: 'Nobody gets in now; without one switch that is on, everybody would.' },
  shared: { label: 'Shared', about: 'Named accounts, networks or services get in, and no stranger.' },
  private: { label: 'Private', about: 'Only its owner gets in.' },
};

/** Red: at risk. Amber: needs a look. Green: proven good. */
export function toneOf(verdict: Verdict): 'risk' | 'look' | 'plain' | 'good' {
  if (verdict.startsWith('public-')) return 'risk';
  if (verdict === 'unknown' || verdict === 'latent') return 'look';
  return verdict === 'private' ? 'good' : 'plain';
}

export function placeName({ kind, endpoint, role, bucket }: Pick<PlaceView, 'kind' | 'endpoint' | 'role' | 'bucket'>) {
  if (kind === 'own') return `Workspace: ${bucket ?? ''}`;
  if (role !== null) return roleName(role);
  return endpoint ?? 'AWS, as this server';
}

/** `arn:aws:iam::123456789012:role/audit` */
function roleName(arn: string): string {
  const [, , , , account = '', name = ''] = arn.split(':');
  return `AWS ${account}, as ${name.replace(/^role\//, '')}`;
}

const abilityWords = {
  list: 'see the names of objects',
  read: 'read objects',
  write: 'write objects',
  settings: 'see settings',
  'acl-write': 'change ACLs',
  'policy-write': 'change the policy',
  control: 'change settings',
} as const;

export function abilityList(abilities: readonly (keyof typeof abilityWords)[]): string {
  return abilities.map((ability) => abilityWords[ability]).join(', ');
}

export const levelWords: Readonly<Record<string, string>> = {
  organization: 'of the organisation',
  account: 'of the account',
  bucket: 'of the bucket',
  'access-point': 'of the access point',
};
