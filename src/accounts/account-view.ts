import type { FoundAccount } from './account-rows.ts';
import type { NewSession } from './sessions/sessions.ts';
import type { Role, Session } from './session.ts';

/** What a person sees of their own account. */
export type AccountView = {
  readonly accountId: string;
  readonly name: string;
  readonly email: string;
  readonly handle: string;
  readonly role: Role;
  readonly recipient: string;
  readonly createdTime: string;
};

export function accountView({ accountId, row }: Pick<FoundAccount, 'accountId' | 'row'>): AccountView {
  const { name, email, handle, role, recipient, createdTime } = row;
  return { accountId, name, email, handle, role, recipient, createdTime };
}

/** The outcome of every act that logs in. `token` is the one secret in it. */
export type LoggedIn = {
  readonly account: AccountView;
  readonly session: Session;
  readonly token: string;
  readonly expiresTime: string;
};

export function loggedIn(account: Pick<FoundAccount, 'accountId' | 'row'>, made: NewSession): LoggedIn {
  const { session, token, expiresTime } = made;
  return { account: accountView(account), session, token, expiresTime };
}
