import type { CommandContext, ExitCode } from '../../base/commands/command.ts';
import { timestamp } from '../../base/clock.ts';
import { count, formatBytes, formatDuration, formatRelative } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import { agentErrors } from '../errors.ts';
import type { AgentStatus, Failing, Identity } from '../kept.ts';
import { isRunning } from '../own-process.ts';
import type { Waiting } from '../spool.ts';
import type { AgentGround } from './ground.ts';

interface Standing {
  readonly identity: Identity;
  readonly status: AgentStatus | null;
  readonly waiting: readonly Waiting[];
  readonly isRunning: boolean;
}

/** 0: all is well; 1: somebody should look. Throws `agent_not_enrolled`. */
export async function showStatus(context: CommandContext, { files, spool }: AgentGround): Promise<ExitCode> {
  const identity = await files.identity();
  if (identity === null) throw agentErrors('agent_not_enrolled', { attempted: `Read ${files.folder}` });
  const [status, waiting] = [await files.status(), await spool.waiting()];
  const standing = { identity, status, waiting, isRunning: status?.process != null && isRunning(status.process) };
  context.terminal.show(valueOf(standing), () => linesOf(context, standing));
  const isWell =
    standing.isRunning &&
    identity.ended === null &&
    [
      ...[status?.failing, status?.scanFailing, status?.auditFailing, status?.watchFailing],
      status?.captureFailing,
    ].every((each) => each == null);
  return isWell ? 0 : 1;
}

function valueOf({ identity, status, waiting, isRunning }: Standing): object {
  const { server, hostId, hostname, enrolledMs, ended } = identity;
  const time = (atMs: number | null | undefined): string | null => (atMs == null ? null : timestamp(atMs));
  const trouble = (failing: Failing | null | undefined): object | null =>
    failing
      ? { code: failing.code, title: failing.title, since: time(failing.sinceMs), attempts: failing.attempts }
      : null;
  const [scan, audit] = [status?.lastScan, status?.lastAudit];
  return {
    ...{ server, hostId, hostname, with: identity.with, enrolledTime: time(enrolledMs), running: isRunning },
    ended: ended && { code: ended.code, title: ended.title, time: time(ended.atMs) },
    scanEveryMs: status?.schedule.scanEveryMs ?? null,
    lastScan: scan ? { time: time(scan.startedMs), done: scan.isDone, tookMs: scan.tookMs, index: scan.index } : null,
    nextScanTime: time(status?.nextScanMs),
    lastContactTime: time(status?.lastContactMs),
    failing: trouble(status?.failing),
    scanFailing: trouble(status?.scanFailing),
    lastAudit: audit ? { time: time(audit.startedMs), done: audit.isDone } : null,
    auditFailing: trouble(status?.auditFailing),
    watchingSinceTime: time(status?.watchingSinceMs),
    watchFailing: trouble(status?.watchFailing),
    capturingSinceTime: time(status?.capturingSinceMs),
    captureFailing: trouble(status?.captureFailing),
    lostBatches: status?.lostBatches ?? 0,
    waiting: { reports: waiting.length, bytes: bytesOf(waiting) },
    lost: status?.lost ?? { givenUp: 0, refused: 0 },
  };
}

function linesOf({ terminal: { styles }, clock }: CommandContext, standing: Standing): readonly string[] {
  const { identity, status, waiting } = standing;
  const ago = (atMs: number | null | undefined): string => (atMs == null ? 'never' : formatRelative(atMs, clock()));
  const scan = status?.lastScan;
  const index = scan?.index == null ? '' : `, hardening index ${scan.index}`;
  const took = scan?.tookMs == null ? '' : `, in ${formatDuration(scan.tookMs)}`;
  const { givenUp, refused } = status?.lost ?? { givenUp: 0, refused: 0 };
  const trouble = (what: string, failing: Failing | null | undefined): readonly string[] =>
    failing
      ? [
          styles.attention(
            `${what}: ${visible(failing.title)} (${count(failing.attempts, 'time')}, since ${ago(failing.sinceMs)})`,
          ),
        ]
      : [];
  return [
    styles.strong(`${visible(identity.hostname)} (${identity.hostId})`),
    `Server        ${identity.server}, enrolled ${ago(identity.enrolledMs)}`,
    standing.isRunning
      ? `Agent         runs, every ${formatDuration(status?.schedule.scanEveryMs ?? 0)}`
      : styles.attention('Agent         does not run'),
    `Last scan     ${ago(scan?.startedMs)}${took}${index}`,
    `Next scan     ${status?.nextScanMs == null || !standing.isRunning ? 'not known' : ago(status.nextScanMs)}`,
    ...(status?.lastAudit ? [`Buckets       looked at ${ago(status.lastAudit.startedMs)}`] : []),
    ...(status?.watchingSinceMs == null || !standing.isRunning
      ? []
      : [`Watching      objects, since ${ago(status.watchingSinceMs)}`]),
    ...(status?.capturingSinceMs == null || !standing.isRunning
      ? []
      : [`Network       packets are taken, since ${ago(status.capturingSinceMs)}`]),
    `Last contact  ${ago(status?.lastContactMs)}`,
    `Waiting       ${count(waiting.length, 'report')}${waiting.length > 0 ? `, ${formatBytes(bytesOf(waiting))}` : ''}`,
    ...(givenUp + refused > 0
      ? [
          styles.attention(
            `Lost          ${givenUp} given up because too many waited, ${refused} refused by the server`,
          ),
        ]
      : []),
    ...(status && status.lostBatches > 0
      ? [styles.attention(`Lost          ${count(status.lostBatches, 'batch', 'batches')} of flows`)]
      : []),
    ...trouble('Server', status?.failing),
    ...trouble('Scan', status?.scanFailing),
    ...trouble('Buckets', status?.auditFailing),
    ...trouble('Watch', status?.watchFailing),
    ...trouble('Network', status?.captureFailing),
    ...(identity.ended ? [styles.danger(`The server takes nothing more: ${visible(identity.ended.title)}`)] : []),
  ];
}

function bytesOf(waiting: readonly Waiting[]): number {
  return waiting.reduce((sum, { bytes }) => sum + bytes, 0);
}
