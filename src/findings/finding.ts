import { createHash } from 'node:crypto';

/**
 * The one vocabulary of the guards. A check looks at a resource and reports an {@link Observation}; what is kept of it
 * over time, with what people decided about it, is a {@link Finding}.
 */

/** Worst first. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof severities)[number];

/** `unknown`: it could not be looked at, which is never the same as safe. */
export const verdicts = ['fail', 'unknown', 'pass', 'not_applicable'] as const;
export type Verdict = (typeof verdicts)[number];

/**
 * `open`: wrong or not known, and nobody decided to live with it. `accepted`: somebody did, until a day or for good.
 * `suppressed`: a rule says so. `fixed`: it was wrong and is not any more. `clear`: it was never wrong.
 */
export const states = ['open', 'accepted', 'suppressed', 'fixed', 'clear'] as const;
export type State = (typeof states)[number];

/** `compliance`: how something is set up. `detection`: something that happened. */
export const kinds = ['compliance', 'detection'] as const;
export type Kind = (typeof kinds)[number];

export type Resource = {
  /** What names it once and for all: an ARN, `host/<machine id>/<path>`, `flow/<community id>`. */
  readonly uid: string;
  /** `bucket`, `host`, `file`, `flow`, … */
  readonly type: string;
  /** What people call it. */
  readonly name: string;
  readonly provider?: string;
  readonly account?: string;
  readonly region?: string;
  /** Where on it, for a file or a setting. */
  readonly path?: string;
  readonly tags?: { readonly [name: string]: string };
};

/** What was seen that makes the verdict: `{ label: "Statement", value: "…" }`. */
export type Evidence = { readonly label: string; readonly value: string };

export type Reference = {
  /** `CIS AWS 3.0`, `FSBP`, `ATT&CK`, … */
  readonly standard: string;
  /** `2.1.4`, `S3.2`, `T1530`, … */
  readonly id: string;
  readonly url?: string;
};

export type Observation = {
  readonly kind: Kind;
  /** Stable: `bucket-public-read`. */
  readonly check: string;
  /** One sentence that says what is wrong, or what was looked at. */
  readonly title: string;
  readonly resource: Resource;
  readonly severity: Severity;
  readonly verdict: Verdict;
  readonly evidence: readonly Evidence[];
  /** Why it matters. */
  readonly rationale: string;
  /** What to do now. */
  readonly remedy: string;
  readonly references: readonly Reference[];
};

export type Acceptance = {
  readonly by: string;
  readonly reason: string;
  readonly atMs: number;
  /** `null`: for good. */
  readonly untilMs: number | null;
  /** The bulk decision it came from. */
  readonly baseline: boolean;
};

export type Finding = Observation & {
  readonly findingId: string;
  readonly source: string;
  readonly state: State;
  readonly firstSeenMs: number;
  /** When it was last looked at. */
  readonly lastSeenMs: number;
  /** When its state or verdict last changed. */
  readonly changedMs: number;
  /** How often it came back after having been fixed or accepted. */
  readonly reopened: number;
  readonly acceptance: Acceptance | null;
  /** The rule that suppresses it. */
  readonly ruleId: string | null;
};

/** The same check on the same resource is the same finding, on whatever server it is computed. 32 lower-case hex digits. */
export function findingId({ check, resource }: Pick<Observation, 'check' | 'resource'>): string {
  return createHash('sha256')
    .update(JSON.stringify([check, resource.uid]))
    .digest('hex')
    .slice(0, 32);
}

export function isFindingId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}

/** Wrong or not known: what somebody has to look at. */
export function isProblem(verdict: Verdict): boolean {
  return verdict === 'fail' || verdict === 'unknown';
}

/** Sorts as text, worst first: severity, then what is known to be wrong before what is not known. */
export function rank({ severity, verdict }: { readonly severity: Severity; readonly verdict: Verdict }): string {
  return `${severities.indexOf(severity)}${verdicts.indexOf(verdict)}`;
}

/** Whether `severity` is at least as bad as `limit`. */
export function isAtLeast(severity: Severity, limit: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(limit);
}
