import type { RecordItem, RecordStore } from '../../storage/index.ts';
import { COPY_OUTBOX, type CopyJob } from '../records.ts';

const PAGE = 200;

/**
 * Jobs that are due, the longest due first. No job waits for longer than `maxWaitMs`: one that says so was written by
 * a clock that was wrong, and is due as well.
 */
export async function dueJobs(
  records: RecordStore,
  nowMs: number,
  limit: number,
  maxWaitMs: number,
): Promise<RecordItem<CopyJob>[]> {
  const [first, last] = await Promise.all([
    records.query<CopyJob>(COPY_OUTBOX, { limit }),
    records.query<CopyJob>(COPY_OUTBOX, { limit, reverse: true }),
  ]);
  return [
    ...first.items.filter((item) => item.value.notBeforeMs <= nowMs),
    ...last.items.filter((item) => item.value.notBeforeMs > nowMs + maxWaitMs),
  ];
}

/** When the next job is due; `null` when there is none. */
export async function nextDueMs(records: RecordStore): Promise<number | null> {
  const { items } = await records.query<CopyJob>(COPY_OUTBOX, { limit: 1 });
  return items[0]?.value.notBeforeMs ?? null;
}

/** Every job there is, page by page: an outage of the second store may have left many. */
export async function* allJobs(records: RecordStore): AsyncGenerator<CopyJob> {
  let after: string | undefined;
  do {
    const page = await records.query<CopyJob>(COPY_OUTBOX, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    for (const item of page.items) yield item.value;
    after = page.next;
  } while (after !== undefined);
}
