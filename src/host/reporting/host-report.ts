/** What a scan saw, as a server takes it: within its limits, so that one odd host cannot have its report refused. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { timestamp } from '../../base/clock.ts';
import { version } from '../../base/version.ts';
import type { Facts } from '../facts/facts.ts';
import { hardeningOf, type Outcome } from '../scanning/hardening.ts';
import { observationsOf, wholeChecks } from '../scanning/observations.ts';
import type { Checked, HostScan } from '../scanning/scan.ts';
import type { HostSystem } from '../system/system.ts';
import type { HostReport } from '../wire.ts';
import { factsPart, rulesPart } from './parts.ts';

/** Parts of a report that seldom change, and are sent when they have. */
export const partNames = ['facts', 'firewall'] as const;
export type PartName = (typeof partNames)[number];
export type ReportPart = NonNullable<HostReport['facts'] | HostReport['firewall']>;

/** A report before it is sent, and its parts; `null`: that was not looked at. */
export interface MadeReport {
  readonly report: Omit<HostReport, PartName | 'sentTime'>;
  readonly parts: {
    readonly facts: NonNullable<HostReport['facts']> | null;
    readonly firewall: NonNullable<HostReport['firewall']> | null;
  };
}

export interface Reported {
  readonly scan: HostScan;
  readonly facts: Facts | null;
  /** UUIDv7. */
  readonly reportId: string;
  readonly origin: HostReport['origin'];
  /** By the clock of the host. */
  readonly startedMs: number;
  readonly selection: HostReport['selection'];
  /** Findings of one check. */
  readonly mostOfACheck: number;
}

const MOST_OBSERVATIONS = 10_000;
/** Of the observations; what a server takes of a report is 8 MiB unless it is told otherwise, and parts go along. */
const MOST_BYTES = 3 * 2 ** 20;
const MOST_TEXT = 1000;

export function hostReportOf(reported: Reported): MadeReport {
  const { scan, facts, reportId, origin, startedMs, selection } = reported;
  const observations = observationsWithin(scan, reported.mostOfACheck);
  const outcomes = new Map(hardeningOf(scan).checks.map(({ check, outcome }) => [check, outcome]));
  return {
    report: {
      formatVersion: 1,
      reportId,
      hostId: scan.system.hostId,
      agentVersion: version,
      origin,
      startedTime: timestamp(startedMs),
      tookMs: Math.round(scan.tookMs),
      system: systemOf(scan.system),
      selection,
      checks: scan.checks.map((checked) => checkOf(checked, outcomes.get(checked.script.header.id) ?? 'not_looked_at')),
      whole: [...wholeChecks(scan)],
      observations: [...observations],
    },
    parts: { facts: facts && factsPart(facts), firewall: scan.rules && rulesPart(scan.rules) },
  };
}

/** Fewer of each check where all together are too many; each says how many it left out. */
function observationsWithin(scan: HostScan, mostOfACheck: number): HostReport['observations'] {
  for (let most = mostOfACheck; ; most = Math.floor(most / 2)) {
    const observations = observationsOf(scan, most).map(plain);
    const isSmall = observations.length <= MOST_OBSERVATIONS && JSON.stringify(observations).length <= MOST_BYTES;
    if (isSmall || most <= 1) return observations.slice(0, MOST_OBSERVATIONS);
  }
}

type ReportedObservation = HostReport['observations'][number];

/** As JSON has it: lists that can be written to. */
function plain(observation: ReturnType<typeof observationsOf>[number]): ReportedObservation {
  return {
    ...observation,
    evidence: [...observation.evidence],
    references: [...observation.references],
  };
}

function systemOf(system: HostSystem): HostReport['system'] {
  const { hostname, osName, osId, osVersion, kernel, architecture, container, cloud, init, packages, isRoot } = system;
  return {
    ...{ platform: system.platform, hostname: hostname.slice(0, 253) || 'unnamed', osName: osName.slice(0, 256) },
    ...{ osId: osId.slice(0, 64), osVersion: osVersion.slice(0, 64), kernel: kernel.slice(0, 128) },
    ...{ architecture: architecture.slice(0, 64), container: container.slice(0, 64), cloud, init, packages, isRoot },
  };
}

function checkOf({ script, verdicts, tookMs }: Checked, outcome: Outcome): HostReport['checks'][number] {
  const { id, title, severity } = script.header;
  const reasons = verdicts.flatMap((each) => ('reason' in each ? [each.reason] : []));
  const isUnseen = outcome === 'not_looked_at' || outcome === 'not_applicable';
  return {
    ...{ id, title: title.slice(0, 512), severity, outcome, tookMs: Math.round(tookMs) },
    hash: createHash('sha256').update(readFileSync(script.path)).digest('hex'),
    why: isUnseen ? (reasons[0] ?? '').slice(0, MOST_TEXT) : null,
  };
}
