/** Hands what an audit saw to where findings are kept. What is right and was never wrong is not worth a row. */
import { findingId, isProblem, type Observation } from '../../findings/index.ts';
import type { Audit } from './audit.ts';

/** One place that keeps findings: this computer, or a server. */
export interface FindingsSink {
  begin(run: {
    readonly source: string;
    readonly scope: string;
    readonly checks: readonly string[] | null;
  }): Promise<{ readonly runId: string }>;
  observe(runId: string, batch: number, observations: readonly Observation[]): Promise<unknown>;
  end(runId: string, complete: boolean): Promise<unknown>;
}

/** Both below what a server takes at once. */
const BATCH = 500;
const BATCH_BYTES = 2 * 2 ** 20;

export interface Recorded {
  readonly audit: Audit;
  /** Ids of the checks that were made; `null`: all. */
  readonly checks: readonly string[] | null;
  /** Ids of findings that were wrong at some time: that they are right now is news. */
  readonly known: ReadonlySet<string>;
}

export async function recordAudit({ audit, checks, known }: Recorded, sink: FindingsSink): Promise<string> {
  const { runId } = await sink.begin({ source: 'buckets', scope: audit.scope, checks });
  let batch = 0;
  for (const observations of batchesOf(worthKeeping(audit, known))) {
    await sink.observe(runId, batch, observations);
    batch += 1;
  }
  await sink.end(runId, audit.complete);
  return runId;
}

export function observationsOf({ accountObservations, buckets }: Audit): readonly Observation[] {
  return [...accountObservations, ...buckets.flatMap(({ observations }) => observations)];
}

function worthKeeping(audit: Audit, known: ReadonlySet<string>): readonly Observation[] {
  return observationsOf(audit).filter((each) => isProblem(each.verdict) || known.has(findingId(each)));
}

function* batchesOf(observations: readonly Observation[]): Generator<readonly Observation[]> {
  let batch: Observation[] = [];
  let bytes = 0;
  for (const each of observations) {
    const size = Buffer.byteLength(JSON.stringify(each));
    if (batch.length > 0 && (batch.length >= BATCH || bytes + size > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(each);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
