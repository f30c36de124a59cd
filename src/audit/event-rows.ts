import type { Clock } from '../base/clock.ts';
import { newId } from '../base/ids.ts';
import type { AuditEvent, AuditFacts, AuditTrail } from '../base/audit-event.ts';
import type { RecordItem, RecordOperation } from '../storage/index.ts';
import { keys, type EventRow, type StoredEvent } from './records.ts';
import type { TrailKey } from './signing.ts';

const ACT = /^[a-z][a-z_]{0,31}\.[a-z][a-z_]{0,31}$/;
const ID = /^[A-Za-z0-9_-]{1,64}$/;
const FACT_NAME = /^[A-Za-z][A-Za-z0-9]{0,31}$/;
const MAX_FACT_CHARACTERS = 256;
const MAX_FACTS = 16;
/** One act on many things is many events: a transaction has room for a hundred operations in all. */
const MAX_SUBJECTS = 8;

/** Gives the event its id and time. Throws `TypeError` for one that breaks the rules of base/audit-event.ts. */
export function storedEvent(event: AuditEvent, clock: Clock): StoredEvent {
  const { act, actorId, sessionId, subjectIds, facts = {} } = event;
  const refuse = (why: string): never => {
    throw new TypeError(`An audit event has ${why}`);
  };
  if (!ACT.test(act)) refuse('an act that is not of the form noun.participle');
  if ([actorId, sessionId].some((id) => id !== null && !ID.test(id))) refuse('an actor or session that is no id');
  if (subjectIds.length > MAX_SUBJECTS || !subjectIds.every((id) => ID.test(id))) {
    refuse('too many subjects, or one that is no id');
  }
  if (new Set(subjectIds).size !== subjectIds.length) refuse('a subject twice');
  if (Object.keys(facts).length > MAX_FACTS || !Object.entries(facts).every(isFact)) refuse('facts beyond the limits');
  // In the order of their names, as canonical JSON has them; so are the facts of most.
  return { act, actorId, atMs: clock(), eventId: newId(), facts, sessionId, subjectIds };
}

function isFact([name, value]: [string, AuditFacts[string]]): boolean {
  if (!FACT_NAME.test(name)) return false;
  if (typeof value === 'string') return value.length <= MAX_FACT_CHARACTERS && value.isWellFormed();
  return typeof value !== 'number' || Number.isSafeInteger(value);
}

/** What acts add to their own transactions. Of a stopped server too: its next start links the events that wait. */
export function eventWriter({
  workspaceKey,
  clock,
}: {
  readonly workspaceKey: TrailKey;
  readonly clock: Clock;
}): Pick<AuditTrail<RecordOperation>, 'operations'> {
  return { operations: (event) => eventOperations(storedEvent(event, clock), workspaceKey) };
}

/** One pending row, and one row in the history of each subject. */
export function eventOperations(event: StoredEvent, workspaceKey: TrailKey): RecordOperation[] {
  const value = eventRow(event, workspaceKey);
  return [
    { op: 'put', ...keys.pending(event.eventId), value },
    ...event.subjectIds.map((id): RecordOperation => ({ op: 'put', ...keys.of(id, event.eventId), value })),
  ];
}

/**
 * The same of an event that no act writes. The rows of the histories stay for ever, so that they tell whether it was written
 * before: nobody else has its id. `isLinked`: within the transaction that links it, so that it is pending nowhere.
 */
export function noteOperations(event: StoredEvent, workspaceKey: TrailKey, isLinked: boolean): RecordOperation[] {
  const value = eventRow(event, workspaceKey);
  const histories = event.subjectIds.map((id): RecordOperation => ({
    op: 'put',
    ...keys.of(id, event.eventId),
    value,
    if: 'absent',
  }));
  return isLinked ? histories : [{ op: 'put', ...keys.pending(event.eventId), value }, ...histories];
}

function eventRow(event: StoredEvent, workspaceKey: TrailKey): EventRow {
  return { event, mac: workspaceKey.mac('audit-event', event) };
}

/** The event of a row, if a server of this workspace wrote it; `null` for anything somebody else put there. */
export function genuineEvent(item: RecordItem<EventRow>, workspaceKey: TrailKey): StoredEvent | null {
  const { event, mac } = item.value;
  const isOurs = typeof event === 'object' && event !== null && workspaceKey.verifyMac('audit-event', event, mac);
  return isOurs && event.eventId === item.sk ? event : null;
}
