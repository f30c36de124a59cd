import type { Audience } from '../../exposure/ways.ts';
import { isAnonymous } from '../../exposure/facts.ts';
import type { Principals } from '../reading/document.ts';

/** Whom a policy's owner is, to tell what is shared with others from what stays at home. */
export interface Home {
  readonly accountId: string | null;
  /** Canonical id; `null`: not known. */
  readonly ownerId: string | null;
  /** Another store than AWS: there each user is a party of its own, and no account stands around them. */
  readonly foreign: boolean;
}

/** Whether strangers are meant: everybody, everybody but some, or whoever any large provider signs in. */
export function meansStrangers(principals: Principals): boolean {
  // All but everybody is nobody.
  return principals.negated ? !principals.everyone : namesStrangers(principals);
}

/** Whether a statement of kind Deny holds for every stranger for certain, anonymous ones too: NotPrincipal may spare some. */
export function meansAllStrangers(principals: Principals): boolean {
  return principals.negated ? !namesStrangers(principals) : principals.everyone;
}

function namesStrangers({ everyone, aws, services, federated, canonical }: Principals): boolean {
  return (
    everyone ||
    aws.some((name) => accountIn(name) === WILD) ||
    federated.some((name) => !name.startsWith('arn:') || name.includes('*')) ||
    services.includes('*') ||
    canonical.some((id) => id.includes('*') || isAnonymous(id))
  );
}

/** Those named who are not the owner; strangers apart. */
export function othersNamed(principals: Principals, home: Home): Audience[] {
  if (principals.negated) return [];
  const named: Audience[] = [];
  const add = (kind: Audience['kind'], names: readonly string[]): void => {
    if (names.length > 0) named.push({ kind, names });
  };
  add(
    'account',
    principals.aws.filter((name) => isAnotherAccount(name, home)),
  );
  add('service', [
    ...principals.services.filter((name) => name !== '*'),
    ...principals.aws.filter((name) => accountIn(name) === 'cloudfront'),
  ]);
  add(
    'federation',
    principals.federated.filter((name) => name.startsWith('arn:') && accountIn(name) !== home.accountId),
  );
  add(
    'canonical-user',
    principals.canonical.filter((id) => id !== home.ownerId),
  );
  return named;
}

const WILD = '*';

/** The account in `123456789012` or `arn:aws:iam::123456789012:…`; {@link WILD}: any; `null`: one that is gone (`AIDA…`). */
function accountIn(name: string): string | null {
  if (/^\d{12}$/.test(name)) return name;
  if (name.startsWith('arn:')) {
    const account = name.split(':')[4] ?? '';
    return account.includes('*') || account.includes('?') ? WILD : account;
  }
  return name.includes('*') || name.includes('?') ? WILD : null;
}

function isAnotherAccount(name: string, { accountId, ownerId, foreign }: Home): boolean {
  const account = accountIn(name);
  if (account === null || account === WILD || account === 'cloudfront') return false;
  if (foreign && name.startsWith('arn:')) return !name.endsWith(`user/${ownerId ?? ''}`);
  return account !== accountId;
}
