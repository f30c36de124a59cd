import { isId } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import type { RecordStore } from '../storage/index.ts';
import { isBatchAt } from './chain-tip.ts';
import { auditErrors } from './errors.ts';
import { genuineEvent } from './event-rows.ts';
import { BATCHES, digits, historyOf, type BatchRow, type EventRow, type StoredEvent } from './records.ts';
import type { Signer, TrailKey } from './signing.ts';

/** An event with its place in the chain. */
export type LinkedEvent = StoredEvent & { readonly sequence: number };

export interface EventPage<Event> {
  readonly events: readonly Event[];
  /** There when more may follow, even when this page is empty: pass it as `after`. */
  readonly next?: string;
}

export interface EventFilter {
  readonly actorId?: string | undefined;
  /** The whole act (`version.stored`), or its noun (`version`). */
  readonly act?: string | undefined;
}

export interface PageRequest {
  readonly after?: string | undefined;
  readonly limit: number;
}

/** So many batches are looked through for one page; then the caller is asked to go on. */
const MAX_BATCHES = 250;
const BATCHES_AT_ONCE = 25;

/** What reading the chain needs: a batch that was not signed here is never shown as if it were. */
export interface ReadDeps {
  readonly records: RecordStore;
  readonly signer: Signer;
}

/** Newest first. The cursor is the place of the last event that was looked at. Throws `audit_cursor_invalid`. */
export async function listEvents(
  { records, signer }: ReadDeps,
  filter: EventFilter,
  { after, limit }: PageRequest,
): Promise<EventPage<LinkedEvent>> {
  const from = after === undefined ? null : placeOf(after);
  const events: LinkedEvent[] = [];
  let before = from === null ? undefined : digits(from.sequence + 1);
  for (let looked = 0; looked < MAX_BATCHES;) {
    const page = await records.query<BatchRow>(BATCHES, {
      reverse: true,
      limit: BATCHES_AT_ONCE,
      ...(before === undefined ? {} : { after: before }),
    });
    for (const item of page.items) {
      const linked = eventsOf(item, signer);
      const start = from !== null && Number(item.sk) === from.sequence ? from.index : linked.length;
      for (let index = start - 1; index >= 0; index--) {
        const event = linked[index];
        if (!event || !matches(event, filter)) continue;
        events.push(event);
        if (events.length === limit) return { events, next: `${event.sequence}.${index}` };
      }
      before = item.sk;
      looked++;
    }
    if (page.next === undefined) return { events };
  }
  return { events, ...(/^[0-9]{12}$/.test(before ?? '') ? { next: `${Number(before)}.0` } : {}) };
}

/**
 * The history of one file, folder, drive or account, newest first, linked or not yet. Rows that no server of this
 * workspace wrote are left out and reported to the log. Throws `audit_cursor_invalid`.
 */
export async function listHistory(
  deps: { readonly records: RecordStore; readonly workspaceKey: TrailKey; readonly log: Log },
  subjectId: string,
  filter: EventFilter,
  { after, limit }: PageRequest,
): Promise<EventPage<StoredEvent>> {
  if (after !== undefined && !isId(after)) throw auditErrors('audit_cursor_invalid');
  const events: StoredEvent[] = [];
  for (let from = after, pages = 0; pages < MAX_BATCHES; pages++) {
    const page = await deps.records.query<EventRow>(historyOf(subjectId), {
      reverse: true,
      limit,
      ...(from === undefined ? {} : { after: from }),
    });
    for (const item of page.items) {
      from = item.sk;
      const event = genuineEvent(item, deps.workspaceKey);
      if (!event?.subjectIds.includes(subjectId)) {
        deps.log.error({ subjectId, eventId: item.sk.slice(0, 64) }, 'A row of a history was not written here');
      } else if (matches(event, filter)) {
        events.push(event);
        if (events.length === limit) return { events, next: item.sk };
      }
    }
    if (page.next === undefined) return { events };
    if (pages === MAX_BATCHES - 1 && from !== undefined) return { events, next: from };
  }
  return { events };
}

/** Every linked event that fits, oldest first; memory stays constant. What somebody changed is told, whatever the filter. */
export async function* allEvents({ records, signer }: ReadDeps, filter: EventFilter): AsyncGenerator<LinkedEvent> {
  for await (const batch of allBatches(records)) {
    for (const event of eventsOf(batch, signer)) {
      if (event.act === 'audit.batch_altered' || matches(event, filter)) yield event;
    }
  }
}

/**
 * The events of a batch. One that somebody changed tells only that: its events may be made up, and leaving them out
 * without a word would be as wrong.
 */
function eventsOf({ sk, value }: BatchAt, signer: Signer): LinkedEvent[] {
  if (isBatchAt(sk, value, signer)) return value.events.map((event) => ({ ...event, sequence: value.sequence }));
  if (!/^[0-9]{12}$/.test(sk)) return [];
  const nobody = { actorId: null, sessionId: null, subjectIds: [] };
  const facts = { run: 'holdfast audit verify' };
  return [{ sequence: Number(sk), eventId: `batch-${sk}`, atMs: 0, act: 'audit.batch_altered', ...nobody, facts }];
}

/** A row of the chain, as it lies there. */
interface BatchAt {
  readonly sk: string;
  readonly value: BatchRow;
}

/** The chain from its beginning. Lets others have their turn after each batch: a store may answer without waiting. */
export async function* allBatches(records: RecordStore): AsyncGenerator<BatchAt> {
  for (let after: string | undefined; ;) {
    const page = await records.query<BatchRow>(BATCHES, {
      limit: BATCHES_AT_ONCE,
      ...(after === undefined ? {} : { after }),
    });
    for (const item of page.items) {
      yield item;
      await new Promise<void>((resolve) => void setImmediate(resolve));
    }
    if (page.next === undefined) return;
    after = page.next;
  }
}

function matches(event: StoredEvent, { actorId, act }: EventFilter): boolean {
  if (actorId !== undefined && event.actorId !== actorId) return false;
  return act === undefined || event.act === act || event.act.startsWith(`${act}.`);
}

function placeOf(cursor: string): { sequence: number; index: number } {
  const match = /^([1-9][0-9]{0,11})\.([0-9]{1,4})$/.exec(cursor);
  if (!match) throw auditErrors('audit_cursor_invalid');
  return { sequence: Number(match[1]), index: Number(match[2]) };
}
