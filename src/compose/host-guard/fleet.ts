/** The fleet of a server: loaded by the first request that needs it, so that no start waits for it. */
import type { FastifyRequest } from 'fastify';
import type { AuditTrail } from '../../base/audit-event.ts';
import { type Clock, timestamp } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Config } from '../../config/index.ts';
import type { Findings, Reporter } from '../../findings/index.ts';
import type { FleetDeps, ServedFleet } from '../../host/fleet/index.ts';
import type { Notifications } from '../../notifications/index.ts';
import { startLeasedLoop, type RecordOperation, type RecordStore } from '../../storage/index.ts';
import { hostNotice, tellOfSilence } from '../notices/host-notices.ts';

export interface FleetParts {
  readonly settings: Config['settings']['host'];
  readonly records: RecordStore;
  readonly workspaceKey: FleetDeps['workspaceKey'];
  readonly findings: Findings;
  readonly notifications: Pick<Notifications, 'operation' | 'tellSeldom' | 'isOver'>;
  readonly audit: AuditTrail<RecordOperation>;
  readonly holder: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Fleet extends AsyncDisposable {
  readonly open: () => Promise<ServedFleet>;
}

const LEASE_MS = 60_000;

/** Disposing ends the look for hosts that have gone silent. */
export function openFleet(parts: FleetParts): Fleet {
  const { records, settings, notifications } = parts;
  const deps: FleetDeps = { ...parts, tell: (event) => notifications.operation(hostNotice(event)) };
  let served: ServedFleet | null = null;
  const watch = startLeasedLoop({
    ...parts,
    name: 'silent-hosts',
    leaseMs: LEASE_MS,
    pollMs: settings.hostSilenceLookMs,
    isNeeded: async () => (await records.query('hosts', { limit: 1 })).items.length > 0,
    async work() {
      await lookForSilence(deps, notifications);
      return null;
    },
  });
  return {
    async open() {
      if (served) return served;
      const { serveFleet } = await import('../../host/fleet/index.ts');
      // Whoever asked at the same time has the same: it counts what each host tells.
      return (served ??= serveFleet(deps));
    },
    [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
  };
}

export async function lookForSilence(
  deps: FleetDeps,
  notifications: Pick<Notifications, 'tellSeldom' | 'isOver'>,
): Promise<void> {
  const { knownHosts } = await import('../../host/fleet/index.ts');
  const hosts = await knownHosts(deps);
  const silent = hosts
    .filter(({ state }) => state === 'silent')
    .map(({ row: { hostId, hostname, enrolledMs }, now }) => ({
      hostId,
      hostname: now?.hostname ?? hostname,
      enrolledTime: timestamp(enrolledMs),
      lastReportTime: now && timestamp(now.receivedMs),
    }));
  const reporting = hosts.filter(({ state }) => state === 'reporting').map(({ row }) => row.hostId);
  await tellOfSilence(notifications, silent, reporting);
}

/** A host that reports what `buckets watch` saw on it; `null`: it is none. */
export function hostReporter({ reportingHost }: Pick<FastifyRequest, 'reportingHost'>): Reporter | null {
  return reportingHost && { reporterId: reportingHost.hostId, only: 'buckets' };
}
