/**
 * The first step from events to notices: events of one kind, reader and subject become one batch with a count. It takes
 * events out and puts the batch in in one transaction, so that whatever stops it, each event counts once.
 */
import { hasCode } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { RecordItem, RecordOperation, RecordStore } from '../../storage/index.ts';
import { lastDetails, worse, worstAbout } from '../kind.ts';
import { EVENTS, keys, type BatchContent, type BatchRow, type EventContent, type SealedRow } from '../records.ts';
import type { Vault } from '../vault.ts';

export interface GatherDeps {
  readonly records: RecordStore;
  readonly vault: Vault;
  readonly log: Log;
}

/** A transaction has room for a hundred operations: the events of a page, and the batches they go into. */
const PAGE = 90;
const MAX_OPERATIONS = 100;

/** So many events at most before the batches go on to their readers. */
const MAX_PAGES = 200;

interface OpenBatch {
  readonly batchId: string;
  readonly content: BatchContent;
  /** `null` until it is written. */
  readonly revision: string | null;
}

/** Resolves to whether there may be more. */
export async function gather(deps: GatherDeps, signal: AbortSignal): Promise<boolean> {
  // Only batches of this very turn grow: no reader has one of them yet.
  const open = new Map<string, OpenBatch>();
  for (let page = 0; page < MAX_PAGES && !signal.aborted; page++) {
    const { items } = await deps.records.query<SealedRow>(EVENTS, { limit: PAGE });
    if (items.length === 0) return false;
    try {
      await gatherPage(deps, items, open);
    } catch (error) {
      // Another server was faster, or has begun to hand out a batch of ours: begin anew.
      if (!hasCode(error, 'record_conflict')) throw error;
      return true;
    }
  }
  return true;
}

async function gatherPage(
  { records, vault, log }: GatherDeps,
  items: readonly RecordItem<SealedRow>[],
  open: Map<string, OpenBatch>,
): Promise<void> {
  const grown = new Map<string, OpenBatch>();
  const operations: RecordOperation[] = [];
  for (const { sk: eventId, value, revision } of items) {
    if (operations.length + grown.size + 2 > MAX_OPERATIONS) break;
    const event = vault.open<EventContent>(['event', eventId], value.sealed);
    if (event) {
      const key = JSON.stringify([event.kind, event.accountId, event.subject]);
      grown.set(key, grow(grown.get(key) ?? open.get(key), event));
    } else log.error({ eventId }, 'An event for notices was not written by this workspace, and is dropped');
    operations.push({ op: 'delete', ...keys.event(eventId), if: { revision } });
  }
  for (const { batchId, content, revision } of grown.values()) {
    const row: BatchRow = { sealed: vault.seal(['batch', batchId], content), done: [] };
    operations.push({ op: 'put', ...keys.batch(batchId), value: row, if: revision === null ? 'absent' : { revision } });
  }
  await records.transact(operations);
  for (const [key, batch] of grown) {
    const { pk, sk } = keys.batch(batch.batchId);
    const written = await records.get(pk, sk);
    if (written) open.set(key, { ...batch, revision: written.revision });
    else open.delete(key);
  }
}

function grow(batch: OpenBatch | undefined, { atMs, ...event }: EventContent): OpenBatch {
  if (!batch) return { batchId: newId(), revision: null, content: { ...event, firstMs: atMs, lastMs: atMs } };
  const { content } = batch;
  return {
    ...batch,
    content: {
      ...content,
      severity: worse(content.severity, event.severity),
      count: content.count + event.count,
      details: lastDetails(content.details, event.details),
      ...(event.about ? { about: worstAbout(content.about ?? [], event.about) } : {}),
      firstMs: Math.min(content.firstMs, atMs),
      lastMs: Math.max(content.lastMs, atMs),
    },
  };
}
