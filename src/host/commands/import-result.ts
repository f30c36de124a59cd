/** Takes what an archive brought back of another host for what a scan there would have found. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CommandContext, CommandInput } from '../../base/commands/command.ts';
import { count, formatTime } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import { readResult, type HostResult } from '../bundle/read-result.ts';
import { shippedChecks } from '../checks/load.ts';
import { hostErrors } from '../errors.ts';
import { hardeningOf } from '../scanning/hardening.ts';
import { observationsOf } from '../scanning/observations.ts';
import { systemLine } from '../scanning/report.ts';
import { allChecksFrom } from './choose-checks.ts';
import { keepScan, lastScanOf, type LastScan } from './keep-scan.ts';
import type { LocalHost } from './local-host.ts';

/**
 * Resolves to the scan, whether it was kept or, being older than what is known of that host, only told. Throws
 * `host_result_invalid`, `host_result_cut_off`, `host_result_too_large`, and `host_result_unreadable` where there is no such file.
 */
export async function importResult(
  context: CommandContext,
  input: CommandInput,
  local: LocalHost,
  word: string,
): Promise<LastScan> {
  const path = resolve(context.workingFolder, word);
  const file = await bytesOf(path, local.settings.hostResultBytes);
  const checks = [...shippedChecks('windows'), ...allChecksFrom(context, input, 'linux')];
  const result = await readResult(file, checks, local.settings);
  tellOf(context, result);
  const { resultId, scan } = result;
  const { hostId } = scan.system;
  const [own, before] = await Promise.all([lastScanOf(local, null), lastScanOf(local, hostId)]);
  if (before?.resultId === resultId) {
    context.terminal.note('It was read in before: nothing has changed by it.');
    return before;
  }
  const atMs = timeOf(context, result);
  const known = [before, own?.system.hostId === hostId ? own : null].flatMap((each) => (each ? [each.atMs] : []));
  const newest = Math.max(...known, 0);
  if (newest > atMs) {
    const when = formatTime(newest);
    context.terminal.warn(
      `It is older than what is known of this host, which is of ${when}: it is shown, and not kept.`,
    );
    const hardening = hardeningOf(scan);
    const observations = observationsOf(scan, local.settings.hostFindingsOfACheck);
    return { atMs, system: scan.system, hardening, since: { index: null, changes: [] }, observations, resultId };
  }
  // The rules over time are those of this computer.
  const kept = await keepScan(context, local, { ...scan, rules: null }, { atMs, resultId });
  return { ...kept, atMs, system: scan.system, resultId };
}

/** A clock that is ahead must not make all that comes later count as older. */
function timeOf(context: CommandContext, { startedMs }: HostResult): number {
  const nowMs = context.clock();
  if (startedMs <= nowMs + 300_000) return Math.min(startedMs, nowMs);
  const there = formatTime(startedMs);
  context.terminal.warn(`The clock of that host is ahead, at ${there}: the result counts as made now.`);
  return nowMs;
}

function tellOf(
  { terminal }: CommandContext,
  { scan, otherChecks, unknownChecks, madeWith, startedMs }: HostResult,
): void {
  terminal.note(visible(systemLine(scan.system)));
  const time = formatTime(startedMs);
  terminal.note(`${count(scan.checks.length, 'check')}, ${time}, by an archive of Holdfast ${madeWith}`);
  if (otherChecks.length > 0) {
    terminal.warn(
      `There the scripts of these checks were others than those of this release: ${otherChecks.join(', ')}`,
    );
  }
  if (unknownChecks.length > 0) {
    terminal.warn(
      `These checks are not known here, and were left out (--checks DIR names more): ${unknownChecks.join(', ')}`,
    );
  }
}

async function bytesOf(path: string, most: number): Promise<Buffer> {
  const attempted = `Read ${path}`;
  try {
    // A pipe without a writer would be waited for.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await file.stat();
    if (!stat.isFile()) throw hostErrors('host_result_unreadable', { attempted, detail: 'it is no file' });
    if (stat.size > most) throw hostErrors('host_result_too_large', { attempted, detail: `${most} bytes are taken` });
    const bytes = Buffer.alloc(most + 1);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    throw hostErrors('host_result_unreadable', { attempted, detail: (cause as Error).message, cause });
  }
}
