/**
 * findings/ keeps what the guards find: one list with a history, what people decided about each, and what changed
 * between two looks. It knows no guard: a guard begins a run, reports what it sees, and ends the run. Start reading in
 * finding.ts (the words) and lifecycle.ts (what becomes of a finding).
 */
export { openFindings, type Findings } from './findings.ts';
export type { OpenAtPlace } from './counts.ts';
export {
  findingId,
  isAtLeast,
  isProblem,
  severities,
  states,
  verdicts,
  type Evidence,
  type Finding,
  type Observation,
  type Reference,
  type Resource,
  type Severity,
  type Verdict,
} from './finding.ts';
export { findingView, summaryView } from './views.ts';
export { wellFormed } from './well-formed.ts';
export { formats, render, type Format, type Opening } from './render/formats.ts';
export { barChart } from './render/bar-chart.ts';
export type { Opened } from './lifecycle.ts';
export type { Decider, FindingsDeps } from './findings-deps.ts';
export { findingsRoutes, type FindingsRoutesOptions, type Reporter } from './routes.ts';
export {
  knownFindings,
  knownFindingsIn,
  observedView,
  reportRun,
  type FindingsSink,
  type KnownFindings,
  type ReportedRun,
} from './reporting.ts';
export { placeOf, type FindingsPlace } from './place.ts';
export { findingErrors } from './errors.ts';
export { findingsSettings, type FindingsSettings } from './settings.ts';
