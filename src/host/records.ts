import type { Severity } from '../findings/index.ts';
import type { HostPart, Platform } from './fleet/report-schema.ts';
import type { Outcome } from './scanning/hardening.ts';

/**
 * Where the fleet lies in the RecordStore; in clear, as findings are. Rows that say who may report carry a MAC, so that
 * writing the database grants nothing.
 *
 *     host-enrolments  <enrolmentId>             EnrolmentRow
 *     hosts            <hostId>                  HostRow: who may report, and what people say of it
 *     hosts-now        <hostId>                  NowRow: what the list shows of the last report
 *     host#<hostId>    last                      LastRow: what the last report said of each check
 *     host#<hostId>    report#<reportId>         this report was taken: `{ scan }`
 *     host#<hostId>    scan#<9 digits>           ScanRow: one or more scans in a row that saw the same
 *     host#<hostId>    facts#<9 digits>          StateRow; the same for firewall#
 *     host#<hostId>    facts-part#<9 digits>#<reportId>#<3 digits>   PartRow; the same for firewall-part#
 */
export const keys = {
  enrolment: (enrolmentId: string) => ({ pk: ENROLMENTS, sk: enrolmentId }),
  host: (hostId: string) => ({ pk: HOSTS, sk: hostId }),
  now: (hostId: string) => ({ pk: HOSTS_NOW, sk: hostId }),
  last: (hostId: string) => ({ pk: rowsOf(hostId), sk: 'last' }),
  taken: (hostId: string, reportId: string) => ({ pk: rowsOf(hostId), sk: `report#${reportId}` }),
} as const;

export const ENROLMENTS = 'host-enrolments';
export const HOSTS = 'hosts';
export const HOSTS_NOW = 'hosts-now';
export const rowsOf = (hostId: string): string => `host#${hostId}`;

export type EnrolmentRow = {
  readonly enrolmentId: string;
  readonly secretHash: string;
  readonly label: string;
  readonly with: readonly HostPart[];
  /** `null`: good for any host. */
  readonly hostId: string | null;
  /** `@ada` */
  readonly by: string;
  readonly madeMs: number;
  readonly untilMs: number;
  readonly used: {
    readonly atMs: number;
    readonly hostId: string;
    readonly hostname: string;
    readonly keyHash: string;
  } | null;
  /** How often somebody else came with it. */
  readonly refused: number;
  readonly mac: string;
};

export type HostRow = {
  readonly hostId: string;
  readonly label: string;
  /** As it said when it was enrolled, or imported. */
  readonly hostname: string;
  readonly with: readonly HostPart[];
  /** `null`: as the settings say. */
  readonly scanEveryMs: number | null;
  /** `null`: it has no token, and is known by what was carried here. */
  readonly grant: {
    readonly secretHash: string;
    readonly enrolmentId: string;
    readonly enrolmentKeyHash: string;
    readonly generation: number;
  } | null;
  /** Hashes of secrets that were good before, the last few. */
  readonly earlier: readonly string[];
  readonly enrolledMs: number;
  readonly revokedMs: number | null;
  readonly mac: string;
};

export type NowRow = {
  readonly hostname: string;
  readonly platform: Platform;
  readonly osName: string;
  readonly agentVersion: string;
  readonly origin: 'agent' | 'bundle';
  readonly index: number | null;
  readonly indexBefore: number | null;
  readonly coverage: number | null;
  /** Checks that could not look, and the reasons that cost most. */
  readonly notLookedAt: number;
  readonly unseen: readonly (readonly [why: string, checks: number])[];
  /** When the last scan began, by our clock. */
  readonly startedMs: number;
  readonly receivedMs: number;
  /** What its clock is behind ours; `null`: it was carried here. */
  readonly offsetMs: number | null;
  /** Numbers of the last rows of each sort; 0: none. */
  readonly scans: number;
  readonly facts: number;
  readonly firewall: number;
  /** As the agent gave them; empty: none was taken. */
  readonly factsHash: string;
  readonly firewallHash: string;
};

/** One check as the last report had it. */
export type LastCheck = {
  readonly id: string;
  /** Of a check that this release does not have. */
  readonly own: { readonly title: string; readonly severity: Severity } | null;
  readonly outcome: Outcome;
  /** Why it was not looked at, or does not apply. */
  readonly why: string | null;
  readonly sinceMs: number;
  /** Of all that it observed: only what is another than before goes through findings/. */
  readonly digest: string;
};

export type LastRow = {
  readonly checks: readonly LastCheck[];
  /** When all its findings were last gone through. */
  readonly seenMs: number;
  readonly system: {
    readonly osId: string;
    readonly osVersion: string;
    readonly kernel: string;
    readonly architecture: string;
    readonly container: string;
    readonly cloud: string;
    readonly init: string;
    readonly packages: string;
    readonly isRoot: boolean;
  };
};

export type ScanRow = {
  readonly number: number;
  readonly origin: 'agent' | 'bundle';
  /** When the first of them began, by our clock, and the last. */
  readonly startedMs: number;
  readonly lastMs: number;
  /** How many saw just the same. */
  readonly scans: number;
  /** From then on findings/ shows what it saw. */
  readonly notedMs: number;
  readonly tookMs: number;
  readonly agentVersion: string;
  readonly index: number | null;
  readonly coverage: number | null;
  /** `KRN-07r08w,NET-01n`: see fleet/history/outcomes-text.ts. */
  readonly outcomes: string;
  /** How much was wrong. */
  readonly findings: number;
  readonly offsetMs: number | null;
};

/** What is kept each time that it is another one. */
export const stateKinds = ['facts', 'firewall'] as const;
export type StateKind = (typeof stateKinds)[number];

export type StateRow = {
  readonly atMs: number;
  /** Lines, against the one before; `null`: it is the first. */
  readonly changed: { readonly new: number; readonly gone: number } | null;
  /** The report that brought it: parts are by report, so that two that come at once write none of each other's. */
  readonly reportId: string;
  readonly parts: number;
};
export type PartRow = { readonly gzip: string };

const nine = (number: number): string => String(number).padStart(9, '0');

export const SCANS = 'scan#';
export const scanKey = (hostId: string, number: number) => ({ pk: rowsOf(hostId), sk: `${SCANS}${nine(number)}` });
export const statesOf = (kind: StateKind): string => `${kind}#`;
export const stateKey = (hostId: string, kind: StateKind, number: number) => ({
  pk: rowsOf(hostId),
  sk: `${statesOf(kind)}${nine(number)}`,
});
/** Parts of a state, also those of a report that was not the one to make it. */
export const partsOf = (kind: StateKind, number: number): string => `${kind}-part#${nine(number)}#`;
export const partKey = (
  hostId: string,
  kind: StateKind,
  { number, reportId, part }: { readonly number: number; readonly reportId: string; readonly part: number },
) => ({ pk: rowsOf(hostId), sk: `${partsOf(kind, number)}${reportId}#${String(part).padStart(3, '0')}` });
/** Of a row of states or scans. */
export const numberIn = (sk: string): number => Number(sk.slice(-9));
