import { isAnonymous } from '../exposure/facts.ts';
import type { Grant } from '../facts/bucket-facts.ts';

const GROUPS = /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/;

/** Whether a grant of an ACL is to everyone: by the groups of all users, or by the id of those without an account. */
export function isToEveryone({ Grantee }: Grant): boolean {
  return GROUPS.test(Grantee?.URI ?? '') || isAnonymous(Grantee?.ID ?? '');
}
