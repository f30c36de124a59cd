/**
 * Hands the reports that wait to the server, the oldest first, and asks for the schedule where there is nothing to hand over
 * for long. A report goes from the disk only when the server has it, or will never take it.
 */
import type { Clock } from '../base/clock.ts';
import { hasCode, HoldfastError } from '../base/errors.ts';
import { timestamp } from '../base/clock.ts';
import { partNames, type PartName } from '../host/index.ts';
import type { HostReport } from '../host/wire.ts';
import type { Alarm } from './alarm.ts';
import type { Attempts } from './attempts.ts';
import type { FleetServer } from './fleet-server.ts';
import type { AgentFiles } from './kept.ts';
import type { Spool, Spooled, Waiting } from './spool.ts';

export interface ReportingDeps {
  readonly fleet: Pick<FleetServer, 'report' | 'schedule'>;
  readonly spool: Pick<Spool, 'waiting' | 'read' | 'part' | 'remove'>;
  readonly files: Pick<AgentFiles, 'acknowledged' | 'keepAcknowledged'>;
  readonly attempts: Attempts;
  /** Rings when a report was added. */
  readonly alarm: Alarm;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The server answered; `told` is the schedule that it said, unchecked. */
  readonly onContact: (told: unknown) => Promise<void>;
  readonly onSent: (reportId: string) => void;
  /** It will never be taken, and is gone. */
  readonly onRefused: (reportId: string, error: HoldfastError | null) => Promise<void>;
}

/** How long nothing may be heard of the server, for a host that scans seldom. */
const CONTACT_EVERY_MS = 60 * 60_000;

/** Goes on until it is aborted. Throws `host_revoked`, `host_replaced`, and what is a fault of ours. */
export async function keepReporting(deps: ReportingDeps): Promise<never> {
  const { fleet, spool, attempts, alarm, signal, onContact } = deps;
  let isFirst = true;
  for (;;) {
    const [oldest] = await spool.waiting();
    if (oldest) {
      await sendOne(oldest, deps);
    } else {
      if (!isFirst) await alarm.sleep(CONTACT_EVERY_MS, signal);
      if ((await spool.waiting()).length === 0) {
        await onContact((await attempts(() => fleet.schedule(), isEnd))?.schedule);
      }
    }
    isFirst = false;
  }
}

async function sendOne(oldest: Waiting, deps: ReportingDeps): Promise<void> {
  const { fleet, spool, files, attempts, clock, onContact, onSent, onRefused } = deps;
  const spooled = await spool.read(oldest);
  if (spooled === null) {
    await spool.remove(oldest);
    return await onRefused(oldest.reportId, null);
  }
  const had = await files.acknowledged();
  const send = (withStates: boolean) =>
    attempts(
      async () => await fleet.report(await wholeReport(spooled, withStates ? had : spooled.hashes, spool, clock)),
      (error) => isEnd(error) || isRefusal(error),
    );
  let answer: Awaited<ReturnType<typeof send>>;
  try {
    answer = await send(true).catch(async (error: unknown) => {
      // What is too large with its parts is still worth having without them.
      if (isTooLarge(error)) return await send(false);
      throw error;
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await spool.remove(oldest);
    return await onRefused(oldest.reportId, error);
  }
  // Before the report goes. What cannot be kept, or is lost in between, is only sent once more.
  const wants = Array.isArray(answer?.wants) ? (answer.wants as readonly unknown[]) : [];
  const has = (name: PartName): string | null => (wants.includes(name) ? null : (spooled.hashes[name] ?? had[name]));
  await files.keepAcknowledged({ facts: has('facts'), firewall: has('firewall') }).catch(() => undefined);
  await spool.remove(oldest);
  onSent(oldest.reportId);
  await onContact(answer?.schedule);
}

/** With those parts that the server does not have, and the time at which it goes. */
async function wholeReport(
  { report, hashes }: Spooled,
  had: Readonly<Record<PartName, string | null>>,
  spool: Pick<Spool, 'part'>,
  clock: Clock,
): Promise<HostReport> {
  const parts = await Promise.all(
    partNames.map(async (name) => {
      const hash = hashes[name];
      if (hash === null) return [];
      return [[name, (hash === had[name] ? null : await spool.part(name, hash)) ?? { hash }] as const];
    }),
  );
  return { ...report, sentTime: timestamp(clock()), ...(Object.fromEntries(parts.flat()) as Partial<HostReport>) };
}

/** The server knows the host, and takes nothing from it any more. */
export function isEnd(error: unknown): error is HoldfastError {
  return hasCode(error, 'host_revoked', 'host_replaced');
}

/** What a server of ours says about this report, which will be no other the next time. */
function isRefusal(error: unknown): error is HoldfastError {
  return isTooLarge(error) || (error instanceof HoldfastError && REFUSALS.has(error.status) && !isEnd(error));
}

const REFUSALS = new Set([400, 415, 422]);

/** A proxy on the way may say so as well, in words of its own. */
function isTooLarge(error: unknown): error is HoldfastError {
  return error instanceof HoldfastError && (error.status === 413 || error.extra['answered'] === 413);
}
