import { actorOf, type AuditEvent, type AuditFacts } from '../base/audit-event.ts';

/** What accounts/ tells the audit trail. */
export type AccountAct =
  | 'account.created'
  | 'account.recovered'
  | 'account.disabled'
  | 'account.enabled'
  | 'account.role_changed'
  | 'account.rotated'
  | 'account.deleted'
  | 'account.reset'
  | 'account.reopened'
  | 'session.started'
  | 'session.ended'
  /** A login that was refused. */
  | 'session.refused'
  | 'recovery.refused'
  /** The password was asked for again, and was wrong. */
  | 'password.refused'
  | 'password.changed'
  | 'kit.confirmed'
  | 'app_password.made'
  | 'app_password.revoked'
  | 'invite.made'
  | 'invite.revoked'
  | 'setting.changed'
  | 'workspace_key.rotated'
  /** Into another place, while the server was stopped. */
  | 'workspace_key.moved';

/** Somebody who is signed in did this: to their own account, to another one, or (`null`) to the workspace. */
export function accountEvent(
  act: AccountAct,
  actor: { readonly accountId: string; readonly sessionId: string },
  facts: AuditFacts = {},
  subjectId: string | null = actor.accountId,
): AuditEvent {
  return { act, ...actorOf(actor), subjectIds: subjectId === null ? [] : [subjectId], facts };
}

/** Nobody is signed in: somebody was turned away, or the server did it by itself. */
export function eventByNobody(act: AccountAct, accountId: string | null, facts: AuditFacts = {}): AuditEvent {
  return { act, actorId: null, sessionId: null, subjectIds: accountId === null ? [] : [accountId], facts };
}
