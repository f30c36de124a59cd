import type { AuditTrail } from '../../base/audit-event.ts';
import { timestamp, type Clock } from '../../base/clock.ts';
import { hasCode, HoldfastError } from '../../base/errors.ts';
import { isId, newId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { KeyIdentity } from '../../age/index.ts';
import type { RecordOperation, RecordStore } from '../../storage/index.ts';
import { accountEvent, eventByNobody } from '../audit-events.ts';
import { readAccount, rowIsSealed, sealRow, type FoundAccount } from '../account-rows.ts';
import { accountErrors } from '../errors.ts';
import { keys, type AccountRow, type SessionIndexRow, type SessionRow } from '../records.ts';
import type { Session } from '../session.ts';
import { newToken, openSealedIdentity, parseToken, sealIdentity } from './session-token.ts';
import type { AccountsSettings } from '../settings.ts';
import type { WorkspaceKey } from '../keys/workspace-key.ts';

export interface SessionDeps {
  readonly records: RecordStore;
  readonly workspaceKey: WorkspaceKey;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: AccountsSettings;
  readonly audit: Pick<AuditTrail<RecordOperation>, 'operations'>;
}

export interface NewSession {
  /** The secret that the person's device keeps; it exists nowhere else. */
  readonly token: string;
  readonly session: Session;
  /** Two records, for the transaction of the act that made the session. */
  readonly operations: readonly RecordOperation[];
  readonly expiresTime: string;
}

/** Prepares a session; it exists once its operations are written. */
export function newSession(
  account: Pick<FoundAccount, 'accountId' | 'row'>,
  identity: KeyIdentity,
  device: string,
  deps: SessionDeps,
): NewSession {
  const token = newToken();
  const now = deps.clock();
  const place = { sessionId: newId(), accountId: account.accountId };
  const row = sealSession(
    {
      ...place,
      device,
      sessionEpoch: account.row.sessionEpoch,
      createdTime: timestamp(now),
      lastUsedTime: timestamp(now),
      sealed: sealIdentity(identity, token.secret, place),
      mac: '',
    },
    token.hash,
    deps,
  );
  const endsAtMs = now + deps.settings.sessionAbsoluteMs;
  const index: SessionIndexRow = { hash: token.hash };
  return {
    token: token.text,
    session: sessionView(row, account.row, identity),
    expiresTime: timestamp(endsAtMs),
    operations: [
      { op: 'put', ...keys.session(token.hash), value: row, expiresAtMs: expiryOf(row, deps), if: 'absent' },
      { op: 'put', ...keys.sessionIndex(place.accountId, place.sessionId), value: index, expiresAtMs: endsAtMs },
    ],
  };
}

/** The same session under a new epoch, for the act that ends all others. `null` when it is gone. */
export async function carriedOver(session: Session, epoch: number, deps: SessionDeps): Promise<RecordOperation | null> {
  const index = keys.sessionIndex(session.accountId, session.sessionId);
  const hash = (await deps.records.get<SessionIndexRow>(index.pk, index.sk))?.value.hash;
  if (!hash) return null;
  const place = keys.session(hash);
  const item = await deps.records.get<SessionRow>(place.pk, place.sk);
  if (!item || !isGenuine(item.value, hash, deps)) return null;
  const row = sealSession({ ...item.value, sessionEpoch: epoch }, hash, deps);
  return { op: 'put', ...place, value: row, expiresAtMs: expiryOf(row, deps), if: { revision: item.revision } };
}

/**
 * Who holds this token. Every part is checked at every request: the row's MAC and times, the account's MAC, state and
 * epoch, and that the sealed identity opens and is the account's. Throws `session_invalid` for anything else.
 */
export async function authenticate(text: string, deps: SessionDeps): Promise<Session> {
  const token = parseToken(text);
  if (!token) throw accountErrors('session_invalid');
  const place = keys.session(token.hash);
  const item = await deps.records.get<SessionRow>(place.pk, place.sk);
  if (!item || !isGenuine(item.value, token.hash, deps)) throw accountErrors('session_invalid');
  const account = await readAccount(deps.records, deps.workspaceKey, item.value.accountId).catch((error: unknown) => {
    if (!hasCode(error, 'account_damaged')) throw error;
    deps.log.error({ accountId: item.value.accountId, code: error.code }, 'An account was changed behind our back');
    return null;
  });
  if (!account || !isGoodSession(item.value, token.hash, account.row, deps)) throw accountErrors('session_invalid');
  const identity = openSealedIdentity(item.value.sealed, token.secret, item.value);
  if (!identity || identity.recipient.toString() !== account.row.recipient) throw accountErrors('session_invalid');
  if (isTouchDue(item.value, deps)) await touch(item.value, token.hash, item.revision, deps);
  return sessionView(item.value, account.row, identity);
}

export type SessionFacts = {
  readonly sessionId: string;
  readonly device: string;
  readonly createdTime: string;
  readonly lastUsedTime: string;
  /** When it ends if it is not used again. */
  readonly expiresTime: string;
  readonly current: boolean;
};

/** The person's live sessions, newest first. */
export async function listSessions(session: Session, deps: SessionDeps): Promise<SessionFacts[]> {
  const account = await readAccount(deps.records, deps.workspaceKey, session.accountId);
  const facts: SessionFacts[] = [];
  for (const { sessionId, hash } of await sessionIndex(session.accountId, deps)) {
    const place = keys.session(hash);
    const row = (await deps.records.get<SessionRow>(place.pk, place.sk))?.value;
    if (!row || !account || !isGoodSession(row, hash, account.row, deps)) continue;
    const expiresAtMs = expiryOf(row, deps);
    const { device, createdTime, lastUsedTime } = row;
    const current = sessionId === session.sessionId;
    facts.push({ sessionId, device, createdTime, lastUsedTime, expiresTime: timestamp(expiresAtMs), current });
  }
  return facts;
}

/** Ends one of the person's sessions on the server. Throws `session_not_found` for one that is not the person's, or over already. */
export async function endSession(
  actor: Pick<Session, 'accountId' | 'sessionId'>,
  sessionId: string,
  deps: SessionDeps,
): Promise<void> {
  const { accountId } = actor;
  const attempted = `End session ${isId(sessionId) ? sessionId : ''}`.trim();
  const index = keys.sessionIndex(accountId, sessionId);
  const item = isId(sessionId) ? await deps.records.get<SessionIndexRow>(index.pk, index.sk) : null;
  if (!item) throw accountErrors('session_not_found', { attempted });
  await deps.records.transact([
    ...deletions(accountId, { sessionId, hash: item.value.hash }),
    ...deps.audit.operations(accountEvent('session.ended', actor, { ended: sessionId })),
  ]);
}

/** Ends the oldest sessions beyond the limit. An account below it costs one read. */
export async function endSessionsBeyondLimit(accountId: string, deps: SessionDeps): Promise<string[]> {
  const all = await sessionIndex(accountId, deps);
  const ended = all.slice(deps.settings.sessionsPerAccount);
  for (const entry of ended) {
    const event = eventByNobody('session.ended', accountId, { ended: entry.sessionId, why: 'too many sessions' });
    await deps.records.transact([...deletions(accountId, entry), ...deps.audit.operations(event)]);
  }
  return ended.map(({ sessionId }) => sessionId);
}

/**
 * Removes the rows of sessions that an earlier epoch left behind. They open nothing any more, so a failure here only
 * leaves litter that expires by itself.
 */
export async function removeSessionsExcept(accountId: string, keep: string, deps: SessionDeps): Promise<number> {
  let ended = 0;
  try {
    for (const entry of await sessionIndex(accountId, deps)) {
      if (entry.sessionId === keep) continue;
      await deps.records.transact(deletions(accountId, entry));
      ended++;
    }
  } catch (error) {
    const code = error instanceof HoldfastError ? error.code : 'unknown';
    deps.log.warn({ accountId, code }, 'Rows of ended sessions could not be removed');
  }
  return ended;
}

interface IndexEntry {
  readonly sessionId: string;
  readonly hash: string;
}

/** Newest first: session ids sort by the time they were made. */
async function sessionIndex(accountId: string, deps: SessionDeps): Promise<IndexEntry[]> {
  const { pk, sk: prefix } = keys.sessionIndex(accountId, '');
  const entries: IndexEntry[] = [];
  for (let after: string | undefined; ;) {
    const options = { prefix, reverse: true, limit: 1_000, ...(after === undefined ? {} : { after }) };
    const page = await deps.records.query<SessionIndexRow>(pk, options);
    for (const item of page.items) entries.push({ sessionId: item.sk.slice(prefix.length), hash: item.value.hash });
    if (page.next === undefined) return entries;
    after = page.next;
  }
}

function deletions(accountId: string, { sessionId, hash }: IndexEntry): RecordOperation[] {
  return [
    { op: 'delete', ...keys.session(hash) },
    { op: 'delete', ...keys.sessionIndex(accountId, sessionId) },
  ];
}

function sealSession(row: SessionRow, hash: string, { workspaceKey }: SessionDeps): SessionRow {
  return sealRow(workspaceKey, 'session', { hash }, row);
}

/** Written by us, of an account that is active, under its present epoch, and neither idle nor old for too long. */
export function isGoodSession(row: SessionRow, hash: string, account: AccountRow, deps: SessionDeps): boolean {
  return (
    isGenuine(row, hash, deps) &&
    account.state === 'active' &&
    row.sessionEpoch === account.sessionEpoch &&
    expiryOf(row, deps) > deps.clock()
  );
}

function isGenuine(row: SessionRow, hash: string, { workspaceKey }: SessionDeps): boolean {
  return rowIsSealed(workspaceKey, 'session', { hash }, row);
}

/** The earlier of "not used for so long" and "logged in so long ago". */
function expiryOf(row: SessionRow, { settings }: SessionDeps): number {
  return Math.min(
    Date.parse(row.lastUsedTime) + settings.sessionIdleMs,
    Date.parse(row.createdTime) + settings.sessionAbsoluteMs,
  );
}

/** The use is noted seldom. */
function isTouchDue({ lastUsedTime }: SessionRow, { clock, settings }: SessionDeps): boolean {
  return clock() - Date.parse(lastUsedTime) >= settings.sessionTouchMs;
}

/** Notes the use. That it could not be noted (a full disk, another request was first) stops nobody. */
async function touch(row: SessionRow, hash: string, revision: string, deps: SessionDeps): Promise<void> {
  const used = sealSession({ ...row, lastUsedTime: timestamp(deps.clock()) }, hash, deps);
  const expiresAtMs = expiryOf(used, deps);
  await deps.records
    .transact([{ op: 'put', ...keys.session(hash), value: used, expiresAtMs, if: { revision } }])
    .catch((error: unknown) => {
      if (hasCode(error, 'record_conflict')) return;
      const code = error instanceof HoldfastError ? error.code : 'unknown';
      deps.log.warn({ sessionId: row.sessionId, code }, 'The use of a session could not be noted');
    });
}

function sessionView(row: SessionRow, account: AccountRow, identity: KeyIdentity): Session {
  const { sessionId, accountId, device } = row;
  const { role, email, name, handle } = account;
  return { sessionId, accountId, role, email, name, handle, device, identity };
}
