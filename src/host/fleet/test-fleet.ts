/** A fleet over memory, with a clock that tests move, and reports to hand in. */
import { createHmac } from 'node:crypto';
import type { AuditEvent } from '../../base/audit-event.ts';
import { canonicalJson } from '../../base/formats/canonical-json.ts';
import { newId } from '../../base/ids.ts';
import { settingsOf } from '../../base/settings.ts';
import { findingsSettings, openFindings, type Observation } from '../../findings/index.ts';
import { memoryRecordStore, type RecordOperation, type RecordStore } from '../../storage/index.ts';
import { hostSettings } from '../settings.ts';
import type { HostReport } from '../wire.ts';
import type { FleetDeps, FleetKey, HostEvent } from './fleet-deps.ts';
import { serveFleet } from './serve.ts';

export const HOST = 'a'.repeat(32);
export const OTHER = 'b'.repeat(32);
export const ada = { by: '@ada', actorId: 'ada', sessionId: 'session' };
export const keyOf = (letter: string): string => letter.repeat(43);

const hmac = (text: string): string => createHmac('sha256', 'a test').update(text).digest('base64url');
const workspaceKey: FleetKey = {
  generation: 1,
  derive: (purpose) => createHmac('sha256', 'a test').update(purpose).digest(),
  mac: (kind, fields) => hmac(canonicalJson([kind, fields])),
  verifyMac: (kind, fields, mac) => mac === hmac(canonicalJson([kind, fields])),
};

export interface FleetOptions {
  readonly settings?: Parameters<typeof settingsOf<typeof hostSettings>>[1];
  readonly findings?: Parameters<typeof settingsOf<typeof findingsSettings>>[1];
  /** Around the records. */
  readonly wrap?: (store: RecordStore) => RecordStore;
}

export function testFleet({ settings, findings: ofFindings, wrap = (store) => store }: FleetOptions = {}) {
  let nowMs = Date.UTC(2026, 10, 29);
  const clock = (): number => nowMs;
  const records = wrap(memoryRecordStore({ clock }));
  const events: AuditEvent[] = [];
  const told: HostEvent[] = [];
  const audit = {
    operations(event: AuditEvent): readonly RecordOperation[] {
      events.push(event);
      return [{ op: 'put', pk: 'audit', sk: newId(), value: {} }];
    },
  };
  const findings = openFindings({ records, clock, audit, settings: settingsOf(findingsSettings, ofFindings) });
  const deps: FleetDeps = {
    ...{ records, clock, audit, findings, workspaceKey },
    settings: settingsOf(hostSettings, settings),
    tell(event) {
      told.push(event);
      return { op: 'put', pk: 'told', sk: newId(), value: {} };
    },
  };
  const fleet = serveFleet(deps);
  const enrol = async (hostId = HOST, key = keyOf('k')) => {
    const { token } = await fleet.makeEnrolment(ada, {});
    const enrolmentId = await fleet.authenticateEnrolment(token);
    const body = { hostId, hostname: 'web-1', agentVersion: '1', with: ['host' as const], enrolmentKey: key };
    return { enrolmentId, body, reply: await fleet.enrol(enrolmentId, body) };
  };
  /** Reports that a host hands in at the present time. */
  const report = (part: Partial<HostReport> = {}) =>
    fleet.report({ hostId: part.hostId ?? HOST, with: ['host'] }, reportOf({ ...timesAt(nowMs), ...part }));
  const advance = (ms: number): void => void (nowMs += ms);
  return { ...{ fleet, deps, records, findings, events, told, enrol, report, advance }, now: clock };
}

export function timesAt(atMs: number) {
  return { startedTime: new Date(atMs - 2000).toISOString(), sentTime: new Date(atMs).toISOString() };
}

export interface ToldCheck {
  readonly check: string;
  readonly verdict: Observation['verdict'];
  readonly severity?: Observation['severity'];
  readonly resource?: string;
  readonly seen?: string;
}

const FIXED: readonly ToldCheck[] = [
  { check: 'KRN-07', verdict: 'pass' },
  { check: 'ACC-01', verdict: 'fail' },
];

export function reportOf(part: Partial<HostReport> = {}, checks: readonly ToldCheck[] = FIXED): HostReport {
  const hostId = part.hostId ?? HOST;
  return {
    formatVersion: 1,
    reportId: newId(),
    hostId,
    agentVersion: '1.0.0',
    origin: 'agent',
    startedTime: '2026-11-29T00:00:00.000Z',
    tookMs: 2000,
    sentTime: '2026-11-29T00:00:02.000Z',
    system: {
      ...{ platform: 'linux', hostname: 'web-1', osName: 'Debian GNU/Linux 12', osId: 'debian', osVersion: '12' },
      ...{ kernel: '6.1', architecture: 'x86_64', container: '', cloud: '', init: 'systemd', packages: 'dpkg' },
      isRoot: true,
    },
    selection: 'all',
    ...saying(checks, hostId),
    ...part,
  };
}

/** The parts of a report that tell what checks came to. */
export function saying(checks: readonly ToldCheck[], hostId = HOST) {
  const ids = [...new Set(checks.map(({ check }) => check))];
  return {
    checks: ids.map((id) => {
      const own = checks.filter(({ check }) => check === id);
      return {
        ...{ id, title: `About ${id}`, severity: own[0]?.severity ?? ('high' as const) },
        hash: 'c'.repeat(64),
        outcome: 'right' as const,
        why: own.some(({ verdict }) => verdict === 'unknown') ? 'only root can look' : null,
        tookMs: 5,
      };
    }),
    whole: ids.filter((id) => !checks.some(({ check, verdict }) => check === id && verdict === 'unknown')),
    observations: checks.map(({ check, verdict, severity = 'high', resource = '', seen = 'x' }) => ({
      ...{ kind: 'compliance' as const, check, title: `About ${check}`, severity, verdict },
      resource: { uid: `host/${hostId}${resource}`, type: 'host', name: `web-1${resource}` },
      evidence: [{ label: 'Seen', value: seen }],
      ...{ rationale: 'It matters.', remedy: 'Mend it.', references: [] },
    })),
  };
}
