/** Looks at this host again and again, by time that is never set back: a clock that jumps neither stops nor hurries it. */
import type { Clock } from '../base/clock.ts';
import { HoldfastError } from '../base/errors.ts';
import { count, formatDuration } from '../base/text/quantities.ts';
import type { Alarm, Time } from './alarm.ts';
import { agentErrors } from './errors.ts';
import type { Scanned } from './scan-process.ts';
import { firstWaitMs } from './schedule.ts';
import type { AgentSettings } from './settings.ts';
import type { Spool } from './spool.ts';
import { failing, type StatusKeeper } from './status.ts';

export interface ScanningDeps {
  readonly scan: (signal: AbortSignal) => Promise<Scanned>;
  readonly spool: Pick<Spool, 'tidy'>;
  readonly status: StatusKeeper;
  readonly settings: AgentSettings;
  /** Rings when the schedule is another one. */
  readonly alarm: Alarm;
  readonly clock: Clock;
  readonly time: Time;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly onAdded: () => void;
}

/** Goes on until it is aborted. A scan that fails is told, and made again at its next time. */
export async function keepScanning(deps: ScanningDeps): Promise<never> {
  const { status, alarm, clock, time, signal } = deps;
  await tidy(deps);
  let dueMs = time.passedMs() + firstWaitMs(status.now.lastScan, status.now.schedule, clock());
  for (;;) {
    for (;;) {
      const leftMs = dueMs - time.passedMs();
      if (leftMs <= 0) break;
      await status.change({ nextScanMs: clock() + leftMs });
      await alarm.sleep(leftMs, signal);
      // Where it is another interval now, nothing waits for longer than one of it.
      dueMs = Math.min(dueMs, time.passedMs() + status.now.schedule.scanEveryMs);
    }
    const startedMs = time.passedMs();
    await scanOnce(deps);
    dueMs = startedMs + status.now.schedule.scanEveryMs;
  }
}

async function scanOnce(deps: ScanningDeps): Promise<void> {
  const { scan, status, clock, signal, say, onAdded } = deps;
  const look = { startedMs: clock(), isDone: false, tookMs: null, index: null };
  await status.change({ lastScan: look, nextScanMs: null });
  try {
    const { reportId, tookMs, index, checks } = await scan(signal);
    await status.change({ lastScan: { ...look, isDone: true, tookMs, index }, scanFailing: null });
    say(`Scanned with ${count(checks, 'check')} in ${formatDuration(tookMs)}: report ${reportId}.`);
    await tidy(deps);
    onAdded();
  } catch (cause) {
    signal.throwIfAborted();
    const error =
      cause instanceof HoldfastError
        ? cause
        : agentErrors('agent_scan_failed', { detail: (cause as Error).name, cause });
    // It is over, and not broken off: the next one has its time.
    await status.change({
      lastScan: { ...look, isDone: true },
      scanFailing: failing(status.now.scanFailing, error, clock()),
    });
    say(`${error.message}.`);
  }
}

async function tidy({ spool, settings, status, say }: ScanningDeps): Promise<void> {
  const limits = { count: settings.agentSpoolReports, bytes: settings.agentSpoolBytes };
  const givenUp = await spool.tidy(limits);
  if (givenUp === 0) return;
  say(
    `${count(givenUp, 'report')} of the oldest are given up: more than ${limits.count}, or ${limits.bytes} bytes, wait.`,
  );
  const { lost } = status.now;
  await status.change({ lost: { ...lost, givenUp: lost.givenUp + givenUp } });
}
