/**
 * The program on a host: scans on the schedule, keeps what it saw on the disk until the server has it, and does nothing else
 * that anybody could tell it to.
 */
import type { Clock } from '../base/clock.ts';
import type { HoldfastError } from '../base/errors.ts';
import { formatDuration } from '../base/text/quantities.ts';
import { openAlarm, type Time } from './alarm.ts';
import { openAttempts } from './attempts.ts';
import { keepLookingAtBuckets, type BucketsDeps } from './buckets.ts';
import { agentErrors } from './errors.ts';
import { keepCapturing, type NetworkDeps } from './network.ts';
import type { FleetServer } from './fleet-server.ts';
import type { AgentFiles, Identity } from './kept.ts';
import { isEnd, keepReporting } from './reporting.ts';
import type { Scanned } from './scan-process.ts';
import { keepScanning } from './scanning.ts';
import { scheduleFrom } from './schedule.ts';
import type { AgentSettings } from './settings.ts';
import type { Spool } from './spool.ts';
import { failing, type StatusKeeper } from './status.ts';

export interface AgentDeps {
  readonly identity: Identity;
  readonly files: AgentFiles;
  readonly spool: Spool;
  readonly status: StatusKeeper;
  readonly fleet: Pick<FleetServer, 'report' | 'schedule'>;
  /** Looks at this host; resolves when a report is in the spool. */
  readonly scan: (signal: AbortSignal) => Promise<Scanned>;
  /** `null`: it looks at no buckets. */
  readonly buckets: Pick<BucketsDeps, 'choice' | 'job' | 'runBuckets'> | null;
  /** `null`: it takes no packets. */
  readonly network: Pick<NetworkDeps, 'job' | 'runNetwork'> | null;
  readonly settings: AgentSettings;
  readonly clock: Clock;
  readonly time: Time;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** A line for whoever reads along: what was done, and never what was found. */
  readonly say: (line: string) => void;
}

/** Resolves when `signal` aborts. Throws `agent_ended` when the server takes nothing more from this host. */
export async function runAgent(deps: AgentDeps): Promise<void> {
  const { identity, files, spool, status, clock, time, say } = deps;
  const stop = new AbortController();
  const signal = AbortSignal.any([deps.signal, stop.signal]);
  const [toScan, toReport] = [openAlarm(time), openAlarm(time)];
  const { server } = identity;

  const onFailure = async (error: HoldfastError): Promise<void> => {
    const isFirst = status.now.failing === null;
    await status.change({ failing: failing(status.now.failing, error, clock()) });
    // Told once, and again when the server is back: not at each attempt.
    if (isFirst) say(`${server}: ${error.title}. It is asked again and again.`);
  };
  const attempts = openAttempts({ time, settings: deps.settings, random: deps.random, signal, onFailure });

  const reporting = keepReporting({
    ...{ fleet: deps.fleet, spool, files, attempts, alarm: toReport, clock, signal },
    async onContact(told) {
      const wasFailing = status.now.failing !== null;
      const schedule = scheduleFrom(told, status.now.schedule);
      const isOther = schedule.scanEveryMs !== status.now.schedule.scanEveryMs;
      await status.change({ schedule, lastContactMs: clock(), failing: null });
      if (wasFailing) say(`${server} is reached again.`);
      if (!isOther) return;
      say(`Scanning every ${formatDuration(schedule.scanEveryMs)} from now on.`);
      toScan.ring();
    },
    onSent: (reportId) => say(`Report ${reportId} is with the server.`),
    async onRefused(reportId, error) {
      say(`Report ${reportId} is lost: ${error ? error.title : 'its file was damaged'}.`);
      const { lost } = status.now;
      await status.change({ lost: { ...lost, refused: lost.refused + 1 } });
    },
  });
  const scanning = keepScanning({ ...deps, alarm: toScan, signal, onAdded: () => toReport.ring() });
  const works: Promise<never>[] = [reporting, scanning];
  if (deps.buckets) works.push(keepLookingAtBuckets({ ...deps, ...deps.buckets, signal }));
  if (deps.network) works.push(keepCapturing({ ...deps, ...deps.network, signal }));
  try {
    await Promise.race(works);
  } catch (error) {
    if (isEnd(error)) {
      const ended = { code: error.code, title: error.title, atMs: clock() };
      await files.keepIdentity({ ...identity, ended });
      throw endedError(identity.server, ended);
    }
    if (!deps.signal.aborted) throw error;
  } finally {
    stop.abort();
    await Promise.allSettled(works);
  }
}

export function endedError(server: string, { code, title }: NonNullable<Identity['ended']>): HoldfastError {
  return agentErrors('agent_ended', { attempted: `Report to ${server}`, detail: title, extra: { reason: code } });
}
