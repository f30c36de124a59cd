import type { VpcCounts, VpcLine } from './vpc-lines.ts';

/** What flow logs hold. */
export interface VpcSummary extends VpcCounts {
  flows: number;
  accepted: number;
  rejected: number;
  packets: number;
  bytes: number;
  /** Seconds since 1970; `null`: there is no flow. */
  from: number | null;
  to: number | null;
}

export function emptySummary(): VpcSummary {
  return {
    ...{ lines: 0, noData: 0, skipData: 0, malformed: 0 },
    ...{ flows: 0, accepted: 0, rejected: 0, packets: 0, bytes: 0, from: null, to: null },
  };
}

export function addToSummary(summary: VpcSummary, { packets, bytes, action, start, end }: VpcLine): void {
  summary.flows += 1;
  summary.packets += packets ?? 0;
  summary.bytes += bytes ?? 0;
  if (action === 'ACCEPT') summary.accepted += 1;
  if (action === 'REJECT') summary.rejected += 1;
  summary.from = Math.min(summary.from ?? start, start);
  summary.to = Math.max(summary.to ?? 0, end ?? start);
}
