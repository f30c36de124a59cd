/** The findings that are kept on this computer, where guards work without a server: one file of records. */
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { settingsOf } from '../base/settings.ts';
import { findingsSettings, openFindings, placeOf, type FindingsPlace, type FindingsSink } from '../findings/index.ts';
import { openSqliteRecordStore } from '../storage/index.ts';

export interface LocalFindings extends FindingsPlace, AsyncDisposable {
  readonly sink: FindingsSink;
}

/** They as people deal with them, and `sink`: they as guards report them. */
export async function openLocalFindings(stateFolder: string): Promise<LocalFindings> {
  const clock = systemClock;
  const records = await openSqliteRecordStore({ path: join(stateFolder, 'findings.sqlite'), clock, log: silentLog });
  // There is no audit trail here: what was decided stands in the history of the finding.
  const audit = { operations: () => [] };
  const findings = openFindings({ records, clock, settings: settingsOf(findingsSettings), audit });
  const place = placeOf(findings, { by: userInfo().username, actorId: null, sessionId: null }, clock);
  const sink: LocalFindings['sink'] = {
    begin: (run) => findings.beginRun(run),
    observe: (runId, batch, observations) => findings.observe(runId, batch, observations),
    end: (runId, complete) => findings.endRun(runId, complete),
  };
  return { ...place, sink, [Symbol.asyncDispose]: () => records[Symbol.asyncDispose]() };
}
