/** What a report observed goes through findings/, check by check, where it is another than last time. */
import { reportRun, type FindingsSink } from '../../../findings/index.ts';
import type { LastRow } from '../../records.ts';
import { placeOfHost, RUN_KEPT_MS } from '../found/place.ts';
import type { FleetDeps } from '../fleet-deps.ts';
import { harmlessIds, type ReadCheck } from './read-report.ts';

export interface Looked {
  readonly checks: readonly ReadCheck[];
  /** All checks were to be made: one that is missing is none of the host's any more. */
  readonly isAll: boolean;
}

export interface Noted {
  /** Some check observed something else than last time. */
  readonly isChanged: boolean;
  /** When all findings of the host were last gone through. */
  readonly seenMs: number;
}

/** Safe to repeat: until `last` is another one it does the same again. */
export async function noteFindings(
  { findings, clock, settings }: Pick<FleetDeps, 'findings' | 'clock' | 'settings'>,
  hostId: string,
  { checks, isAll }: Looked,
  last: LastRow | null,
): Promise<Noted> {
  const nowMs = clock();
  const before = new Map(last?.checks.map(({ id, digest }) => [id, digest]));
  const changed = checks.filter(({ id, digest }) => before.get(id) !== digest);
  const made = new Set(checks.map(({ id }) => id));
  const gone = isAll ? [...before.keys()].filter((id) => !made.has(id)) : [];
  const isDue = last !== null && last.seenMs + settings.hostSeenAgainMs <= nowMs;
  const some = isDue ? checks : changed;
  const isChanged = changed.length + gone.length > 0;
  if (some.length + gone.length > 0) {
    const observations = some.flatMap((check) => check.observations);
    const sink: FindingsSink = {
      begin: (run) => findings.beginRun({ ...run, reporterId: hostId, keptMs: RUN_KEPT_MS }),
      observe: (runId, batch, batched) => findings.observe(runId, batch, batched, hostId),
      end: (runId, complete) => findings.endRun(runId, complete, hostId),
    };
    const run = {
      ...placeOfHost(hostId),
      checks: [...some.filter(({ isWhole }) => isWhole).map(({ id }) => id), ...gone],
      observations,
      complete: true,
      known: await findings.knownAmong(harmlessIds(observations)),
    };
    await reportRun(run, sink);
  }
  return { isChanged, seenMs: isDue || last === null ? nowMs : last.seenMs };
}
