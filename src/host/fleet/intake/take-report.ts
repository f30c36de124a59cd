/**
 * A report is taken: findings first, then the rows of the host in one transaction. Whatever breaks off in between, the
 * report sent again does the rest; once it was taken, it changes nothing any more.
 */
import { hasCode } from '../../../base/errors.ts';
import { wellFormed } from '../../../findings/index.ts';
import type { RecordItem, RecordOperation } from '../../../storage/index.ts';
import { hostErrors } from '../../errors.ts';
import type { Facts } from '../../facts/facts.ts';
import type { FirewallRules } from '../../firewall/rules.ts';
import {
  keys,
  scanKey,
  stateKinds,
  type HostRow,
  type LastCheck,
  type LastRow,
  type NowRow,
  type ScanRow,
  type StateKind,
} from '../../records.ts';
import { figuresOfChecks, type Catalogue } from '../checks/catalogue.ts';
import type { FleetDeps } from '../fleet-deps.ts';
import { readHost } from '../hosts/genuine-rows.ts';
import { closeFindings } from '../found/close-findings.ts';
import { noteFindings } from './note-findings.ts';
import { outcomesText } from '../history/outcomes-text.ts';
import { readReport, type ReadCheck, type ReadReport } from './read-report.ts';
import type { HostReport, ReportReply } from '../report-schema.ts';
import { scheduleOf } from '../hosts/schedule.ts';
import { giveUpStates, keepState, type Brought, type WayOfStates } from '../history/states.ts';
import { factsStates, rulesStates } from '../history/ways-of-states.ts';

export interface IntakeDeps extends FleetDeps {
  readonly catalogue: () => Catalogue;
}

/**
 * That a report of an agent was taken is known for so long; later it would count as one more scan that saw the same. What
 * is carried here may come again at any time.
 */
const TAKEN_KEPT_MS = 3 * 86_400_000;
const UNSEEN_KEPT = 5;
const ATTEMPTS = 8;

/** Throws `report_invalid`, `report_of_another_host`, `host_not_found`, `host_revoked`. */
export async function takeReport(deps: IntakeDeps, hostId: string, given: HostReport): Promise<ReportReply> {
  const report = wellFormed(given);
  if (report.hostId !== hostId) {
    throw hostErrors('report_of_another_host', { attempted: `Take the report ${report.reportId}` });
  }
  const read = readReport(report, deps.catalogue());
  const sofar: SoFar = { hasNoted: false };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await takeOnce(deps, report, read, sofar);
    } catch (error) {
      // It was forgotten meanwhile, and so is what this report has noted of it.
      if (hasCode(error, 'host_not_found') && sofar.hasNoted) await closeFindings(deps.findings, hostId);
      // Another report of this host was taken meanwhile, or the same one.
      if (!hasCode(error, 'record_conflict') || attempt === ATTEMPTS) throw error;
    }
  }
}

/** What attempts before this one have done. */
interface SoFar {
  hasNoted: boolean;
}

async function takeOnce(deps: IntakeDeps, report: HostReport, read: ReadReport, sofar: SoFar): Promise<ReportReply> {
  const { records, clock } = deps;
  const { hostId, reportId } = report;
  const get = async <Row extends NowRow | LastRow>({ pk, sk }: { pk: string; sk: string }) => records.get<Row>(pk, sk);
  const [host, taken, nowItem, lastItem] = await Promise.all([
    readHost(deps, hostId),
    records.get(keys.taken(hostId, reportId).pk, keys.taken(hostId, reportId).sk),
    get<NowRow>(keys.now(hostId)),
    get<LastRow>(keys.last(hostId)),
  ]);
  if (!host) throw hostErrors('host_not_found', { attempted: `Take the report ${reportId}` });
  // It was let in before that, and its report was long on its way; what an admin carries here needs no token.
  if (report.origin === 'agent' && host.row.revokedMs !== null) throw hostErrors('host_revoked');
  const now = nowItem?.value ?? null;
  if (taken) return replyTo(deps, report, host.row, now);

  const receivedMs = clock();
  const offsetMs = report.origin === 'agent' ? receivedMs - read.sentMs : null;
  const startedMs = Math.max(0, Math.min(receivedMs, read.startedMs + (offsetMs ?? 0)));
  // One that waited while a newer one came is history, and says nothing of how the host is now.
  const isOld = now !== null && startedMs < now.startedMs;
  const last = lastItem?.value ?? null;
  const looked = { checks: read.checks, isAll: report.selection === 'all' };
  sofar.hasNoted ||= !isOld;
  const noted = isOld ? null : await noteFindings(deps, hostId, looked, last);
  // It may be revoked, enrolled anew or forgotten meanwhile.
  const hostAsRead: RecordOperation = { op: 'check', ...keys.host(hostId), if: { revision: host.revision } };
  const kept = noted === null ? null : await keepStates(deps, report, now, { atMs: startedMs, hostAsRead });

  const row =
    noted === null ? null : lastOf(report, read, last, { startedMs, seenMs: noted.seenMs, isAll: looked.isAll });
  const seen = { startedMs, receivedMs, offsetMs, isSame: noted?.isChanged === false };
  const after = afterScan(deps.catalogue(), row?.checks ?? read.checks);
  const scan = await scanOperations(deps, report, { ...after, findings: read.wrong }, now, seen);
  const operations: RecordOperation[] = [...scan.operations, ...(kept?.operations ?? [])];
  const put = <Row extends NowRow | LastRow>(at: { pk: string; sk: string }, value: Row, item: RecordItem | null) => {
    operations.push({ op: 'put', ...at, value, if: item ? { revision: item.revision } : 'absent' });
  };
  const next: NowRow =
    now && isOld
      ? { ...now, scans: scan.number }
      : { ...nowOf(report, after, scan.indexBefore), ...seenRow(seen), ...stateRow(now, kept), scans: scan.number };
  put(keys.now(hostId), next, nowItem);
  const nextLast = isOld && sofar.hasNoted ? doubted(last, read) : row;
  if (nextLast && JSON.stringify(nextLast) !== JSON.stringify(last)) put(keys.last(hostId), nextLast, lastItem);
  operations.push({
    op: 'put',
    ...keys.taken(hostId, reportId),
    value: { scan: scan.number },
    expiresAtMs: receivedMs + (report.origin === 'agent' ? TAKEN_KEPT_MS : deps.settings.hostScansKeptMs),
    if: 'absent',
  });
  operations.push(hostAsRead);
  await records.transact(operations);
  // Where nothing new comes, the old go by their age all the same.
  const isDaily = noted !== null && noted.seenMs !== last?.seenMs;
  for (const kind of isDaily ? stateKinds : (kept?.newKinds ?? [])) await giveUpStates(deps, kind, hostId);
  return replyTo(deps, report, host.row, next);
}

/**
 * A newer report was taken while this one noted findings, and nobody knows which of the two a finding shows: the next report
 * goes through all of them.
 */
function doubted(last: LastRow | null, { checks }: ReadReport): LastRow | null {
  const noted = new Set(checks.map(({ id }) => id));
  return last && { ...last, checks: last.checks.map((each) => (noted.has(each.id) ? { ...each, digest: '' } : each)) };
}

function replyTo({ settings }: IntakeDeps, report: HostReport, host: HostRow, now: NowRow | null): ReportReply {
  const wants: ReportReply['wants'] = [];
  if (report.facts && report.facts.hash !== now?.factsHash) wants.push('facts');
  if (report.firewall && report.firewall.hash !== now?.firewallHash) wants.push('firewall');
  return { reportId: report.reportId, schedule: scheduleOf(host, settings), wants };
}

interface Seen {
  readonly startedMs: number;
  readonly receivedMs: number;
  readonly offsetMs: number | null;
  /** All checks observed what they did last time. */
  readonly isSame: boolean;
}

/** How a host stands after a scan: what it was not to look at is as it was before. */
interface AfterScan {
  readonly outcomes: string;
  readonly index: number | null;
  readonly coverage: number | null;
  readonly notLookedAt: number;
  readonly unseen: NowRow['unseen'];
}

function afterScan(catalogue: Catalogue, checks: readonly Omit<LastCheck, 'sinceMs'>[]): AfterScan {
  const unseen = checks.filter(({ outcome }) => outcome === 'not_looked_at');
  return {
    outcomes: outcomesText(checks),
    ...figuresOfChecks(catalogue, checks),
    notLookedAt: unseen.length,
    unseen: [...Map.groupBy(unseen, ({ why }) => why ?? '')]
      .map(([why, own]) => [why.slice(0, 200).toWellFormed(), own.length] as const)
      .toSorted((one, other) => other[1] - one[1])
      .slice(0, UNSEEN_KEPT),
  };
}

/** A scan that saw just the same prolongs the row of the one before. */
async function scanOperations(
  { records, settings, clock }: IntakeDeps,
  { hostId, origin, agentVersion, tookMs }: HostReport,
  { outcomes, index, coverage, findings }: AfterScan & { readonly findings: number },
  now: NowRow | null,
  { startedMs, offsetMs, isSame }: Seen,
): Promise<{
  readonly number: number;
  readonly indexBefore: number | null;
  readonly operations: readonly RecordOperation[];
}> {
  const at = scanKey(hostId, now?.scans ?? 0);
  const before = now === null ? null : ((await records.get<ScanRow>(at.pk, at.sk))?.value ?? null);
  const row = { origin, agentVersion, tookMs, index, coverage, outcomes, findings, offsetMs, lastMs: startedMs };
  const isLikeIt = before?.outcomes === outcomes && before.origin === origin && before.agentVersion === agentVersion;
  const expiresAtMs = startedMs + settings.hostScansKeptMs;
  if (before && now && isSame && isLikeIt) {
    const value: ScanRow = { ...before, ...row, scans: before.scans + 1 };
    return { number: now.scans, indexBefore: now.indexBefore, operations: [{ op: 'put', ...at, value, expiresAtMs }] };
  }
  const number = (now?.scans ?? 0) + 1;
  const value: ScanRow = { number, startedMs, scans: 1, notedMs: clock(), ...row };
  const operations: RecordOperation[] = [{ op: 'put', ...scanKey(hostId, number), value, expiresAtMs }];
  const tooOld = number - settings.hostScansKept;
  if (tooOld > 0) operations.push({ op: 'delete', ...scanKey(hostId, tooOld) });
  return { number, indexBefore: now?.index ?? null, operations };
}

interface KeptStates {
  readonly facts: number;
  readonly firewall: number;
  readonly factsHash: string;
  readonly firewallHash: string;
  readonly operations: readonly RecordOperation[];
  readonly newKinds: readonly StateKind[];
}

async function keepStates(
  deps: IntakeDeps,
  { hostId, reportId, facts, firewall }: HostReport,
  now: NowRow | null,
  brought: Pick<Brought<object>, 'atMs' | 'hostAsRead'>,
): Promise<KeptStates> {
  const keep = async <State extends object>(
    way: WayOfStates<State>,
    reported: { readonly hash: string; readonly state?: State } | undefined,
    hash: string,
  ) => {
    const number = now?.[way.kind] ?? 0;
    if (reported?.state === undefined || reported.hash === hash) return { number, hash, operations: [] };
    const kept = await keepState(deps, way, hostId, number, { state: reported.state, reportId, ...brought });
    return { ...kept, hash: reported.hash };
  };
  const [one, two] = [
    await keep<Facts>(factsStates, facts as { hash: string; state?: Facts } | undefined, now?.factsHash ?? ''),
    await keep<FirewallRules>(rulesStates, firewall, now?.firewallHash ?? ''),
  ];
  return {
    ...{ facts: one.number, firewall: two.number, factsHash: one.hash, firewallHash: two.hash },
    operations: [...one.operations, ...two.operations],
    newKinds: [
      ...(one.operations.length > 0 ? (['facts'] as const) : []),
      ...(two.operations.length > 0 ? (['firewall'] as const) : []),
    ],
  };
}

function stateRow(now: NowRow | null, kept: KeptStates | null) {
  const { facts = 0, firewall = 0, factsHash = '', firewallHash = '' } = kept ?? now ?? {};
  return { facts, firewall, factsHash, firewallHash };
}

function seenRow({ startedMs, receivedMs, offsetMs }: Seen) {
  return { startedMs, receivedMs, offsetMs };
}

function nowOf(
  { system, agentVersion, origin }: HostReport,
  { index, coverage, notLookedAt, unseen }: AfterScan,
  indexBefore: number | null,
) {
  return {
    ...{ hostname: system.hostname, platform: system.platform, osName: system.osName, agentVersion, origin },
    ...{ index, coverage, indexBefore, notLookedAt, unseen },
  };
}

function lastOf(
  { system: { platform: _, hostname: _name, osName: _os, ...system } }: HostReport,
  { checks }: ReadReport,
  last: LastRow | null,
  { startedMs, seenMs, isAll }: { readonly startedMs: number; readonly seenMs: number; readonly isAll: boolean },
): LastRow {
  const before = new Map(last?.checks.map((check) => [check.id, check]));
  const made = new Set(checks.map(({ id }) => id));
  const rowOf = ({ id, own, outcome, why, digest }: ReadCheck) => {
    const old = before.get(id);
    return { id, own, outcome, why, sinceMs: old?.outcome === outcome ? old.sinceMs : startedMs, digest };
  };
  // What this scan was not to look at stays as it was.
  const others = isAll ? [] : [...before.values()].filter(({ id }) => !made.has(id));
  const all = [...checks.map(rowOf), ...others].slice(0, MOST_CHECKS);
  return { checks: fittingChecks(all.toSorted((one, other) => (one.id < other.id ? -1 : 1))), seenMs, system };
}

/** As many as a report may name: without their texts all of them fit into a row. */
const MOST_CHECKS = 1000;
const MOST_BYTES = 300 * 1024;

/** With shorter texts where all together would be more than a row takes. */
function fittingChecks(checks: readonly LastCheck[], mostText = 1000): readonly LastCheck[] {
  const cut = (text: string): string => text.slice(0, mostText).toWellFormed();
  const fitting = checks.map((each) => ({
    ...each,
    own: each.own && { ...each.own, title: cut(each.own.title) },
    why: each.why === null ? null : cut(each.why),
  }));
  const isSmall = Buffer.byteLength(JSON.stringify(fitting)) <= MOST_BYTES;
  return isSmall || mostText === 0 ? fitting : fittingChecks(checks, Math.floor(mostText / 5));
}
