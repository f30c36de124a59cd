/** How a guard hands over what one look saw. What is right and was never wrong is not worth a row. */
import { findingId, isProblem, states, type Observation } from './finding.ts';
import type { Findings } from './findings.ts';
import type { FindingsPlace } from './place.ts';
import { findingView, summaryView } from './views.ts';
import type { FindingSummary, FindingView } from './wire.ts';

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

export interface ReportedRun {
  readonly source: string;
  readonly scope: string;
  /** Ids of the checks that were made; `null`: all. */
  readonly checks: readonly string[] | null;
  readonly observations: readonly Observation[];
  /** What was not seen is not there. */
  readonly complete: boolean;
  /** Ids of findings that were wrong at some time: that they are right now is news. */
  readonly known: ReadonlySet<string>;
}

/** Both below what a server takes at once. */
const BATCH = 500;
const BATCH_BYTES = 2 * 2 ** 20;

/** Resolves to the id of the run. */
export async function reportRun(run: ReportedRun, sink: FindingsSink): Promise<string> {
  const { source, scope, checks, observations, known } = run;
  const { runId } = await sink.begin({ source, scope, checks });
  let batch = 0;
  const worthKeeping = observations.filter((each) => isProblem(each.verdict) || known.has(findingId(each)));
  for (const some of batchesOf(worthKeeping)) {
    await sink.observe(runId, batch, some);
    batch += 1;
  }
  await sink.end(runId, run.complete);
  return runId;
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

/** What is known of findings from earlier looks and decisions, by id. */
export type KnownFindings = ReadonlyMap<
  string,
  Pick<FindingView, 'state' | 'firstSeenTime' | 'changedTime' | 'reopened'>
>;

/** An observation as a finding, whatever was known of it: what was found right as well, which an auditor wants to see. */
export function observedView(
  observation: Observation,
  known: KnownFindings,
  { source, atMs }: { readonly source: string; readonly atMs: number },
): FindingView {
  const id = findingId(observation);
  const before = known.get(id);
  return findingView({
    ...observation,
    findingId: id,
    source,
    state: before?.state ?? (isProblem(observation.verdict) ? 'open' : 'clear'),
    firstSeenMs: before ? Date.parse(before.firstSeenTime) : atMs,
    lastSeenMs: atMs,
    changedMs: before ? Date.parse(before.changedTime) : atMs,
    reopened: before?.reopened ?? 0,
    acceptance: null,
    ruleId: null,
  });
}

const limit = 1000;

/** What a guard has found so far: on this computer, or at a server. `state`: as in the filter of a list; else whatever became of it. */
export function knownFindingsIn(
  place: Pick<FindingsPlace, 'list'>,
  source: string,
  state = 'all',
): Promise<ReadonlyMap<string, FindingSummary>> {
  return everyPage((after) => place.list({ source, state, limit, after }));
}

/** `wanted`: only those in one of these states. */
export function knownFindings(
  findings: Pick<Findings, 'list'>,
  source: string,
  wanted: NonNullable<Parameters<Findings['list']>[0]['states']> = states,
): Promise<ReadonlyMap<string, FindingSummary>> {
  return everyPage(async (after) => {
    const { findings: found, ...rest } = await findings.list({ source, states: wanted }, { limit, after });
    return { findings: found.map(summaryView), ...rest };
  });
}

interface Page {
  readonly findings: readonly FindingSummary[];
  readonly next?: string;
}

async function everyPage(
  list: (after: string | undefined) => Promise<Page>,
): Promise<ReadonlyMap<string, FindingSummary>> {
  const known = new Map<string, FindingSummary>();
  let after: string | undefined;
  do {
    const page = await list(after);
    for (const finding of page.findings) known.set(finding.findingId, finding);
    after = page.next;
  } while (after !== undefined);
  return known;
}
