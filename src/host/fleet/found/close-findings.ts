import type { Findings } from '../../../findings/index.ts';
import { placeOfHost, RUN_KEPT_MS } from './place.ts';

/** All that is open of a host is closed: nobody will look at it again. */
export async function closeFindings(findings: Pick<Findings, 'beginRun' | 'endRun'>, hostId: string): Promise<void> {
  const run = await findings.beginRun({ ...placeOfHost(hostId), checks: null, keptMs: RUN_KEPT_MS });
  await findings.endRun(run.runId, true);
}
