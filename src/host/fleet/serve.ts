/** The fleet in a server, in the words of wire.ts. Who may call what is decided where it is called from. */
import type { HostHolder } from '../../base/http/access.ts';
import { openPerHour } from '../../base/timing/per-hour.ts';
import { hostErrors } from '../errors.ts';
import { keys, stateKey, type LastRow, type StateKind, type StateRow } from '../records.ts';
import type * as wire from '../wire.ts';
import { changeHost, forgetHost, revokeHost } from './hosts/admin-acts.ts';
import { shippedCatalogue, type Catalogue } from './checks/catalogue.ts';
import { checkReply, checksReply } from './checks/check-views.ts';
import { enrolHost } from './enrolling/enrol.ts';
import { authenticateEnrolment, listEnrolments, makeEnrolment, withdrawEnrolment } from './enrolling/enrolments.ts';
import type { FleetAdmin, FleetDeps } from './fleet-deps.ts';
import { compareScans, listScans, ownNames, scanOf } from './history/scans.ts';
import { authenticateHost } from './enrolling/host-access.ts';
import { hostOf } from './hosts/known-hosts.ts';
import { hostsFilterOf, listHosts, totalsOf } from './hosts/list-hosts.ts';
import { fileFrom, importResult } from './intake/import-result.ts';
import { nothingOpen, openOf } from './found/open-findings.ts';
import { scheduleOf } from './hosts/schedule.ts';
import { factsReply, rulesDiff, rulesReply, statesReply } from './history/show-states.ts';
import { takeReport } from './intake/take-report.ts';
import { compareView, enrolmentView, hostView, scanReply, scanView, summaryOf } from './views.ts';

interface Paging {
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

export interface ServedFleet {
  authenticateHost(token: string): Promise<HostHolder>;
  authenticateEnrolment(token: string): Promise<string>;
  enrol(enrolmentId: string, body: wire.EnrolBody): Promise<wire.EnrolReply>;
  report(host: HostHolder, report: wire.HostReport): Promise<wire.ReportReply>;
  schedule(host: HostHolder): Promise<wire.Schedule>;

  makeEnrolment(who: FleetAdmin, body: wire.EnrolmentBody): Promise<wire.EnrolmentMade>;
  enrolments(): Promise<wire.EnrolmentsReply>;
  withdrawEnrolment(who: FleetAdmin, enrolmentId: string): Promise<void>;

  list(query: Paging & { readonly q?: string; readonly state?: string }): Promise<wire.HostsReply>;
  totals(): Promise<wire.HostTotals>;
  show(hostId: string): Promise<wire.HostReply>;
  change(who: FleetAdmin, hostId: string, body: wire.HostChange): Promise<wire.HostReply>;
  revoke(who: FleetAdmin, hostId: string): Promise<wire.HostReply>;
  forget(who: FleetAdmin, hostId: string): Promise<void>;
  importLimits(): wire.ImportLimits;
  importResult(who: FleetAdmin, file: AsyncIterable<Uint8Array>): Promise<wire.ImportReply>;
  scans(hostId: string, paging: Paging): Promise<wire.ScansReply>;
  scan(hostId: string, scanId: string): Promise<wire.ScanReply>;
  compare(hostId: string, from: string, to: string): Promise<wire.HostCompareReply>;
  /** `at` null: now. */
  facts(hostId: string, at: string | null): Promise<wire.FactsReply>;
  states(kind: StateKind, hostId: string): Promise<wire.StatesReply>;
  rules(hostId: string, stateId: string): Promise<wire.RulesReply>;
  rulesDiff(hostId: string, from: string, to: string): Promise<wire.RulesDiffReply>;
  checks(platform: wire.Platform | undefined): wire.HostChecksReply;
  check(checkId: string): Promise<wire.HostCheckReply>;
}

const DEFAULT_LIMIT = 100;

export function serveFleet(deps: FleetDeps): ServedFleet {
  const { clock, settings, records, findings } = deps;
  let loaded: Catalogue | null = null;
  const catalogue = (): Catalogue => (loaded ??= shippedCatalogue());
  const intake = { ...deps, catalogue };
  const takeFrom = openPerHour(clock);

  const stateTime = async (hostId: string, kind: StateKind, number: number): Promise<number | null> => {
    const { pk, sk } = stateKey(hostId, kind, number);
    return number === 0 ? null : ((await records.get<StateRow>(pk, sk))?.value.atMs ?? null);
  };
  const show = async (hostId: string): Promise<wire.HostReply> => {
    const host = await hostOf(deps, hostId, `Show the host ${hostId}`);
    const { pk, sk } = keys.last(hostId);
    const [last, [open], factsMs, rulesMs] = await Promise.all([
      records.get<LastRow>(pk, sk),
      openOf(findings, [hostId]),
      stateTime(hostId, 'facts', host.now?.facts ?? 0),
      stateTime(hostId, 'firewall', host.now?.firewall ?? 0),
    ]);
    const shown = { ...host, open: open ?? nothingOpen, last: last?.value ?? null, factsMs, rulesMs };
    return hostView(shown, catalogue(), settings);
  };
  const known = async (hostId: string): Promise<void> => {
    await hostOf(deps, hostId, `Look at the host ${hostId}`);
  };

  return {
    authenticateHost: (token) => authenticateHost(deps, token),
    authenticateEnrolment: (token) => authenticateEnrolment(deps, token),
    enrol: (enrolmentId, body) => enrolHost(deps, enrolmentId, body),
    async report({ hostId }, report) {
      const most = settings.hostReportsAnHour;
      const retryAfterMs = takeFrom(hostId, 1, most);
      if (retryAfterMs !== null) {
        throw hostErrors('host_reports_many', { detail: `more than ${most} in an hour`, extra: { retryAfterMs } });
      }
      // What an archive brought back comes by an admin alone.
      return await takeReport(intake, hostId, { ...report, origin: 'agent' });
    },
    async schedule({ hostId }) {
      const { row } = await hostOf(deps, hostId, 'Tell when to scan');
      return scheduleOf(row, settings);
    },

    async makeEnrolment(who, { label = '', with: parts = ['host'], validMs = null, hostId = null }) {
      const { row, token } = await makeEnrolment(deps, who, { label, with: parts, validMs, hostId });
      return { enrolment: enrolmentView(row, clock()), token };
    },
    async enrolments() {
      const rows = await listEnrolments(deps);
      return { enrolments: rows.map((row) => enrolmentView(row, clock())) };
    },
    withdrawEnrolment: (who, enrolmentId) => withdrawEnrolment(deps, who, enrolmentId),

    async list({ after, limit = DEFAULT_LIMIT, ...query }) {
      const { hosts, ...rest } = await listHosts(deps, hostsFilterOf(query), { after, limit });
      return { hosts: hosts.map((host) => summaryOf(host, settings)), ...rest };
    },
    totals: () => totalsOf(deps),
    show,
    async change(who, hostId, body) {
      await changeHost(deps, who, hostId, body);
      return await show(hostId);
    },
    async revoke(who, hostId) {
      await revokeHost(deps, who, hostId);
      return await show(hostId);
    },
    forget: (who, hostId) => forgetHost(deps, who, hostId),
    importLimits: () => ({ mostBytes: settings.hostResultBytes }),
    importResult: async (who, file) => await importResult(intake, who, await fileFrom(file, settings.hostResultBytes)),
    async scans(hostId, { after, limit = DEFAULT_LIMIT }) {
      await known(hostId);
      const { scans, ...rest } = await listScans(deps, hostId, { after, limit });
      return { scans: scans.map(scanView), ...rest };
    },
    async scan(hostId, scanId) {
      await known(hostId);
      const [row, own] = await Promise.all([scanOf(deps, hostId, Number(scanId)), ownNames(deps, hostId)]);
      return scanReply(row, catalogue(), own);
    },
    async compare(hostId, from, to) {
      await known(hostId);
      return compareView(await compareScans(intake, hostId, Number(from), Number(to)));
    },
    async facts(hostId, at) {
      await known(hostId);
      return await factsReply(deps, hostId, at === null ? null : Date.parse(at));
    },
    async states(kind, hostId) {
      await known(hostId);
      return await statesReply(deps, kind, hostId);
    },
    async rules(hostId, stateId) {
      await known(hostId);
      return await rulesReply(deps, hostId, Number(stateId));
    },
    async rulesDiff(hostId, from, to) {
      await known(hostId);
      return await rulesDiff(deps, hostId, Number(from), Number(to));
    },
    checks: (platform) => checksReply(catalogue(), platform),
    check: (checkId) => checkReply(catalogue(), checkId),
  };
}
