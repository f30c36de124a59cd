/** The fleet as people and programs see it: times as text, and nothing of how it is stored. */
import { timestamp } from '../../base/clock.ts';
import { summaryView, type OpenAtPlace } from '../../findings/index.ts';
import type { EnrolmentRow, LastRow, ScanRow } from '../records.ts';
import type { HostSettings } from '../settings.ts';
import type * as wire from '../wire.ts';
import { namedCheck, type Catalogue, type NamedCheck } from './checks/catalogue.ts';
import type { ScansCompared } from './history/scans.ts';
import type { KnownHost } from './hosts/known-hosts.ts';
import type { ListedHost } from './hosts/list-hosts.ts';
import { outcomesIn } from './history/outcomes-text.ts';
import { scheduleOf } from './hosts/schedule.ts';

const orNull = (atMs: number | null): string | null => (atMs === null ? null : timestamp(atMs));

export function enrolmentView(row: EnrolmentRow, nowMs: number): wire.EnrolmentView {
  const { enrolmentId, label, with: parts, hostId, by, madeMs, untilMs, used } = row;
  return {
    ...{ enrolmentId, label, with: [...parts], hostId, by },
    createdTime: timestamp(madeMs),
    expiresTime: timestamp(untilMs),
    state: used ? 'used' : untilMs > nowMs ? 'waiting' : 'expired',
    used: used && { time: timestamp(used.atMs), hostId: used.hostId, hostname: used.hostname },
  };
}

export function summaryOf(
  { row, now, state, open }: KnownHost & { readonly open: OpenAtPlace },
  settings: HostSettings,
): wire.HostSummary {
  const offsetMs = now?.offsetMs ?? null;
  return {
    ...{ hostId: row.hostId, label: row.label, state },
    hostname: now?.hostname ?? row.hostname,
    platform: now?.platform ?? 'linux',
    osName: now?.osName ?? '',
    index: now?.index ?? null,
    indexBefore: now?.indexBefore ?? null,
    coverage: now?.coverage ?? null,
    open: { ...open.counts },
    notLookedAt: now?.notLookedAt ?? 0,
    worst: open.worst.map((each) => ({ ...each })),
    enrolledTime: row.grant === null ? null : timestamp(row.enrolledMs),
    lastReportTime: orNull(now?.receivedMs ?? null),
    clockOffsetMs: offsetMs,
    clockIsWrong: offsetMs !== null && Math.abs(offsetMs) > settings.hostClockOffMs,
    agentVersion: now?.agentVersion ?? '',
    with: [...row.with],
  };
}

export interface ShownHost extends ListedHost {
  readonly last: LastRow | null;
  readonly factsMs: number | null;
  readonly rulesMs: number | null;
}

export function hostView(host: ShownHost, catalogue: Catalogue, settings: HostSettings): wire.HostReply {
  const { row, now, last, factsMs, rulesMs } = host;
  const stateRef = (number: number, atMs: number | null) =>
    atMs === null ? null : { stateId: String(number), time: timestamp(atMs) };
  return {
    ...summaryOf(host, settings),
    schedule: scheduleOf(row, settings),
    system: last && { ...last.system },
    checks: (last?.checks ?? []).map(({ id, own, outcome, why, sinceMs }) => {
      const { title, severity } = namedCheck(catalogue, id, own);
      return { id, title, severity, outcome, why, since: timestamp(sinceMs), isShipped: catalogue.has(id) };
    }),
    facts: stateRef(now?.facts ?? 0, factsMs),
    firewall: stateRef(now?.firewall ?? 0, rulesMs),
  };
}

export function scanView(row: ScanRow): wire.ScanView {
  const { number, origin, startedMs, lastMs, scans, tookMs, agentVersion, index, coverage, outcomes, findings } = row;
  const counts = { right: 0, wrong: 0, not_looked_at: 0, not_applicable: 0 };
  for (const { outcome } of outcomesIn(outcomes)) counts[outcome] += 1;
  return {
    ...{ scanId: String(number), origin, scans, tookMs, agentVersion, index, coverage, counts, findings },
    startedTime: timestamp(startedMs),
    lastTime: timestamp(lastMs),
    clockOffsetMs: row.offsetMs,
  };
}

export function scanReply(row: ScanRow, catalogue: Catalogue, own: ReadonlyMap<string, NamedCheck>): wire.ScanReply {
  const checks = outcomesIn(row.outcomes).map(({ id, outcome }) => {
    const { title, severity } = namedCheck(catalogue, id, own.get(id) ?? null);
    return { id, title, severity, outcome };
  });
  return { scan: scanView(row), checks };
}

export function compareView({ from, to, checks, came, went }: ScansCompared): wire.HostCompareReply {
  return {
    from: scanView(from),
    to: scanView(to),
    checks: checks.map((each) => ({ ...each })),
    came: came.map(summaryView),
    went: went.map(summaryView),
  };
}
