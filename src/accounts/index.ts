/**
 * accounts/ knows who people are: sign-up, login sessions, passwords, recovery, and the keys that stand behind them.
 * It holds no file and no message; those features get a {@link Session} with the opened account identity and work
 * from there.
 */
export type { AccountProvisioner, NewAccount, Role, Session } from './session.ts';
export { MAX_PROVISION_OPERATIONS } from './session.ts';
export { sessionOf } from './session-request.ts';
export type { WorkspaceKey } from './workspace-key.ts';
export { parseRing, workspaceKeyOf } from './workspace-key.ts';
export { canonicalJson } from './canonical-json.ts';
export { accountErrors } from './errors.ts';
