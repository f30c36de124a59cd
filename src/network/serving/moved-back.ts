import type { FlowBatch } from '../store/flow-batch.ts';

/** The batch of a host whose clock is so much ahead, in seconds, with the times that it would have had by the right one. None lies before 1970. */
export function movedBack(batch: FlowBatch, aheadSeconds: number): FlowBatch {
  // To the microsecond, as times are kept.
  const moved = (seconds: number): number => Math.max(0, Math.round((seconds - aheadSeconds) * 1e6) / 1e6);
  const { coverage } = batch;
  return {
    ...batch,
    conn: batch.conn.map((record) => ({ ...record, ts: moved(record.ts) })),
    logs: batch.logs.map((record) => ({ ...record, ts: moved(record.ts) })),
    notices: batch.notices.map((notice) => ({
      ...notice,
      ...{ ts: moved(notice.ts), first: moved(notice.first), last: moved(notice.last) },
    })),
    coverage: { ...coverage, from: moved(coverage.from), to: moved(coverage.to) },
  };
}
