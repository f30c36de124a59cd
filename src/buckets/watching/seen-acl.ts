/** What an ACL gives to others than the owner: in words, and as the eight bytes that are kept of it. Pure. */
import { hash } from 'node:crypto';
import { count } from '../../base/text/quantities.ts';
import { ALL_USERS, AUTHENTICATED_USERS } from '../exposure/facts.ts';
import type { Acl, Grant } from '../facts/bucket-facts.ts';

export interface SeenAcl {
  readonly digest: bigint;
  /** `everyone may READ; partner may FULL_CONTROL`. */
  readonly words: string;
}

/** Nobody has looked at the ACL of an object that was there when the watch began. */
export const NEVER_READ = 0n;
/** The same of an object that came since: whatever it gives is new. */
export const NEW_UNREAD = 2n;

const IS_OPEN = 1n;
const WAS_READ = 4n;
const MOST_TOLD = 4;
const EVERYBODY: ReadonlyMap<string | undefined, string> = new Map([
  [ALL_USERS, 'everyone'],
  [AUTHENTICATED_USERS, 'everyone with an account'],
]);

export function seenAcl({ Owner, Grants = [] }: Acl): SeenAcl {
  const given = Grants.filter(({ Grantee }) => Grantee?.ID === undefined || Grantee.ID !== Owner?.ID);
  const open = given.filter(({ Grantee }) => EVERYBODY.has(Grantee?.URI));
  // Who everybody is comes first: it may not be cut off.
  const told = [...open, ...given.filter((grant) => !open.includes(grant))].map(wordsOf);
  const same = told.toSorted().join('\n');
  const digest = BigInt(`0x${hash('sha256', same).slice(0, 16)}`) & ~(IS_OPEN | NEW_UNREAD);
  const more = told.length > MOST_TOLD ? [`and ${count(told.length - MOST_TOLD, 'more grant')}`] : [];
  return {
    digest: digest | WAS_READ | (open.length > 0 ? IS_OPEN : 0n),
    words:
      told.length === 0 ? 'nobody but its owner may do anything' : [...told.slice(0, MOST_TOLD), ...more].join('; '),
  };
}

/** Whether a digest is that of an ACL that lets everyone in. */
export function isOpen(digest: bigint): boolean {
  return (digest & IS_OPEN) !== 0n;
}

export function wasRead(digest: bigint): boolean {
  return (digest & WAS_READ) !== 0n;
}

function wordsOf({ Grantee, Permission = '' }: Grant): string {
  const who = EVERYBODY.get(Grantee?.URI) ?? Grantee?.ID ?? Grantee?.URI ?? 'somebody';
  return `${who} may ${Permission}`;
}
