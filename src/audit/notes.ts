import type { Clock } from '../base/clock.ts';
import type { AuditEvent } from '../base/audit-event.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import { hasCode } from '../base/errors.ts';
import type { RecordOperation, RecordStore } from '../storage/index.ts';
import { eventOperations, storedEvent } from './event-rows.ts';
import { historyOf } from './records.ts';
import type { AuditSettings } from './settings.ts';
import type { TrailKey } from './signing.ts';

export interface NotesDeps {
  readonly records: RecordStore;
  readonly workspaceKey: TrailKey;
  readonly clock: Clock;
  readonly settings: Pick<AuditSettings, 'auditNotesKept' | 'auditRepeatMs'>;
}

/** Events of acts that write nothing themselves, collected so that a thousand reads cost one transaction. */
export interface Notes {
  add(event: AuditEvent, options?: { readonly seldom?: boolean }): void;
  /** Writes what was collected. Throws what the records throw, and keeps what is not written for the next time. */
  flush(): Promise<void>;
}

const MAX_OPERATIONS = 90;
const MAX_REMEMBERED = 10_000;

export function collectNotes(deps: NotesDeps): Notes {
  const waiting: (readonly RecordOperation[])[] = [];
  /** Written already, for all that is known: it is sent again as it is until there is an answer. */
  let sent: readonly RecordOperation[] | null = null;
  let dropped = 0;
  let turn: Promise<void> = Promise.resolve();
  const seen = new Map<string, number>();

  const isRepeated = (event: AuditEvent): boolean => {
    const key = canonicalJson({ ...event, facts: event.facts ?? {} });
    const nowMs = deps.clock();
    if ((seen.get(key) ?? -Infinity) > nowMs) return true;
    seen.delete(key);
    seen.set(key, nowMs + deps.settings.auditRepeatMs);
    const oldest = seen.size > MAX_REMEMBERED ? seen.keys().next().value : undefined;
    if (oldest !== undefined) seen.delete(oldest);
    return false;
  };

  const write = async (): Promise<void> => {
    if (dropped > 0) {
      const facts = { count: dropped };
      waiting.push(rowsOf({ act: 'audit.notes_dropped', actorId: null, sessionId: null, subjectIds: [], facts }, deps));
      dropped = 0;
    }
    while (sent || waiting.length > 0) {
      sent ??= nextTransaction(waiting);
      try {
        await deps.records.transact(sent);
      } catch (error) {
        // Nobody else has these ids: an earlier attempt did write them, and its answer got lost.
        if (!hasCode(error, 'record_conflict')) throw error;
      }
      sent = null;
    }
  };

  return {
    add(event, { seldom = false } = {}) {
      const rows = rowsOf(event, deps);
      if (seldom && isRepeated(event)) return;
      if (waiting.length >= deps.settings.auditNotesKept) dropped++;
      else waiting.push(rows);
    },
    flush() {
      const written = turn.then(write);
      turn = written.catch(() => undefined);
      return written;
    },
  };
}

function rowsOf(event: AuditEvent, { clock, workspaceKey }: NotesDeps): RecordOperation[] {
  // The rows of the histories stay for ever, so that they tell whether the event was written before.
  return eventOperations(storedEvent(event, clock), workspaceKey).map((row) =>
    row.op === 'put' && row.pk.startsWith(historyOf('')) ? { ...row, if: 'absent' } : row,
  );
}

function nextTransaction(waiting: (readonly RecordOperation[])[]): RecordOperation[] {
  const operations: RecordOperation[] = [];
  for (let rows = waiting[0]; rows && operations.length + rows.length <= MAX_OPERATIONS; rows = waiting[0]) {
    operations.push(...rows);
    waiting.shift();
  }
  return operations;
}
