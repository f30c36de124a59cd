/** What keeps a workspace in order and tells how it is: moves of stores, troubles that are noticed, doctor, metrics. */
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Config } from '../../config/index.ts';
import type { HttpServerOptions } from '../../server/index.ts';
import { doctorRoutes } from '../doctor/routes.ts';
import { runDoctor } from '../doctor/doctor.ts';
import { openMetrics } from '../metrics/open-metrics.ts';
import type { WorkspaceMetricsParts } from '../metrics/workspace-metrics.ts';
import { startNoticeWatch } from '../notices/watch.ts';
import type { OpenCertificate } from '../open-certificate.ts';
import type { Ground } from '../open-ground.ts';
import { readiness, readinessParts } from '../readiness.ts';
import { recordsRoutes } from '../records/records-routes.ts';
import { startStoreMover } from '../stores/store-mover.ts';
import { storeMoves } from '../stores/store-moves.ts';
import { storesRoutes } from '../stores/stores-routes.ts';
import type { Routes } from './parts.ts';
import type { People } from './people-and-files.ts';

export interface UpkeepParts {
  readonly config: Config;
  readonly ground: Ground;
  readonly people: Pick<People, 'accounts' | 'audit' | 'files' | 'findings' | 'notifications' | 'passwords'>;
  readonly certificate: OpenCertificate['source'];
  readonly connections: WorkspaceMetricsParts['connections'];
  readonly holder: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Upkeep extends AsyncDisposable, Pick<HttpServerOptions, 'readiness' | 'metrics' | 'metricsToken'> {
  readonly routes: Routes;
}

/** Throws `metrics_token_unusable`. */
export async function openUpkeep(parts: UpkeepParts): Promise<Upkeep> {
  await using opened = new AsyncDisposableStack();
  const { config, ground, people, certificate, connections, holder, clock, log } = parts;
  const { primary, backup, records, openedRecords, workspaceKey, known } = ground;
  const { accounts, audit, files, findings, notifications, passwords } = people;
  const { workspaceId } = workspaceKey;
  const copies = () => files.backupStatus();

  const moving = { ...known, workspaceId, audit, log, holder };
  const mover = opened.use(startStoreMover(moving));
  const moves = storeMoves({ ...moving, onMove: () => mover.notify() });
  const everyMs = config.settings.notifications.noticeWatchMs;
  opened.use(startNoticeWatch({ notifications, findings, clock, log, certificate, copies, everyMs }));

  const { examineTable } = openedRecords;
  const examine = () =>
    runDoctor({
      ...{
        config,
        clock,
        records,
        examineTable,
        examineFile: null,
        primary,
        backup,
        workspaceId,
        copies,
        notifications,
        certificate,
      },
    });
  const ready = () => readiness(readinessParts(known));
  const figures = { primary: ground.stores.primary.figures, backup: ground.stores.backup.figures };
  const metrics = opened.use(
    await openMetrics(config, {
      ...{ findings, channels: notifications.channels, readiness: ready, certificate, log },
      ...{ stores: figures, copies, passwords, connections },
    }),
  );

  const running = opened.move();
  return {
    readiness: ready,
    metrics: () => metrics.families(),
    metricsToken: metrics.token,
    routes: [
      doctorRoutes(examine),
      recordsRoutes(() => openedRecords.makeBackup()),
      storesRoutes({
        ...{ stores: { primary, backup }, figures, moves },
        verifyPassword: (session, password) => accounts.verifyPassword(session, password),
      }),
    ],
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
