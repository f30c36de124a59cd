/** A scan in a process of its own, which ends with a report in the spool. */
import { extname } from 'node:path';
import { formatDuration } from '../base/text/quantities.ts';
import { agentErrors } from './errors.ts';
import type { ScanAnswer, ScanJob } from './scan-worker.ts';
import type { AgentSettings } from './settings.ts';
import { runWorker } from './worker-process.ts';

/** The built product has `scan-worker.js` beside this code, a checkout `scan-worker.ts`. */
const WORKER_FILE = new URL(`./scan-worker${extname(import.meta.url)}`, import.meta.url);

export type Scanned = Extract<ScanAnswer, { kind: 'done' }>;

/** Resolves when its report is in the spool. Throws `agent_scan_failed`, and what `signal` was aborted with. */
export async function scanInProcess(
  job: ScanJob,
  { agentScanMemoryBytes: memoryBytes, agentScanTimeoutMs: timeoutMs }: AgentSettings,
  signal: AbortSignal,
): Promise<Scanned> {
  const attempted = 'Look at this host';
  const { last, isLate, endedBy } = await runWorker<ScanAnswer>(
    { file: WORKER_FILE, job, memoryBytes, timeoutMs },
    signal,
  );
  if (last?.kind === 'done') return last;
  if (last && !isLate)
    throw agentErrors('agent_scan_failed', { attempted, detail: last.title, extra: { reason: last.code } });
  const detail = isLate ? `it was not done after ${formatDuration(timeoutMs)}` : `its process ended with ${endedBy}`;
  throw agentErrors('agent_scan_failed', { attempted, detail });
}
