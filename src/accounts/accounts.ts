import { placeOf } from '../base/http/addresses.ts';
import type { AccountDeps } from './account-deps.ts';
import {
  listAppPasswords,
  makeAppPassword,
  revokeAppPassword,
  type AppPasswordFacts,
  type MadeAppPassword,
} from './app-passwords/app-passwords.ts';
import { authenticateAppPassword } from './app-passwords/authenticate-app-password.ts';
import { readAccount } from './account-rows.ts';
import { accountView, type AccountView, type LoggedIn } from './account-view.ts';
import { deleteAccount, type Deletion } from './closing/delete-account.ts';
import { startAccountErrands } from './closing/errands.ts';
import { resetPerson, type Reset } from './closing/reset-person.ts';
import { beginAttempt } from './credentials/attempts.ts';
import { newDeviceToken } from './credentials/known-device.ts';
import { type DummyCredentials, dummyCredentials } from './credentials/credentials.ts';
import { logIn, verifyPassword, type LogIn, type PasswordChecks } from './credentials/log-in.ts';
import { changePassword, confirmKit, credentialFacts, recover, type Recovery } from './credentials/new-password.ts';
import { rotateAccount, type RotatedAccount } from './credentials/rotate-account.ts';
import { passwordFeedback, type PasswordFeedback } from './credentials/password-rules.ts';
import { accountErrors } from './errors.ts';
import type { AppPasswordHolder, AppPasswordScope, Role, Session } from './session.ts';
import { authenticate, endSession, listSessions, type SessionFacts } from './sessions/sessions.ts';
import { standingOf, type Credential } from './sessions/standing.ts';
import {
  rotateWorkspaceKey,
  workspaceKeyView,
  type KeyRotation,
  type WorkspaceKeyView,
} from './keys/rotate-workspace-key.ts';
import { organisationRecovery } from './keys/organisation-recovery.ts';
import { handleOwner } from './people/handle.ts';
import {
  adminRecipients,
  type KnownPerson,
  personOf,
  personOfEmail,
  personOfHandle,
  recipientOf,
  type Recipient,
} from './people/recipients.ts';
import { freeHandle, signUp, type SignedUp, type SignUp } from './people/sign-up.ts';
import { checkedName } from './people/person-fields.ts';
import {
  needsSetupCode,
  requireAdmittance,
  requireSignUp,
  signUpAdmission,
  type SignUpAdmission,
} from './people/admission.ts';
import {
  listInvites,
  makeInvite,
  revokeInvite,
  type InviteView,
  type MadeInvite,
  type NewInvite,
} from './people/invites.ts';
import {
  changeRole,
  disablePerson,
  enablePerson,
  getsRingWhenEnabled,
  listPeople,
  type PeoplePage,
  type PersonView,
} from './people/people.ts';
import {
  changeWorkspaceSetting,
  listWorkspaceSettings,
  type WorkspaceSettingView,
  workspaceSettings,
  type WorkspaceSettings,
} from './people/workspace-settings.ts';

export type WhoAmI = AccountView & {
  readonly kitConfirmed: boolean;
  /** When the recovery key last set a password; `null` if never. */
  readonly kitUsedTime: string | null;
  readonly passwordChangedTime: string;
  readonly session: { readonly sessionId: string; readonly device: string };
};

export type SignUpFacts = {
  readonly setupCodeNeeded: boolean;
  /** Recipient of a key that opens every account, if set-up chose one. */
  readonly organisationRecovery: string | null;
};

/** Acts that may hand out a key, and then ask for the password again. */
interface PasswordGiven {
  readonly password?: string | undefined;
}

interface Page {
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

/** Everything that can be done with accounts. Each function lists its errors where it is defined. */
export interface Accounts {
  /** See {@link signUp}. */
  signUp(input: SignUp): Promise<SignedUp>;
  /** See {@link logIn}. */
  logIn(input: LogIn): Promise<LoggedIn>;
  /** See {@link authenticate}: the one way from a token to a person. */
  authenticate(token: string): Promise<Session>;
  /** See {@link standingOf}: whether that person may still go on. */
  standing(credential: Credential): Promise<Role | null>;
  whoAmI(session: Session): Promise<WhoAmI>;
  /** Ends the session on the server; the token is worth nothing afterwards. */
  logOut(session: Session): Promise<void>;
  sessions(session: Session): Promise<SessionFacts[]>;
  /** Throws `session_not_found`. */
  revokeSession(session: Session, sessionId: string): Promise<void>;
  /** See {@link changePassword}. */
  changePassword(
    session: Session,
    passwords: { readonly currentPassword: string; readonly newPassword: string },
  ): Promise<{ readonly endedSessions: number }>;
  /** Before an act that hands out keys. Throws `password_wrong`, `too_many_attempts`, `busy`. */
  verifyPassword(session: Session, password: string): Promise<void>;
  /** What a device keeps after a login, so that strangers cannot lock its owner out on it; see {@link newDeviceToken}. */
  deviceToken(accountId: string): string;
  /** See {@link recover}. */
  recover(input: Recovery): Promise<LoggedIn>;
  confirmKit(session: Session): Promise<void>;
  /** See {@link rotateAccount}. */
  rotateAccount(session: Session, password: string): Promise<RotatedAccount>;
  /** See {@link deleteAccount}. */
  deleteAccount(session: Session, password: string): Promise<Deletion>;
  readonly appPasswords: {
    /** See {@link makeAppPassword}. */
    make(
      session: Session,
      wanted: { readonly label: string; readonly scope: AppPasswordScope; readonly password: string },
    ): Promise<MadeAppPassword>;
    list(session: Session): Promise<AppPasswordFacts[]>;
    /** Throws `app_password_not_found`. */
    revoke(session: Session, appPasswordId: string): Promise<void>;
  };
  /** See {@link authenticateAppPassword}: the one way from an app password to a person. */
  authenticateAppPassword(token: string): Promise<AppPasswordHolder>;
  readonly invites: {
    /** See {@link makeInvite}. Whoever invites an admin gives their password again, else `password_required`. */
    make(session: Session, wanted: NewInvite & PasswordGiven): Promise<MadeInvite>;
    list(session: Session, page: Page): Promise<{ readonly invites: InviteView[]; readonly next?: string }>;
    /** Throws `invite_not_found`. */
    revoke(session: Session, inviteId: string): Promise<void>;
  };
  /** For admins: the routes see to that. */
  readonly people: {
    list(page: Page): Promise<PeoplePage>;
    /** See {@link changeRole}. An admin is made with the password given again, else `password_required`. */
    changeRole(session: Session, accountId: string, role: Role, password?: string): Promise<PersonView>;
    /** See {@link resetPerson}. */
    reset(session: Session, request: { readonly accountId: string; readonly password: string }): Promise<Reset>;
    /** See {@link disablePerson}. */
    disable(session: Session, accountId: string): Promise<PersonView>;
    /** See {@link enablePerson}. For an admin with the password given again, else `password_required`. */
    enable(session: Session, accountId: string, password?: string): Promise<PersonView>;
  };
  /** For admins: the routes see to that. */
  readonly settings: {
    list(): Promise<WorkspaceSettingView[]>;
    values(): Promise<WorkspaceSettings>;
    /** Throws `workspace_setting_invalid`, `workspace_setting_fixed`. */
    change(session: Session, name: string, value: string): Promise<void>;
  };
  /** For admins: the routes see to that. */
  readonly workspaceKey: {
    show(): Promise<WorkspaceKeyView>;
    /** See {@link rotateWorkspaceKey}. Throws `password_wrong`, `too_many_attempts`, `busy` as well. */
    rotate(
      session: Session,
      request: { readonly password: string; readonly prepareOnly?: boolean | undefined },
    ): Promise<KeyRotation>;
  };
  /** Throws `account_name_invalid`, and `sign_up_closed` or `invite_required` to those who could not use it. */
  proposeHandle(name: string, signUpOpen: boolean): Promise<string>;
  /**
   * For whoever has a session, and for who may sign up. Throws `busy`, and without a session the codes of
   * {@link requireAdmittance}.
   */
  passwordFeedback(
    asked: Pick<SignUp, 'password' | 'setupCode' | 'invitation' | 'signUpOpen' | 'address'> & {
      readonly hints: readonly string[];
    },
    session: Session | null,
  ): Promise<PasswordFeedback>;
  /** See {@link recipientOf}. */
  recipient(accountId: string): Promise<Recipient | null>;
  /** See {@link personOf}. */
  person(accountId: string): Promise<KnownPerson | null>;
  /** See {@link personOfHandle}. */
  personOfHandle(handle: string): Promise<KnownPerson | null>;
  /** See {@link personOfEmail}. */
  personOfEmail(email: string): Promise<KnownPerson | null>;
  /** See {@link handleOwner}. */
  handleOwner(name: string): ReturnType<typeof handleOwner>;
  /** See {@link adminRecipients}. */
  admins(): Promise<Recipient[]>;
  /** What the others call a person; `null` when there is no such account. */
  accountName(accountId: string): Promise<string | null>;
  /** Goes on in the background with what acts left to be done; see {@link startAccountErrands}. */
  startErrands(holder: string): AsyncDisposable;
  /** What somebody should know before they sign up. */
  signUpFacts(): Promise<SignUpFacts>;
  /** What it takes to sign up from a place that is open, or is not. */
  signUpAdmission(openPlace: boolean): Promise<SignUpAdmission>;
  /** True while the workspace has no account. */
  needsSetupCode(): Promise<boolean>;
}

/** Holds no resource of its own: the password workers are handed in and closed by whoever made them. */
export function openAccounts(deps: AccountDeps): Accounts {
  let dummy: DummyCredentials | undefined;
  const checks: PasswordChecks = {
    attempt: (counters) => beginAttempt(counters, deps),
    dummy: () => (dummy ??= dummyCredentials(deps)),
  };
  // Who asks has a share of the password workers by where they come from, or by their account.
  const sharing = (place: string): AccountDeps => ({ ...deps, kdf: deps.kdf.from(place) });
  const near = ({ address }: { readonly address?: string | undefined }): AccountDeps =>
    address === undefined ? deps : sharing(placeOf(address));
  const of = (session: Session): AccountDeps => sharing(session.accountId);
  /** Before a copy of the workspace key is made for somebody. */
  const again = async (session: Session, password: string | undefined): Promise<void> => {
    if (password === undefined) throw accountErrors('password_required');
    await verifyPassword(session, password, of(session), checks);
  };
  const ended = (session: Session, sessionId: string): void =>
    deps.onSessionsEnded?.({ accountId: session.accountId, sessionId });

  return {
    signUp: (input) => signUp(input, near(input)),
    logIn: (input) => logIn(input, near(input), checks),
    authenticate: (token) => authenticate(token, deps),
    standing: (credential) => standingOf(credential, deps),
    async whoAmI(session) {
      const { account, ...facts } = await credentialFacts(session, deps);
      const { sessionId, device } = session;
      return { ...accountView(account), ...facts, session: { sessionId, device } };
    },
    async logOut(session) {
      await endSession(session, session.sessionId, deps);
      ended(session, session.sessionId);
    },
    sessions: (session) => listSessions(session, deps),
    async revokeSession(session, sessionId) {
      await endSession(session, sessionId, deps);
      ended(session, sessionId);
    },
    changePassword: (session, passwords) => changePassword(session, passwords, of(session), checks),
    async verifyPassword(session, password) {
      await verifyPassword(session, password, of(session), checks);
    },
    deviceToken: (accountId) => newDeviceToken(accountId, deps),
    recover: (input) => recover(input, near(input), checks),
    confirmKit: (session) => confirmKit(session, deps),
    rotateAccount: (session, password) => rotateAccount(session, password, of(session), checks),
    deleteAccount: (session, password) => deleteAccount(session, password, of(session), checks),
    appPasswords: {
      make: (session, wanted) => makeAppPassword(session, wanted, of(session), checks),
      list: (session) => listAppPasswords(session, deps),
      revoke: (session, appPasswordId) => revokeAppPassword(session, appPasswordId, deps),
    },
    authenticateAppPassword: (token) => authenticateAppPassword(token, deps),
    invites: {
      async make(session, { password, ...wanted }) {
        if (wanted.role === 'admin' && session.role === 'admin') await again(session, password);
        return makeInvite(session, wanted, deps);
      },
      list: (session, page) => listInvites(session, page, deps),
      revoke: (session, inviteId) => revokeInvite(session, inviteId, deps),
    },
    people: {
      list: (page) => listPeople(page, deps),
      async changeRole(session, accountId, role, password) {
        if (role === 'admin') await again(session, password);
        return changeRole(session, accountId, role, deps);
      },
      reset: (session, request) => resetPerson(session, request, of(session), checks),
      disable: (session, accountId) => disablePerson(session, accountId, deps),
      async enable(session, accountId, password) {
        if (await getsRingWhenEnabled(accountId, deps)) await again(session, password);
        return enablePerson(session, accountId, deps);
      },
    },
    settings: {
      list: () => listWorkspaceSettings(deps),
      values: () => workspaceSettings(deps),
      async change(session, name, value) {
        await changeWorkspaceSetting(session, name, value, deps);
        await deps.onSettingChanged?.(session);
      },
    },
    workspaceKey: {
      show: () => workspaceKeyView(deps),
      async rotate(session, { password, prepareOnly }) {
        await verifyPassword(session, password, of(session), checks);
        return rotateWorkspaceKey({ by: session, prepareOnly }, deps);
      },
    },
    async proposeHandle(name, signUpOpen) {
      const checked = checkedName(name);
      // The number in "ada-2" tells that there is an ada: nothing for people outside.
      if (!(await needsSetupCode(deps))) await requireSignUp({ openPlace: signUpOpen, invited: false }, deps);
      return freeHandle(checked, deps);
    },
    async passwordFeedback({ password, hints, ...asked }, session) {
      if (!session) await requireAdmittance(asked, deps);
      return passwordFeedback(password, hints, session ? of(session) : near(asked));
    },
    recipient: (accountId) => recipientOf(accountId, deps),
    person: (accountId) => personOf(accountId, deps),
    personOfHandle: (handle) => personOfHandle(handle, deps),
    personOfEmail: (email) => personOfEmail(email, deps),
    handleOwner: (name) => handleOwner(name, deps),
    admins: () => adminRecipients(deps),
    async accountName(accountId) {
      return (await readAccount(deps.records, deps.workspaceKey, accountId))?.row.name ?? null;
    },
    startErrands: (holder) => startAccountErrands(deps, holder),
    signUpFacts: async () => ({
      setupCodeNeeded: await needsSetupCode(deps),
      organisationRecovery: await organisationRecovery(deps),
    }),
    signUpAdmission: (openPlace) => signUpAdmission(openPlace, deps),
    needsSetupCode: () => needsSetupCode(deps),
  };
}
