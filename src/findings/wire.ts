import { Type, type Static } from '../base/http/schema.ts';
import { kinds, severities, states, verdicts } from './finding.ts';
import { changes } from './records.ts';

/** What findings/ says and hears over HTTP, and what its files of JSON Lines hold. Times are RFC 3339 in UTC. */

const Id = Type.String({ description: 'UUIDv7' });
const Time = Type.String({ format: 'date-time' });
const Text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description });
const oneOf = <const Words extends readonly string[]>(words: Words, description: string) =>
  Type.Unsafe<Words[number]>({ type: 'string', enum: [...words], description });
const OrNull = <Schema extends ReturnType<typeof Type.String>>(schema: Schema) => Type.Union([schema, Type.Null()]);

export const Severity = oneOf(severities, 'Worst first: critical, high, medium, low, info');
export const Verdict = oneOf(verdicts, 'unknown: it could not be looked at, which is never the same as safe');
export const State = oneOf(states, 'clear: it was looked at and was never wrong');

export const ResourceView = Type.Object({
  uid: Text(1024, 'What names it once and for all: an ARN, host/<machine id>/<path>'),
  type: Text(64, 'bucket, host, file, flow, …'),
  name: Text(1024, 'What people call it'),
  provider: Type.Optional(Text(64, 'aws, …')),
  account: Type.Optional(Text(128, 'Account or tenant')),
  region: Type.Optional(Text(64, 'Region')),
  path: Type.Optional(Text(4096, 'Where on it')),
  tags: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 256 }), { maxProperties: 50 })),
});

const Evidence = Type.Object({ label: Text(128, 'What it is'), value: Type.String({ maxLength: 8192 }) });
const Reference = Type.Object({
  standard: Text(64, 'CIS AWS 3.0, FSBP, ATT&CK, …'),
  id: Text(64, '2.1.4, S3.2, T1530, …'),
  url: Type.Optional(Type.String({ maxLength: 1024, pattern: '^https://' })),
});

const observed = {
  kind: oneOf(kinds, 'compliance: how something is set up; detection: something that happened'),
  check: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$', description: 'Stable name of the check' }),
  title: Text(512, 'One sentence that says what is wrong, or what was looked at'),
  resource: ResourceView,
  severity: Severity,
  verdict: Verdict,
  evidence: Type.Array(Evidence, { maxItems: 32 }),
  rationale: Type.String({ maxLength: 4096, description: 'Why it matters' }),
  remedy: Type.String({ maxLength: 4096, description: 'What to do now' }),
  references: Type.Array(Reference, { maxItems: 32 }),
};

export const ObservationRequest = Type.Object(observed, { additionalProperties: false });
export type ObservationRequest = Static<typeof ObservationRequest>;

export const AcceptanceView = Type.Object({
  by: Type.String(),
  reason: Type.String(),
  time: Time,
  until: OrNull(Type.String({ format: 'date-time', description: 'null: for good' })),
  baseline: Type.Boolean({ description: 'It came with many others when the present state was approved' }),
});

const summary = {
  findingId: Type.String({ description: '32 hex digits: the same check on the same resource has the same id' }),
  source: Type.String({ description: 'Which guard looked' }),
  state: State,
  firstSeenTime: Time,
  lastSeenTime: Time,
  changedTime: Type.String({ format: 'date-time', description: 'When its state or verdict last changed' }),
  reopened: Type.Integer({ description: 'How often it came back' }),
};

export const FindingSummary = Type.Object({
  ...summary,
  kind: observed.kind,
  check: observed.check,
  title: observed.title,
  resource: ResourceView,
  severity: Severity,
  verdict: Verdict,
});
export type FindingSummary = Static<typeof FindingSummary>;

export const FindingView = Type.Object({
  ...summary,
  ...observed,
  acceptance: Type.Union([AcceptanceView, Type.Null()]),
  ruleId: OrNull(Id),
});
export type FindingView = Static<typeof FindingView>;

export const HistoryView = Type.Object({
  time: Time,
  change: oneOf(changes, 'gone: the resource is not there any more'),
  verdict: Verdict,
  by: OrNull(Type.String({ description: 'null: a run, or the clock' })),
  reason: OrNull(Type.String()),
});

export const FindingReply = Type.Object({ finding: FindingView, history: Type.Array(HistoryView) });
export type FindingReply = Static<typeof FindingReply>;

const list = (description: string) => Type.Optional(Type.String({ maxLength: 128, description }));

export const FindingsFilter = {
  state: list('One or more, with commas; default open; all: every one'),
  severity: list('One or more, with commas'),
  verdict: list('One or more, with commas'),
  check: list('Pattern with *'),
  resource: Type.Optional(Type.String({ maxLength: 1024, description: 'Pattern with *, held against uid and name' })),
  source: list('buckets, host, network, …'),
  text: Type.Optional(Type.String({ maxLength: 256, description: 'Words that all stand in title, check or resource' })),
};

const paging = {
  after: Type.Optional(Type.String({ maxLength: 64 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
};

export const FindingsQuery = Type.Object({ ...FindingsFilter, ...paging });
export const PageQuery = Type.Object(paging);
export const ExportQuery = Type.Object({
  ...FindingsFilter,
  format: Type.Optional(oneOf(['jsonl', 'csv', 'ocsf', 'html'], 'Default jsonl')),
});

export const FindingsReply = Type.Object({
  findings: Type.Array(FindingSummary, { description: 'Worst first' }),
  next: Type.Optional(Type.String({ description: 'Pass it as “after” to go on; there even when this page is empty' })),
});
export type FindingsReply = Static<typeof FindingsReply>;

const counts = Type.Object({ fail: Type.Integer(), unknown: Type.Integer() });
export const TotalsReply = Type.Object({
  states: Type.Object({
    open: Type.Integer(),
    accepted: Type.Integer(),
    suppressed: Type.Integer(),
    fixed: Type.Integer(),
    clear: Type.Integer(),
  }),
  open: Type.Object({ critical: counts, high: counts, medium: counts, low: counts, info: counts }),
  sources: Type.Array(Type.String(), { description: 'Which guards have seen any of them' }),
});
export type TotalsReply = Static<typeof TotalsReply>;

const Reason = Text(1024, 'Why; people will read it in a year');
const Until = OrNull(Type.String({ format: 'date-time', description: 'When it ends; null: never' }));

export const AcceptBody = Type.Object({ reason: Reason, until: Until }, { additionalProperties: false });
export const ReopenBody = Type.Object({ reason: Reason }, { additionalProperties: false });
const FindingIds = Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: 500 });
export const AcceptEachBody = Type.Object(
  { findingIds: FindingIds, reason: Reason, until: Until },
  { additionalProperties: false },
);
export const ReopenEachBody = Type.Object({ findingIds: FindingIds, reason: Reason }, { additionalProperties: false });
export const DecidedReply = Type.Object({
  changed: Type.Array(Type.String(), { description: 'Ids of those that are as you decided' }),
  unchanged: Type.Array(Type.Object({ findingId: Type.String(), code: Type.String(), reason: Type.String() }), {
    description: 'What was left as it is, and why: fixed meanwhile, or no longer there',
  }),
});
export type DecidedReply = Static<typeof DecidedReply>;

export const BaselineBody = Type.Object(
  { ...FindingsFilter, reason: Reason, until: Until },
  { additionalProperties: false },
);
export const BaselineReply = Type.Object({ accepted: Type.Integer() });
export type BaselineReply = Static<typeof BaselineReply>;

const Pattern = (maxLength: number, description: string) =>
  OrNull(Type.String({ minLength: 1, maxLength, description }));
const rule = {
  check: Pattern(128, 'Pattern with *'),
  resource: Pattern(1024, 'Pattern with *, held against uid and name'),
  path: Pattern(4096, 'Pattern with *'),
  tag: Pattern(300, 'name=value, the value a pattern with *'),
  reason: Reason,
  until: Until,
};
export const RuleBody = Type.Object(rule, { additionalProperties: false });
export type RuleBody = Static<typeof RuleBody>;
export const RuleView = Type.Object({ ruleId: Id, ...rule, by: Type.String(), time: Time });
export type RuleView = Static<typeof RuleView>;
export const RulesReply = Type.Object({ rules: Type.Array(RuleView) });
export type RulesReply = Static<typeof RulesReply>;
export const RuleAdded = Type.Object({ rule: RuleView, suppressed: Type.Integer() });
export type RuleAdded = Static<typeof RuleAdded>;
export const RuleRemoved = Type.Object({ reopened: Type.Integer() });
export type RuleRemoved = Static<typeof RuleRemoved>;
export const RuleParams = Type.Object({ ruleId: Type.String({ maxLength: 64 }) });

export const FindingParams = Type.Object({ findingId: Type.String({ maxLength: 64 }) });

export const RunBody = Type.Object(
  {
    source: Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$', description: 'Which guard looks' }),
    scope: Text(512, 'Where: an account, a host'),
    checks: Type.Union([Type.Array(observed.check, { maxItems: 1000 }), Type.Null()], {
      description: 'What it looks for; null: everything',
    }),
  },
  { additionalProperties: false },
);
export const RunParams = Type.Object({ runId: Type.String({ maxLength: 64 }) });
export const BatchParams = Type.Object({
  runId: Type.String({ maxLength: 64 }),
  batch: Type.Integer({ minimum: 0, maximum: 999_999 }),
});
export const BatchBody = Type.Object(
  { findings: Type.Array(ObservationRequest, { minItems: 1, maxItems: 2000 }) },
  { additionalProperties: false },
);
export const EndBody = Type.Object(
  { complete: Type.Boolean({ description: 'Everything was looked at: what was not seen is gone' }) },
  { additionalProperties: false },
);
export const RunView = Type.Object({
  runId: Id,
  source: Type.String(),
  scope: Type.String(),
  startedTime: Time,
  endedTime: OrNull(Time),
  complete: Type.Boolean(),
  counts: Type.Object({
    fail: Type.Integer(),
    unknown: Type.Integer(),
    pass: Type.Integer(),
    not_applicable: Type.Integer(),
  }),
});
export type RunView = Static<typeof RunView>;
export const RunsReply = Type.Object({ runs: Type.Array(RunView), next: Type.Optional(Type.String()) });
export type RunsReply = Static<typeof RunsReply>;

export const CompareQuery = Type.Object({
  from: Type.String({ maxLength: 64, description: 'Id of the earlier run' }),
  to: Type.String({ maxLength: 64, description: 'Id of the later run' }),
});
const Difference = Type.Object({
  findingId: Type.String(),
  title: Type.String(),
  check: Type.String(),
  resource: Type.String(),
  severity: Severity,
  before: Type.Union([Verdict, Type.Null()]),
  after: Type.Union([Verdict, Type.Null()]),
  state: Type.Union([State, Type.Null()], { description: 'What it is today; null: no longer known' }),
});
export const CompareReply = Type.Object({
  from: RunView,
  to: RunView,
  opened: Type.Array(Difference),
  fixed: Type.Array(Difference),
  changed: Type.Array(Difference),
  same: Type.Integer({ description: 'Wrong in both' }),
});
export type CompareReply = Static<typeof CompareReply>;
