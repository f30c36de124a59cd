import type { RecordOperation } from '../../storage/index.ts';
import type { AccountDeps } from '../account-deps.ts';
import { accountErrors } from '../errors.ts';
import { keys } from '../records.ts';
import type { Role } from '../session.ts';
import { requireInvite, useInvite } from './invites.ts';
import { consumeSetupCode } from './setup-code.ts';
import type { SignUp } from './sign-up.ts';
import { workspaceSettings } from './workspace-settings.ts';

/** Why somebody may sign up, and what that uses up. */
export interface Admission {
  readonly first: boolean;
  readonly role: Role;
  /** For the sign-up's transaction: they fail when what admitted is used or changed meanwhile. */
  operations(accountId: string): readonly RecordOperation[];
}

/**
 * The setup code admits the first account, as the admin; after that the policy of the workspace decides, and an
 * invitation where one is needed.
 *
 * Throws `setup_code_invalid`, `sign_up_closed`, `invite_required`, `invite_invalid`, `invite_email_mismatch`.
 */
export async function admit(
  input: Pick<SignUp, 'setupCode' | 'signUpOpen' | 'invitation'>,
  email: string,
  deps: AccountDeps,
): Promise<Admission> {
  if (await needsSetupCode(deps)) {
    const consumed = await consumeSetupCode(input.setupCode, deps);
    const claim = (accountId: string): RecordOperation => ({
      op: 'put',
      ...keys.firstAccount,
      value: { accountId },
      if: 'absent',
    });
    return { first: true, role: 'admin', operations: (accountId) => [claim(accountId), consumed] };
  }
  await requireSignUp({ openPlace: input.signUpOpen, invited: input.invitation !== undefined }, deps);
  if (input.invitation === undefined) return { first: false, role: 'member', operations: () => [] };
  const { role, operations } = await useInvite(input.invitation, email, deps);
  return { first: false, role, operations: () => operations };
}

/**
 * Whether {@link admit} would take this person, as far as can be told before they say who they are; uses nothing up.
 * Throws `setup_code_invalid`, `sign_up_closed`, `invite_required`, `invite_invalid`.
 */
export async function requireAdmittance(
  { setupCode, signUpOpen, invitation }: Pick<SignUp, 'setupCode' | 'signUpOpen' | 'invitation'>,
  deps: AccountDeps,
): Promise<void> {
  if (await needsSetupCode(deps)) {
    await consumeSetupCode(setupCode, deps);
    return;
  }
  await requireSignUp({ openPlace: signUpOpen, invited: invitation !== undefined }, deps);
  if (invitation !== undefined) await requireInvite(invitation, deps);
}

export type SignUpAdmission = 'setup_code' | 'open' | 'invitation' | 'closed';

/** What {@link admit} will ask of somebody, told before they have filled anything in. */
export async function signUpAdmission(openPlace: boolean, deps: AccountDeps): Promise<SignUpAdmission> {
  if (await needsSetupCode(deps)) return 'setup_code';
  const { 'sign-up': policy } = await workspaceSettings(deps);
  if (policy === 'closed') return 'closed';
  return policy === 'open' && openPlace ? 'open' : 'invitation';
}

/** Throws `sign_up_closed`, or `invite_required` for somebody who comes neither from an open place nor invited. */
export async function requireSignUp(
  { openPlace, invited }: { readonly openPlace: boolean; readonly invited: boolean },
  deps: AccountDeps,
): Promise<void> {
  const { 'sign-up': policy } = await workspaceSettings(deps);
  if (policy === 'closed') throw accountErrors('sign_up_closed', { attempted: 'Sign up' });
  if (invited || (policy === 'open' && openPlace)) return;
  throw accountErrors('invite_required', { attempted: 'Sign up' });
}

/** True while the workspace has no account: then, and only then, the setup code admits one. */
export async function needsSetupCode({ records }: Pick<AccountDeps, 'records'>): Promise<boolean> {
  return (await records.get(keys.firstAccount.pk, keys.firstAccount.sk)) === null;
}
