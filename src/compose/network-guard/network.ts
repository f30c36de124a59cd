/** The network of a server: loaded by the first request that needs it, so that no start waits for it. */
import type { AuditTrail } from '../../base/audit-event.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Config } from '../../config/index.ts';
import type { Findings } from '../../findings/index.ts';
import type { FlowStore, NoticeRecord, ServedNetwork } from '../../network/index.ts';
import type { ObjectStore, RecordOperation } from '../../storage/index.ts';
import { tellOfBreakIns } from '../notices/network-notices.ts';
import type { TellOnceDeps } from '../notices/tell-once.ts';
import { openFlows } from './open-flows.ts';
import { snapshotIdentity } from '../keys/snapshot-identity.ts';
import { sweepFlows } from './sweep-flows.ts';

export interface NetworkParts extends Pick<TellOnceDeps, 'records' | 'notifications'> {
  readonly config: Pick<Config, 'flows' | 'addressFiles'>;
  readonly settings: Config['settings']['network'];
  /** How long it is known what was told. */
  readonly toldSettings: TellOnceDeps['settings'];
  readonly audit: AuditTrail<RecordOperation>;
  /** Alerts that are worth a decision become findings. */
  readonly findings: Pick<Findings, 'beginRun' | 'observe' | 'endRun'>;
  /** Where days that are over are archived, if that is wanted. */
  readonly objects: readonly ObjectStore[];
  readonly workspaceKey: { derive(purpose: string): Buffer };
  readonly clock: Clock;
  readonly log: Log;
}

export interface Network extends AsyncDisposable {
  readonly open: () => Promise<ServedNetwork>;
}

/** Disposing ends the sweep, and closes the store. */
export function openNetwork(parts: NetworkParts): Network {
  const { config, settings, findings, clock, log, records, notifications, toldSettings } = parts;
  let opened: Promise<ServedNetwork> | null = null;
  const load = async (): Promise<ServedNetwork> => {
    const { reportNotices, serveNetwork } = await import('../../network/index.ts');
    const store = await openFlows(config.flows, { settings, clock, isServer: true });
    const sink = {
      begin: (run: Parameters<Findings['beginRun']>[0]) => findings.beginRun({ ...run, tellsCritical: true }),
      observe: (...of: Parameters<Findings['observe']>) => findings.observe(...of),
      end: (...of: Parameters<Findings['endRun']>) => findings.endRun(...of),
    };
    const onNotices = async (sensor: string, notices: readonly NoticeRecord[]): Promise<void> => {
      const observations = await reportNotices({ store, sink }, sensor, notices);
      await tellOfBreakIns(
        sensor,
        { notices, observations },
        { records, notifications, clock, settings: toldSettings },
      );
    };
    return serveNetwork({ ...parts, addressFiles: config.addressFiles, store, onNotices });
  };
  const open = async (): Promise<ServedNetwork> => {
    const loading = (opened ??= load());
    try {
      return await loading;
    } catch (error) {
      // The next request tries again.
      if (opened === loading) opened = null;
      throw error;
    }
  };
  const { networkArchivedMs } = settings;
  const ending = new AbortController();
  const { signal } = ending;
  /** What could not be archived is tried again with the next sweep, and stays until then. */
  const archive = async (store: FlowStore): Promise<void> => {
    if (networkArchivedMs === 0 || store.archive === null) return;
    const { objects, workspaceKey } = parts;
    const { archiveDays, removeOldArchives } = await import('../../network/index.ts');
    const { encryptStream } = await import('../../age/index.ts');
    const { recipient } = snapshotIdentity((purpose) => workspaceKey.derive(purpose));
    const encrypted = (plaintext: AsyncIterable<Uint8Array>) => encryptStream(plaintext, [recipient]);
    const onArchived: Parameters<typeof archiveDays>[0]['onArchived'] = ({ day, key, bytes }) =>
      log.info({ day, key, bytes }, 'A day of flows was archived');
    try {
      await archiveDays({ store, objects, encrypted, signal, onArchived }, clock());
    } catch (error) {
      // It goes on with the next sweep, or the next start.
      if (!signal.aborted) log.warn({ err: error }, 'Flows could not be archived');
    }
    if (signal.aborted) return;
    // A day that cannot be archived is no reason to keep what is too old.
    try {
      await removeOldArchives(objects, networkArchivedMs, clock());
    } catch (error) {
      log.warn({ err: error }, 'Old archives of flows could not be removed');
    }
  };
  let sweeping = Promise.resolve();
  const sweep = async (): Promise<void> => {
    try {
      const { store } = await open();
      await archive(store);
      await sweepFlows(store, { clock, log });
    } catch (error) {
      log.warn({ err: error }, 'The store of flows could not be opened to be swept');
    }
  };
  const timer = setInterval(() => {
    sweeping = sweeping.then(sweep);
  }, settings.networkSweepMs);
  timer.unref();
  return {
    open,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      ending.abort();
      await sweeping;
      // One that could not be opened has nothing to release.
      const served = await opened?.catch(() => null);
      await served?.store[Symbol.asyncDispose]();
    },
  };
}
