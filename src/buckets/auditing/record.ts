/** What an audit saw, as findings/ takes it. */
import { reportRun, type FindingsSink, type Observation, type ReportedRun } from '../../findings/index.ts';
import type { Audit } from './audit.ts';
import { isUnnamed } from './observations.ts';

/** What is kept of a look. */
export type RecordedAudit = Pick<Audit, 'scope' | 'checks' | 'complete' | 'accountObservations'> & {
  readonly buckets: readonly Pick<Audit['buckets'][number], 'observations' | 'unlooked'>[];
};

export interface Recorded {
  readonly audit: RecordedAudit;
  /** Ids of findings that were wrong at some time: that they are right now is news. */
  readonly known: ReadonlySet<string>;
}

export function recordAudit(recorded: Recorded, sink: FindingsSink): Promise<string> {
  return reportRun(runOf(recorded), sink);
}

/**
 * Without what another look would say of something else: of an account that does not say which one it is, whose finding none that knows it would
 * end; and of what rests on buckets that were left out.
 */
export function runOf({ audit, known }: Recorded): ReportedRun {
  const { scope, complete, accountObservations, buckets } = audit;
  const observations = [
    ...accountObservations.filter(({ resource }) => !isUnnamed(resource)),
    ...buckets.flatMap((each) => each.observations.filter(({ check }) => !each.unlooked.includes(check))),
  ];
  const unlooked = new Set(buckets.flatMap((each) => each.unlooked));
  const checks = audit.checks.filter((id) => !unlooked.has(id));
  return { source: 'buckets', scope, checks, observations, complete, known };
}

/** All that was seen, for whoever made the look. */
export function observationsOf({ accountObservations, buckets }: RecordedAudit): readonly Observation[] {
  return [...accountObservations, ...buckets.flatMap(({ observations }) => observations)];
}
