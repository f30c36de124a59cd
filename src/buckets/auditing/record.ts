/** What an audit saw, as findings/ takes it. */
import { reportRun, type FindingsSink, type Observation, type ReportedRun } from '../../findings/index.ts';
import type { Audit } from './audit.ts';

/** What is kept of a look. */
export type RecordedAudit = Pick<Audit, 'scope' | 'checks' | 'complete' | 'accountObservations'> & {
  readonly buckets: readonly Pick<Audit['buckets'][number], 'observations'>[];
};

export interface Recorded {
  readonly audit: RecordedAudit;
  /** Ids of findings that were wrong at some time: that they are right now is news. */
  readonly known: ReadonlySet<string>;
}

export function recordAudit(recorded: Recorded, sink: FindingsSink): Promise<string> {
  return reportRun(runOf(recorded), sink);
}

export function runOf({ audit, known }: Recorded): ReportedRun {
  const { scope, checks, complete } = audit;
  return { source: 'buckets', scope, checks, observations: observationsOf(audit), complete, known };
}

export function observationsOf({ accountObservations, buckets }: RecordedAudit): readonly Observation[] {
  return [...accountObservations, ...buckets.flatMap(({ observations }) => observations)];
}
