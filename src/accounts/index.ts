/**
 * accounts/ knows who people are: sign-up, login sessions, passwords, recovery, and the keys that stand behind them.
 * It holds no file and no message; those features get a {@link Session} with the opened account identity and work
 * from there. Start reading in accounts.ts.
 */
export type {
  AccountProvisioner,
  Agent,
  AppPasswordHolder,
  NewAccount,
  Role,
  ChatHolder,
  Session,
  DriveRotation,
} from './session.ts';
export { chatIdentityOf } from './app-passwords/carried-key.ts';
export { looksLikeAppPassword } from './app-passwords/app-password-token.ts';
export { chatterOf, reporterOf, sessionOf } from './session-request.ts';
export { sessionCookieOf } from './sessions/session-cookie.ts';
export type { AccountDeps, SessionsEnded } from './account-deps.ts';
export { openAccounts, type Accounts, type WhoAmI } from './accounts.ts';
export { openSessionWatch, type SessionWatch } from './sessions/session-watch.ts';
export { accountsRoutes, type AccountsRoutesOptions } from './routes.ts';
export { openKdf, type Kdf, type KdfFigures } from './credentials/kdf.ts';
export { workspaceKeyOf, type WorkspaceKey, type WorkspaceKeyRing } from './keys/workspace-key.ts';
export { hasWorkspace, openWorkspaceKey } from './keys/open-workspace-key.ts';
export { ringInFile, workspaceKeyWarnings } from './keys/workspace-key-file.ts';
export { ringInKms } from './keys/kms/ring-in-kms.ts';
export { moveRing, type RingMoved } from './keys/move-ring.ts';
export type { RingPlace } from './keys/ring-place.ts';
export { prepareSetupCode } from './people/setup-code.ts';
export { accountsSettings, type AccountsSettings } from './settings.ts';
export { accountErrors } from './errors.ts';
