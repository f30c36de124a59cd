import type { Clock } from '../base/clock.ts';
import type { AuditEvent } from '../base/audit-event.ts';
import { hasCode } from '../base/errors.ts';
import { RecentMap } from '../base/memory/recent-map.ts';
import type { RecordOperation, RecordStore } from '../storage/index.ts';
import { noteOperations, storedEvent } from './event-rows.ts';
import type { StoredEvent } from './records.ts';
import type { AuditSettings } from './settings.ts';
import type { TrailKey } from './signing.ts';

export interface NotesDeps {
  readonly records: RecordStore;
  readonly workspaceKey: TrailKey;
  readonly clock: Clock;
  readonly settings: Pick<AuditSettings, 'auditNotesKept' | 'auditRepeatMs'>;
  /** See {@link linkNotes}; does nothing when it is not this server's turn to link. */
  readonly linkAtOnce: (next: () => readonly StoredEvent[]) => Promise<void>;
}

/** Events of acts that write nothing themselves, collected so that a thousand reads cost one transaction. */
export interface Notes {
  add(event: AuditEvent, options?: { readonly seldom?: boolean }): void;
  /** Writes what was collected. Throws what the records throw, and keeps what is not written for the next time. */
  flush(): Promise<void>;
}

const MAX_OPERATIONS = 90;
/** Of events that are one row together, as JSON in UTF-16 units: their bytes are three times as many at most. */
const MAX_LENGTH = 100_000;
/** So many go straight into the chain; taking the turn for that is more work than it saves for a few. */
const MANY = 40;
/** Transactions on their way at the same time. */
const AT_ONCE = 8;
const MAX_REMEMBERED = 10_000;

export function collectNotes(deps: NotesDeps): Notes {
  const waiting: StoredEvent[] = [];
  /** Written already, for all that is known: each is sent again as it is until there is an answer. */
  let sent: (readonly RecordOperation[])[] = [];
  let dropped = 0;
  let turn: Promise<void> = Promise.resolve();
  const seen = new RecentMap<string, number>(MAX_REMEMBERED);

  const isRepeated = (event: AuditEvent): boolean => {
    const { act, actorId, sessionId, subjectIds, facts = {} } = event;
    // Whoever notes an act does it in one place, and so in one order.
    const key = JSON.stringify([act, actorId, sessionId, subjectIds, facts]);
    const nowMs = deps.clock();
    if ((seen.get(key) ?? -Infinity) > nowMs) return true;
    seen.set(key, nowMs + deps.settings.auditRepeatMs);
    return false;
  };

  const linkAtOnce = async (): Promise<void> => {
    let taken: StoredEvent[] = [];
    try {
      await deps.linkAtOnce(() => (taken = nextLinked(waiting)));
    } catch {
      // Those taken last may be written: like others whose answer got lost they are sent again, in the way that tells.
      while (taken.length > 0) sent.push(nextTransaction(taken, deps));
    }
  };

  const write = async (): Promise<void> => {
    if (dropped > 0) {
      const facts = { count: dropped };
      const event = { act: 'audit.notes_dropped', actorId: null, sessionId: null, subjectIds: [], facts } as const;
      waiting.push(storedEvent(event, deps.clock));
      dropped = 0;
    }
    if (sent.length === 0 && waiting.length >= MANY) await linkAtOnce();
    while (sent.length + waiting.length > 0) {
      // Several at a time: a store may bring to the disk together what arrives together.
      while (sent.length < AT_ONCE && waiting.length > 0) sent.push(nextTransaction(waiting, deps));
      const answers = await Promise.allSettled(sent.map((operations) => deps.records.transact(operations)));
      const failures = answers.map((answer) => (answer.status === 'rejected' ? (answer.reason as unknown) : null));
      // Nobody else has these ids: where they are taken an earlier attempt did write them, and its answer got lost.
      const isLeft = failures.map((error) => error !== null && !hasCode(error, 'record_conflict'));
      sent = sent.filter((_operations, index) => isLeft[index]);
      if (sent.length > 0) throw failures.find((_error, index) => isLeft[index]);
    }
  };

  return {
    add(event, { seldom = false } = {}) {
      // Its rows are made when they are written: whoever reads a file need not wait for that.
      const stored = storedEvent(event, deps.clock);
      if (seldom && isRepeated(event)) return;
      if (waiting.length >= deps.settings.auditNotesKept) dropped++;
      else waiting.push(stored);
    },
    flush() {
      const written = turn.then(write);
      turn = written.catch(() => undefined);
      return written;
    },
  };
}

/** Takes as many as fit into one batch and the transaction that writes it; only such as a history will tell of. */
function nextLinked(waiting: StoredEvent[]): StoredEvent[] {
  const taken: StoredEvent[] = [];
  const left: StoredEvent[] = [];
  let [rows, length] = [0, 0];
  for (const event of waiting) {
    if (event.subjectIds.length > 0) {
      rows += event.subjectIds.length;
      length += JSON.stringify(event).length;
      if (rows > MAX_OPERATIONS || length > MAX_LENGTH) break;
      taken.push(event);
    } else left.push(event);
  }
  waiting.splice(0, taken.length + left.length, ...left);
  return taken;
}

/** Takes as many as there is room for out of those that wait. */
function nextTransaction(waiting: StoredEvent[], deps: NotesDeps): RecordOperation[] {
  const operations: RecordOperation[] = [];
  let taken = 0;
  for (const event of waiting) {
    const rows = noteOperations(event, deps.workspaceKey, false);
    if (operations.length + rows.length > MAX_OPERATIONS) break;
    operations.push(...rows);
    taken += 1;
  }
  waiting.splice(0, taken);
  return operations;
}
