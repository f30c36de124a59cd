import { Type, type Static } from '../base/http/schema.ts';
import { FindingSummary, Severity } from '../findings/wire.ts';
import { HostFacts, HostId, HostParts, OutcomeWord, PlatformWord, Schedule } from './fleet/report-schema.ts';

/** What host/ says and hears over HTTP. Times are RFC 3339 in UTC, corrected where the clock of a host is wrong. */

export {
  EnrolBody,
  EnrolReply,
  HostFacts,
  HostReport,
  ReportReply,
  Schedule,
  ScheduleReply,
  type Platform,
} from './fleet/report-schema.ts';

const Time = Type.String({ format: 'date-time' });
const TimeOrNull = Type.Union([Time, Type.Null()]);
const PercentOrNull = Type.Union([Type.Integer({ description: '0 to 100' }), Type.Null()]);
const oneOf = <const Words extends readonly string[]>(words: Words, description: string) =>
  Type.Unsafe<Words[number]>({ type: 'string', enum: [...words], description });
const Label = Type.String({ maxLength: 100, description: 'What people call it' });
const paging = {
  after: Type.Optional(Type.String({ maxLength: 512 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
};
const Next = Type.Optional(Type.String({ description: 'Pass it as “after” to go on' }));

const ScanEveryMs = Type.Integer({ minimum: 300_000, maximum: 604_800_000, description: '5 minutes to 7 days' });

export const EnrolmentBody = Type.Object(
  {
    label: Type.Optional(Label),
    with: Type.Optional(HostParts),
    validMs: Type.Optional(
      Type.Integer({ minimum: 60_000, maximum: 604_800_000, description: 'How long it can be used; at most 7 days' }),
    ),
    hostId: Type.Optional(Type.Unsafe<string>({ ...HostId, description: 'For this host alone, even if it is known' })),
  },
  { additionalProperties: false },
);
export type EnrolmentBody = Static<typeof EnrolmentBody>;

export const EnrolmentView = Type.Object({
  enrolmentId: Type.String(),
  label: Type.String(),
  with: HostParts,
  hostId: Type.Union([Type.String({ description: 'Good for this host alone' }), Type.Null()]),
  by: Type.String({ description: 'Who made it: @ada' }),
  createdTime: Time,
  expiresTime: Time,
  state: oneOf(['waiting', 'used', 'expired'], 'Whether it can still be used'),
  used: Type.Union([
    Type.Object({ time: Time, hostId: Type.String(), hostname: Type.String() }),
    Type.Null({ description: 'Nobody has used it' }),
  ]),
});
export type EnrolmentView = Static<typeof EnrolmentView>;
export const EnrolmentMade = Type.Object({
  enrolment: EnrolmentView,
  token: Type.String({ description: 'Enrols one host, once; shown here alone' }),
});
export type EnrolmentMade = Static<typeof EnrolmentMade>;
export const EnrolmentsReply = Type.Object({ enrolments: Type.Array(EnrolmentView) });
export type EnrolmentsReply = Static<typeof EnrolmentsReply>;
export const EnrolmentParams = Type.Object({ enrolmentId: Type.String({ maxLength: 64 }) });

export const hostStates = ['reporting', 'late', 'silent', 'waiting', 'revoked', 'imported'] as const;
const HostState = oneOf(
  hostStates,
  'late: the next report is overdue; silent: three are, or the first never came; waiting: enrolled, no report yet; imported: carried here by hand',
);
export type HostState = (typeof hostStates)[number];

const counts = {
  critical: Type.Integer(),
  high: Type.Integer(),
  medium: Type.Integer(),
  low: Type.Integer(),
  info: Type.Integer(),
};
const OpenCounts = Type.Object(counts, { description: 'Open findings that are wrong, by how bad they are' });
const WorstFinding = Type.Object({ findingId: Type.String(), title: Type.String(), severity: Severity });

const summary = {
  hostId: Type.String(),
  label: Type.String(),
  hostname: Type.String(),
  platform: PlatformWord,
  osName: Type.String(),
  state: HostState,
  index: PercentOrNull,
  indexBefore: PercentOrNull,
  coverage: PercentOrNull,
  open: OpenCounts,
  notLookedAt: Type.Integer({ description: 'Checks that could not look' }),
  worst: Type.Array(WorstFinding, { description: 'At most three' }),
  enrolledTime: TimeOrNull,
  lastReportTime: TimeOrNull,
  clockOffsetMs: Type.Union([
    Type.Integer({ description: 'How much its clock is behind ours; negative: ahead' }),
    Type.Null(),
  ]),
  clockIsWrong: Type.Boolean({ description: 'So much that it matters' }),
  agentVersion: Type.String(),
  with: HostParts,
};
export const HostSummary = Type.Object(summary);
export type HostSummary = Static<typeof HostSummary>;
export const HostsQuery = Type.Object({
  ...paging,
  q: Type.Optional(Type.String({ maxLength: 256, description: 'Part of the name, label, id or system' })),
  state: Type.Optional(Type.String({ maxLength: 128, description: 'One or more, with commas' })),
});
export const HostsReply = Type.Object({
  hosts: Type.Array(HostSummary, { description: 'Worst first' }),
  total: Type.Integer({ description: 'How many fit' }),
  next: Next,
});
export type HostsReply = Static<typeof HostsReply>;

const Unseen = Type.Object({ why: Type.String(), checks: Type.Integer(), hosts: Type.Integer() });
export const HostTotals = Type.Object({
  hosts: Type.Integer(),
  states: Type.Object({
    reporting: Type.Integer(),
    late: Type.Integer(),
    silent: Type.Integer(),
    waiting: Type.Integer(),
    revoked: Type.Integer(),
    imported: Type.Integer(),
  }),
  inTrouble: Type.Integer({ description: 'Hosts where something critical or high is open, or that are silent' }),
  index: Type.Union([Type.Integer({ description: 'The middle one of all hosts' }), Type.Null()]),
  open: OpenCounts,
  byWorst: Type.Object(
    { ...counts, nothing: Type.Integer(), unheard: Type.Integer() },
    {
      description:
        'Hosts, by the worst that is open on each; unheard: silent, or not reported yet. Without revoked ones',
    },
  ),
  worst: Type.Array(
    Type.Object({
      findingId: Type.String(),
      title: Type.String(),
      severity: Severity,
      hostId: Type.String(),
      hostname: Type.String(),
    }),
    { description: 'At most three' },
  ),
  notLookedAt: Type.Array(Unseen, { description: 'Why checks could not look, what cost most first: at most five' }),
});
export type HostTotals = Static<typeof HostTotals>;

export const ImportLimits = Type.Object({
  mostBytes: Type.Integer({ description: 'Of a file, as it is sent: HOLDFAST_HOST_RESULT_BYTES' }),
});
export type ImportLimits = Static<typeof ImportLimits>;

export const ImportReply = Type.Object({
  hostId: Type.String(),
  hostname: Type.String(),
  otherChecks: Type.Array(Type.String(), { description: 'Checks whose script there was another one than ours' }),
  unknownChecks: Type.Array(Type.String(), {
    description: 'Checks that this release does not have: they were left out',
  }),
});
export type ImportReply = Static<typeof ImportReply>;

export const HostParams = Type.Object({ hostId: Type.String({ maxLength: 64 }) });
export const HostChange = Type.Object(
  { label: Type.Optional(Label), scanEveryMs: Type.Optional(ScanEveryMs) },
  { additionalProperties: false },
);
export type HostChange = Static<typeof HostChange>;

const CheckState = Type.Object({
  id: Type.String(),
  title: Type.String(),
  severity: Severity,
  outcome: OutcomeWord,
  why: Type.Union([Type.String(), Type.Null()]),
  since: Type.String({ format: 'date-time', description: 'Since when it is so' }),
  isShipped: Type.Boolean({ description: 'It comes with this release, script and all' }),
});
const StateRef = Type.Union([Type.Object({ stateId: Type.String(), time: Time }), Type.Null()]);
export const HostReply = Type.Object({
  ...summary,
  schedule: Schedule,
  system: Type.Union([
    Type.Object({
      osId: Type.String(),
      osVersion: Type.String(),
      kernel: Type.String(),
      architecture: Type.String(),
      container: Type.String(),
      cloud: Type.String(),
      init: Type.String(),
      packages: Type.String(),
      isRoot: Type.Boolean(),
    }),
    Type.Null({ description: 'Nothing was reported yet' }),
  ]),
  checks: Type.Array(CheckState),
  facts: StateRef,
  firewall: StateRef,
});
export type HostReply = Static<typeof HostReply>;

export const PageQuery = Type.Object(paging);
export const ScanView = Type.Object({
  scanId: Type.String({ description: 'Counted from 1 for each host' }),
  origin: oneOf(['agent', 'bundle'], 'bundle: carried here by hand'),
  startedTime: Time,
  lastTime: Type.String({ format: 'date-time', description: 'The last scan that saw just the same' }),
  scans: Type.Integer({ description: 'How many saw just the same, one after the other' }),
  tookMs: Type.Integer(),
  agentVersion: Type.String(),
  index: PercentOrNull,
  coverage: PercentOrNull,
  counts: Type.Object({
    right: Type.Integer(),
    wrong: Type.Integer(),
    not_looked_at: Type.Integer(),
    not_applicable: Type.Integer(),
  }),
  findings: Type.Integer({ description: 'What was wrong' }),
  clockOffsetMs: Type.Union([Type.Integer(), Type.Null()]),
});
export type ScanView = Static<typeof ScanView>;
export const ScansReply = Type.Object({
  scans: Type.Array(ScanView, { description: 'Newest first; those that saw the same are one' }),
  next: Next,
});
export type ScansReply = Static<typeof ScansReply>;
export const ScanParams = Type.Object({
  hostId: Type.String({ maxLength: 64 }),
  scanId: Type.String({ pattern: '^[1-9][0-9]{0,8}$' }),
});
const ScannedCheck = Type.Object({
  id: Type.String(),
  title: Type.String(),
  severity: Severity,
  outcome: OutcomeWord,
});
export const ScanReply = Type.Object({ scan: ScanView, checks: Type.Array(ScannedCheck) });
export type ScanReply = Static<typeof ScanReply>;

const StateNumber = Type.String({ pattern: '^[1-9][0-9]{0,8}$' });
export const FromToQuery = Type.Object({ from: StateNumber, to: StateNumber });
const OutcomeOrNot = oneOf(
  ['right', 'wrong', 'not_looked_at', 'not_applicable', 'not_made'],
  'not_made: this check was not made',
);
export const HostCompareReply = Type.Object({
  from: ScanView,
  to: ScanView,
  checks: Type.Array(
    Type.Object({ check: Type.String(), title: Type.String(), before: OutcomeOrNot, after: OutcomeOrNot }),
    { description: 'What made the index another one, what weighs most first' },
  ),
  came: Type.Array(FindingSummary, { description: 'Wrong in the later one alone' }),
  went: Type.Array(FindingSummary, { description: 'Wrong in the earlier one alone' }),
});
export type HostCompareReply = Static<typeof HostCompareReply>;

const section = oneOf(['system', 'addresses', 'routes', 'dns', 'hosts', 'listeners'], 'Which part');
export const FactsQuery = Type.Object({ at: Type.Optional(Type.String({ maxLength: 40, format: 'date-time' })) });
export const FactsReply = Type.Object({
  stateId: Type.String(),
  time: Type.String({ format: 'date-time', description: 'Since when it is so' }),
  before: StateRef,
  facts: HostFacts,
  changes: Type.Array(Type.Object({ section, gone: Type.Array(Type.String()), new: Type.Array(Type.String()) }), {
    description: 'Against the state before; only parts with a change',
  }),
});
export type FactsReply = Static<typeof FactsReply>;

const changed = Type.Union([
  Type.Object({ new: Type.Integer(), gone: Type.Integer() }),
  Type.Null({ description: 'The first that is kept' }),
]);
export const StatesReply = Type.Object({
  states: Type.Array(Type.Object({ stateId: Type.String(), time: Time, changed }), { description: 'Newest first' }),
});
export type StatesReply = Static<typeof StatesReply>;
export const StateParams = Type.Object({ hostId: Type.String({ maxLength: 64 }), stateId: StateNumber });
export const RulesReply = Type.Object({
  stateId: Type.String(),
  time: Time,
  text: Type.String({ description: 'The rules of all tools, without what changes by itself' }),
  tools: Type.Array(
    Type.Object({ tool: Type.String(), why: Type.Union([Type.String(), Type.Null({ description: 'It was read' })]) }),
  ),
});
export type RulesReply = Static<typeof RulesReply>;
export const RulesDiffReply = Type.Object({
  from: Type.String(),
  to: Type.String(),
  text: Type.String({ description: 'As diff -u writes it; empty: nothing is different' }),
});
export type RulesDiffReply = Static<typeof RulesDiffReply>;

export const ChecksQuery = Type.Object({ platform: Type.Optional(PlatformWord) });
/** Any name may be asked for; what is none of ours is not found. */
export const CheckParams = Type.Object({
  checkId: Type.String({ minLength: 1, maxLength: 100, description: 'KRN-07' }),
});
const header = {
  checkId: Type.String(),
  platform: PlatformWord,
  isTested: Type.Boolean({ description: 'false: written, and not yet run on such a computer' }),
  title: Type.String(),
  severity: Severity,
  rationale: Type.String(),
  remedy: Type.String(),
  fix: oneOf(['automatic', 'guarded', 'manual'], 'guarded: it goes back by itself unless somebody confirms it'),
  cuts: Type.Union([Type.String({ description: 'Whom a fix may cut off' }), Type.Null()]),
  needsRoot: oneOf(['yes', 'partly', 'no'], 'partly: without root it sees less'),
  references: Type.Array(Type.Object({ standard: Type.String(), id: Type.String() })),
  fixCommand: Type.Union([Type.String({ description: 'Shows what it would change' }), Type.Null()]),
};
export const HostChecksReply = Type.Object({ checks: Type.Array(Type.Object(header)) });
export type HostChecksReply = Static<typeof HostChecksReply>;
export const HostCheckReply = Type.Object({
  ...header,
  hash: Type.String({ description: 'SHA-256 of the script' }),
  script: Type.String({ description: 'Just as it runs on a host' }),
  shared: Type.Array(Type.Object({ name: Type.String(), script: Type.String() }), {
    description:
      'What it goes by beside itself: functions and data that it reads in, what looked beforehand, the prelude that all have',
  }),
});
export type HostCheckReply = Static<typeof HostCheckReply>;
export const Nothing = Type.Null({ description: 'Done.' });
