import { createHash } from 'node:crypto';
import type { Evidence, Finding, Severity, State, Verdict } from './finding.ts';
import { rank } from './finding.ts';

/**
 * Where findings lie in the RecordStore; in clear, since a team reads them with its own tools.
 *
 *     finding#<findingId>    finding                    FindingRow
 *     finding#<findingId>    event#<eventId>            EventRow: its history
 *     findings#<state>       <rank>#<findingId>         SummaryRow: the list, worst first
 *     findings-of#<scopeId>  <findingId>                MemberRow: what was seen there, and in which run
 *     findings-counts        <scopeId>                  CountsRow: how many there are, and what is open
 *     findings-due           <until, 15 digits>#<id>    DueRow: acceptances and rules that end
 *     findings-rules         <ruleId>                   RuleRow
 *     findings-runs          <runId>                    RunRow
 *     findings-run#<runId>   <batch, 6 digits>          VerdictsRow: what that run saw
 */
export const keys = {
  finding: (findingId: string) => ({ pk: `finding#${findingId}`, sk: 'finding' }),
  event: (findingId: string, eventId: string) => ({ pk: `finding#${findingId}`, sk: `${EVENTS}${eventId}` }),
  summary: (finding: Pick<Finding, 'state' | 'severity' | 'verdict' | 'findingId'>) => ({
    pk: listOf(finding.state),
    sk: `${rank(finding)}#${finding.findingId}`,
  }),
  member: (scopeId: string, findingId: string) => ({ pk: membersOf(scopeId), sk: findingId }),
  counts: (scopeId: string) => ({ pk: COUNTS, sk: scopeId }),
  due: (untilMs: number, id: string) => ({ pk: DUE, sk: `${dueBefore(untilMs)}#${id}` }),
  rule: (ruleId: string) => ({ pk: RULES, sk: ruleId }),
  run: (runId: string) => ({ pk: RUNS, sk: runId }),
  verdicts: (runId: string, batch: number) => ({ pk: verdictsOf(runId), sk: String(batch).padStart(6, '0') }),
} as const;

export const EVENTS = 'event#';
export const COUNTS = 'findings-counts';
export const DUE = 'findings-due';
export const RULES = 'findings-rules';
export const RUNS = 'findings-runs';

export const eventsOf = (findingId: string): string => `finding#${findingId}`;
export const listOf = (state: State): string => `findings#${state}`;
export const membersOf = (scopeId: string): string => `findings-of#${scopeId}`;
export const verdictsOf = (runId: string): string => `findings-run#${runId}`;
/** Milliseconds as text that sorts. */
export const dueBefore = (untilMs: number): string => String(untilMs).padStart(15, '0');

/** Where findings of one guard at one place belong together. */
export function scopeIdOf({ source, scope }: Pick<RunRow, 'source' | 'scope'>): string {
  return createHash('sha256')
    .update(JSON.stringify([source, scope]))
    .digest('hex')
    .slice(0, 32);
}

/** Where a finding was seen last: by which run, and when that began. */
export type Place = { readonly scopeId: string; readonly runId: string; readonly runMs: number };

export type FindingRow = Finding & Place;

/** What a list shows, and filters by. */
export type SummaryRow = Pick<
  Finding,
  | 'findingId'
  | 'kind'
  | 'check'
  | 'title'
  | 'resource'
  | 'severity'
  | 'verdict'
  | 'state'
  | 'source'
  | 'firstSeenMs'
  | 'lastSeenMs'
  | 'changedMs'
  | 'reopened'
>;

export const changes = [
  'opened',
  'reopened',
  'fixed',
  'gone',
  'verdict_changed',
  'accepted',
  'acceptance_ended',
  'suppressed',
  'suppression_ended',
] as const;
export type Change = (typeof changes)[number];

export type EventRow = {
  readonly eventId: string;
  readonly atMs: number;
  readonly change: Change;
  readonly verdict: Verdict;
  /** Who decided; `null`: a run, or the clock. */
  readonly by: string | null;
  readonly reason: string | null;
  readonly evidence: readonly Evidence[];
};

export type MemberRow = { readonly check: string; readonly runMs: number };
export type WorstRow = Pick<Finding, 'findingId' | 'title' | 'severity'>;
export type CountsRow = {
  /** Findings that were seen there, those included that were forgotten by their age since {@link countedMs}. */
  readonly members: number;
  /** Those that are wrong and open. */
  readonly open: { readonly [S in Severity]: number };
  /** The first of them, worst first; none where nobody has looked yet who they are. */
  readonly worst: readonly WorstRow[];
  readonly countedMs: number;
};
/** A finding whose acceptance ends, or a rule that does. */
export type DueRow = { readonly findingId: string } | { readonly ruleId: string };

export type RuleRow = {
  readonly ruleId: string;
  /** Each is a pattern with `*`; `null` matches everything. */
  readonly check: string | null;
  readonly resource: string | null;
  readonly path: string | null;
  /** `name=value`, the value a pattern. */
  readonly tag: string | null;
  readonly reason: string;
  readonly by: string;
  readonly atMs: number;
  /** `null`: for good. */
  readonly untilMs: number | null;
};

export type RunRow = {
  readonly runId: string;
  /** Which guard looked: `buckets`, `host`, `network`. */
  readonly source: string;
  /** Where: an account, a host. */
  readonly scope: string;
  /** Who began it and alone goes on with it; missing where there is nobody else. */
  readonly reporterId?: string;
  /** How long it is kept, where that is shorter than usual. */
  readonly keptMs?: number;
  /** It changes nothing that another guard has found. */
  readonly isConfined?: boolean;
  /** Who began it tells people of what is critical by itself, each time, and not only where a finding opens. */
  readonly tellsCritical?: boolean;
  readonly startedMs: number;
  /** `null` while it goes on. */
  readonly endedMs: number | null;
  /** Everything there was looked at, so what was not seen is gone. */
  readonly complete: boolean;
  /** What it looked for; `null`: everything. */
  readonly checks: readonly string[] | null;
  readonly batches: number;
  /** What was seen for the first time and not kept, since the place has as many findings as it may. */
  readonly leftOut?: number;
  readonly counts: { readonly [V in Verdict]: number };
};

/** One a finding: id, verdict, severity, each as its place in the vocabulary. */
export type VerdictsRow = { readonly seen: readonly (readonly [id: string, verdict: number, severity: number])[] };

export type SeenVerdict = { readonly findingId: string; readonly verdict: Verdict; readonly severity: Severity };
