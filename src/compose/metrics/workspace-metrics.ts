/** What a monitoring system may know of a workspace: counts and times, no name and no id of anybody or anything of theirs. */
import type { KdfFigures } from '../../accounts/index.ts';
import { errorFacts } from '../../base/error-facts.ts';
import type { Log } from '../../base/log.ts';
import { gauge, type MetricFamily } from '../../base/formats/metrics.ts';
import type { Files } from '../../files/index.ts';
import type { Findings } from '../../findings/index.ts';
import type { Notifications } from '../../notifications/index.ts';
import type { ReadinessPart } from '../../server/index.ts';
import type { CertificateSource } from '../../tls/index.ts';
import { freeDiskBytes } from '../free-disk.ts';
import { openProcessMetrics } from './process-metrics.ts';
import { type MeteredStores, storeFamilies } from './store-metrics.ts';

type BackupStatus = Awaited<ReturnType<Files['backupStatus']>>;

export interface WorkspaceMetricsParts {
  readonly stores: MeteredStores;
  readonly copies: () => Promise<BackupStatus>;
  readonly findings: Pick<Findings, 'totals' | 'runs'>;
  readonly channels: Pick<Notifications['channels'], 'list'>;
  readonly readiness: () => Promise<readonly ReadinessPart[]>;
  readonly certificate: Pick<CertificateSource, 'facts' | 'trouble'> | null;
  /** What they hold, and where. */
  readonly folders: Readonly<Record<string, string>>;
  /** Open now, by what is spoken over them. */
  readonly connections: () => Readonly<Record<string, number>>;
  /** Passwords that are being checked, and those that wait for it. */
  readonly passwords: () => KdfFigures;
  readonly log: Log;
}

export interface WorkspaceMetrics extends Disposable {
  /** Never rejects: a part that cannot be looked at is told as such, and the others are there. */
  families(): Promise<readonly MetricFamily[]>;
}

const GUARDS = ['buckets', 'host', 'network'];
/** Enough to find the last look of each guard. */
const RUNS_LOOKED_AT = 100;

export function openWorkspaceMetrics(parts: WorkspaceMetricsParts): WorkspaceMetrics {
  const ofProcess = openProcessMetrics();
  const looks: Readonly<Record<string, () => Promise<readonly MetricFamily[]>>> = {
    process: async () => ofProcess.families(),
    connections: async () => connectionFamilies(parts.connections()),
    passwords: async () => passwordFamilies(parts.passwords()),
    stores: async () => storeFamilies(parts.stores),
    copies: async () => copyFamilies(await parts.copies()),
    findings: () => findingFamilies(parts.findings),
    channels: async () => channelFamilies(await parts.channels.list()),
    readiness: async () => readinessFamilies(await parts.readiness()),
    certificate: async () => certificateFamilies(parts.certificate),
    disk: () => diskFamilies(parts.folders),
  };
  return {
    async families() {
      const failed: string[] = [];
      const all = await Promise.all(
        Object.entries(looks).map(async ([part, look]) => {
          try {
            return await look();
          } catch (error) {
            failed.push(part);
            parts.log.warn({ part, ...errorFacts(error) }, 'A part of the metrics could not be looked at');
            return [];
          }
        }),
      );
      const missing: MetricFamily = {
        name: 'holdfast_metrics_part_missing',
        type: 'gauge',
        help: '1: this part could not be looked at, and its figures are not here.',
        samples: Object.keys(looks).map((part) => ({ labels: { part }, value: failed.includes(part) ? 1 : 0 })),
      };
      return [...all.flat(), missing];
    },
    [Symbol.dispose]: () => ofProcess[Symbol.dispose](),
  };
}

function connectionFamilies(open: Readonly<Record<string, number>>): MetricFamily[] {
  const samples = Object.entries(open).map(([protocol, value]) => ({ labels: { protocol }, value }));
  return [
    { name: 'holdfast_connections_open', type: 'gauge', help: 'Connections, by what is spoken over them.', samples },
  ];
}

function passwordFamilies({ running, waiting, turnedAway }: KdfFigures): MetricFamily[] {
  return [
    gauge('holdfast_password_checks_running', 'Passwords that are being checked or judged.', running),
    gauge('holdfast_password_checks_waiting', 'Passwords that wait for it.', waiting),
    {
      name: 'holdfast_password_checks_turned_away_total',
      type: 'counter',
      help: 'Passwords that were not checked, since as many waited as may.',
      samples: [{ value: turnedAway }],
    },
  ];
}

function copyFamilies({ waiting, overdue, damaged, deletions, oldestWaitingMs, stores }: BackupStatus): MetricFamily[] {
  return [
    gauge('holdfast_copies_waiting', 'Second copies that are not made yet.', waiting),
    gauge('holdfast_copies_overdue', 'Second copies that wait for too long.', overdue),
    gauge('holdfast_copies_oldest_wait_seconds', 'How long the oldest of them waits.', (oldestWaitingMs ?? 0) / 1000),
    gauge('holdfast_objects_damaged', 'Objects that no store has a good copy of.', damaged),
    gauge('holdfast_deletions_waiting', 'Objects that are to be deleted.', deletions),
    {
      ...{ name: 'holdfast_copies_lost', type: 'gauge', help: 'Copies that are missing or altered in a store.' },
      samples: stores.map(({ name, lost }) => ({ labels: { store: name }, value: lost })),
    },
  ];
}

async function findingFamilies(findings: WorkspaceMetricsParts['findings']): Promise<MetricFamily[]> {
  const [{ open }, { runs }] = [await findings.totals(), await findings.runs({ limit: RUNS_LOOKED_AT })];
  const lastLook = GUARDS.flatMap((guard) => {
    const ends = runs.filter(({ source, complete }) => source === guard && complete).map(({ endedMs }) => endedMs ?? 0);
    return ends.length === 0 ? [] : [{ labels: { guard }, value: Math.max(...ends) / 1000 }];
  });
  return [
    {
      ...{ name: 'holdfast_findings_open', type: 'gauge', help: 'Open findings of the guards.' },
      samples: Object.entries(open).flatMap(([severity, { fail, unknown }]) => [
        { labels: { severity, verdict: 'fail' }, value: fail },
        { labels: { severity, verdict: 'unknown' }, value: unknown },
      ]),
    },
    {
      name: 'holdfast_guard_last_look_timestamp_seconds',
      type: 'gauge',
      help: 'When a guard last looked at all it had to look at, anywhere.',
      samples: lastLook,
    },
  ];
}

function channelFamilies(channels: Awaited<ReturnType<WorkspaceMetricsParts['channels']['list']>>): MetricFamily[] {
  const kinds = [...new Set(channels.map(({ kind }) => kind))];
  const of = (kind: string) => channels.filter((channel) => channel.kind === kind);
  return [
    {
      ...{ name: 'holdfast_channels_failing', type: 'gauge', help: 'Channels of notices whose deliveries fail.' },
      samples: kinds.map((kind) => ({
        labels: { kind },
        value: of(kind).filter(({ health }) => health.failingSinceMs !== null).length,
      })),
    },
    {
      ...{
        name: 'holdfast_letters_given_up',
        type: 'gauge',
        help: 'Letters that were given up and wait for a person.',
      },
      samples: kinds.map((kind) => ({ labels: { kind }, value: of(kind).reduce((sum, { dead }) => sum + dead, 0) })),
    },
  ];
}

function readinessFamilies(all: readonly ReadinessPart[]): MetricFamily[] {
  const samples = all.map(({ part, ok }) => ({ labels: { part: part.replaceAll(' ', '_') }, value: ok ? 1 : 0 }));
  return [{ name: 'holdfast_ready', type: 'gauge', help: '1: this part does its work, as /readyz sees it.', samples }];
}

function certificateFamilies(source: WorkspaceMetricsParts['certificate']): MetricFamily[] {
  if (source === null) return [];
  const { facts, trouble } = source;
  return [
    gauge('holdfast_certificate_expiry_timestamp_seconds', 'Until when the certificate is good.', facts.untilMs / 1000),
    gauge(
      'holdfast_certificate_trouble',
      '1: the certificate is not renewed; holdfast doctor says why.',
      trouble ? 1 : 0,
    ),
  ];
}

async function diskFamilies(folders: WorkspaceMetricsParts['folders']): Promise<MetricFamily[]> {
  const samples = await Promise.all(
    Object.entries(folders).map(async ([what, folder]) => ({ labels: { what }, value: await freeDiskBytes(folder) })),
  );
  return [
    { name: 'holdfast_disk_free_bytes', type: 'gauge', help: 'Room left for this user, by what lies there.', samples },
  ];
}
