/**
 * A finding as an OCSF 1.6 event (https://schema.ocsf.io/1.6.0): Compliance Finding (2003) for how something is set
 * up, Detection Finding (2004) for something that happened. Times are milliseconds since the epoch, as `timestamp_t`
 * wants them.
 */
import type { FindingView } from '../wire.ts';

const OCSF_VERSION = '1.6.0';
const CATEGORY_FINDINGS = 2;
const CLASSES = {
  compliance: { uid: 2003, name: 'Compliance Finding' },
  detection: { uid: 2004, name: 'Detection Finding' },
} as const;
const SEVERITIES = {
  info: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
} as const;
const STATUSES = {
  open: [1, 'New'],
  accepted: [3, 'Suppressed'],
  suppressed: [3, 'Suppressed'],
  fixed: [4, 'Resolved'],
  clear: [4, 'Resolved'],
} as const;
const ACTIVITIES = { create: [1, 'Create'], update: [2, 'Update'], close: [3, 'Close'] } as const;
/** Warning: no result, for want of information. */
const COMPLIANCE = {
  pass: [1, 'Pass'],
  not_applicable: [1, 'Pass'],
  unknown: [2, 'Warning'],
  fail: [3, 'Fail'],
} as const;

export function ocsfEvent(finding: FindingView, { atMs, version }: { atMs: number; version: string }): object {
  const { kind, resource, severity, verdict, state, remedy, references, check } = finding;
  const { uid: classUid, name: className } = CLASSES[kind];
  const [activityId, activityName] = ACTIVITIES[activityOf(finding)];
  const [severityId, severityName] = SEVERITIES[severity];
  const [statusId, status] = STATUSES[state];
  const seen = { first: Date.parse(finding.firstSeenTime), last: Date.parse(finding.lastSeenTime) };
  return {
    activity_id: activityId,
    activity_name: activityName,
    category_uid: CATEGORY_FINDINGS,
    category_name: 'Findings',
    class_uid: classUid,
    class_name: className,
    type_uid: classUid * 100 + activityId,
    type_name: `${className}: ${activityName}`,
    time: seen.last,
    message: finding.title,
    severity_id: severityId,
    severity: severityName,
    status_id: statusId,
    status,
    ...(finding.acceptance ? { status_detail: finding.acceptance.reason, comment: finding.acceptance.reason } : {}),
    metadata: {
      version: OCSF_VERSION,
      logged_time: atMs,
      product: { name: 'Holdfast', vendor_name: 'Holdfast', version },
      ...(resource.provider === undefined ? {} : { profiles: ['cloud'] }),
    },
    finding_info: {
      uid: finding.findingId,
      title: finding.title,
      desc: finding.rationale,
      types: [check],
      created_time: seen.first,
      first_seen_time: seen.first,
      last_seen_time: seen.last,
      modified_time: Date.parse(finding.changedTime),
    },
    ...(resource.provider === undefined
      ? {}
      : {
          cloud: {
            provider: resource.provider,
            ...(resource.region === undefined ? {} : { region: resource.region }),
            ...(resource.account === undefined ? {} : { account: { uid: resource.account } }),
          },
        }),
    resources: [
      {
        uid: resource.uid,
        name: resource.name,
        type: resource.type,
        ...(resource.region === undefined ? {} : { region: resource.region }),
        ...(resource.tags === undefined
          ? {}
          : { tags: Object.entries(resource.tags).map(([name, value]) => ({ name, value })) }),
      },
    ],
    remediation: {
      desc: remedy === '' ? 'None is known.' : remedy,
      ...(references.some(({ url }) => url) ? { references: references.flatMap(({ url }) => url ?? []) } : {}),
    },
    ...(kind === 'compliance' ? { compliance: compliance(finding, verdict) } : { evidences: evidences(finding) }),
    unmapped: {
      holdfast: {
        ...{ check, verdict, state, source: finding.source, reopened: finding.reopened },
        // The schema has no place for where on a resource it is.
        ...(resource.path === undefined ? {} : { path: resource.path }),
      },
    },
  };
}

/** Closed once nothing is wrong, made when it is seen for the first time, else brought up to date. */
function activityOf({ state, firstSeenTime, lastSeenTime }: FindingView): keyof typeof ACTIVITIES {
  if (state === 'fixed') return 'close';
  return firstSeenTime === lastSeenTime ? 'create' : 'update';
}

function compliance({ check, references, evidence }: FindingView, verdict: FindingView['verdict']): object {
  const [statusId, status] = COMPLIANCE[verdict];
  return {
    control: check,
    standards: references.map(({ standard, id }) => `${standard} ${id}`),
    status_id: statusId,
    status,
    ...(evidence.length > 0 ? { status_details: evidence.map(({ label, value }) => `${label}: ${value}`) } : {}),
  };
}

/** An evidence needs one known part; what a guard saw goes as data. */
function evidences({ evidence }: FindingView): object[] {
  return evidence.map(({ label, value }) => ({ name: label, data: { [label]: value } }));
}
